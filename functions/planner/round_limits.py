"""The limits after which the planner gives up on a round of a job. The delays between its tries are in `backoff.py`."""

#: The number of planners that may die in one round of a job; the last death ends the round.
FAILURES_ALLOWED = 3
#: How long transient errors may keep a job from committing its next step, in minutes.
STALLED_MINUTES = 30
