"""The delay before the planner retries a job after a transient error."""

import random

#: 5, 15, 45, … s, at most 300 s.
_BACKOFF_S, _BACKOFF_FACTOR, _LONGEST_BACKOFF_S = 5, 3, 300


def backoff_s(receive_count: int) -> float:
    """Return the delay in seconds before redelivery after a transient error, with jitter to spread the load."""
    longest_s: float = min(_LONGEST_BACKOFF_S, _BACKOFF_S * _BACKOFF_FACTOR ** (min(receive_count, 10) - 1))
    return longest_s * random.uniform(0.8, 1)  # noqa: S311 - jitter, not a secret
