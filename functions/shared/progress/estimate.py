"""How long an agent still needs."""


def remaining_seconds(expected_s: float, elapsed_s: float, fraction: float) -> float:
    """What an agent still needs after `elapsed_s` when it says that it did `fraction` (0 to 1) of its work.

    Two views are weighed by the fraction itself: the expectation's, expected * (1 - fraction), counts at first; the
    pace's, elapsed * (1 - fraction) / fraction, counts more the more has been seen of it.
    """
    if fraction <= 0:
        return max(expected_s - elapsed_s, 0.0)
    done = min(fraction, 1.0)
    by_expectation = expected_s * (1 - done)
    by_pace = elapsed_s * (1 - done) / done
    return (1 - done) * by_expectation + done * by_pace
