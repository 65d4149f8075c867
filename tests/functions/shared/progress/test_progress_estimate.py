"""How long an agent still needs, by its expectation and by its pace."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.shared.progress.estimate import remaining_seconds

seconds = st.floats(0, 10_000)
fractions = st.floats(0, 1)


@pytest.mark.parametrize(
    ("elapsed_s", "fraction", "remaining_s"),
    [
        (0, 0, 40),
        (10, 0, 30),
        (50, 0, 0),
        (20, 0.5, 20),
        (40, 0.5, 30),  # half by the expectation (20), half by the pace (40)
        (10, 1, 0),
    ],
)
def test_of_an_agent_expected_to_take_40_s(elapsed_s: float, fraction: float, remaining_s: float) -> None:
    assert remaining_seconds(40, elapsed_s, fraction) == pytest.approx(remaining_s)


@given(seconds, seconds, fractions)
def test_it_is_never_negative(expected_s: float, elapsed_s: float, fraction: float) -> None:
    assert remaining_seconds(expected_s, elapsed_s, fraction) >= 0


@given(st.floats(1, 1000), st.floats(0.01, 1))
def test_an_agent_that_keeps_its_expected_pace_needs_what_is_left_of_it(expected_s: float, fraction: float) -> None:
    assert remaining_seconds(expected_s, expected_s * fraction, fraction) == pytest.approx(expected_s * (1 - fraction))
