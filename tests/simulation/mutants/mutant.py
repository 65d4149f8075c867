"""One removed defense, and the files and tests that mutants name."""

from dataclasses import dataclass

HERE = "tests/simulation/"
DELIVERIES = HERE + "test_deliveries.py::"
OUTAGES = HERE + "test_database_outages.py::"
DEAD_LETTERS = HERE + "test_dead_letters.py::"
DEATHS = HERE + "test_killed_anywhere.py::"
METRICS = HERE + "test_metrics_of_jobs.py::"
OVERLAPS = HERE + "test_overlapping_statements.py::"
PROGRESS = HERE + "test_progress_in_time.py::"
TRANSIENT = HERE + "test_transient_errors.py::"
PLANNER = "tests/functions/planner/test_planner_handler.py::"
WATCH = "tests/functions/shared/test_attempt_watch.py::"
CANCELLATIONS = "tests/functions/api/routes/test_cancel_retry.py::"
ABANDONED = "tests/functions/shared/narration/test_abandoned_model.py::"
RETENTION = HERE + "test_retention.py::"
HANDLER, HEARTBEAT, JOBS = "functions/planner/handler.py", "functions/planner/heartbeat.py", "functions/planner/jobs.py"
BACKOFF = "functions/planner/backoff.py"
AGENTS, RUN, LETTERS = "functions/planner/agents.py", "functions/planner/run.py", "functions/dead_letters/"
SUBMISSION, MESSAGES = "functions/api/repositories/submission.py", "functions/shared/deliveries.py"


@dataclass(frozen=True)
class Mutant:
    """`old` occurs once in `file`. `test` fails when `new` replaces it."""

    name: str
    file: str
    old: str
    new: str
    test: str
