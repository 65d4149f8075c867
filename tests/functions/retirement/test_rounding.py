from decimal import ROUND_DOWN, ROUND_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.retirement.rounding import to_error, to_step, whole_percent


@pytest.mark.parametrize(
    ("amount", "error", "rounded"),
    [
        (31_247, 240, 31_000),
        (31_247, 9, 31_240),
        (31_247.4, 0, 31_247),
        (31_247, 0.4, 31_247),
        (812_345, 6_000, 820_000),
    ],
)
def test_amount_is_rounded_to_twice_its_error(amount: float, error: float, rounded: int) -> None:
    assert to_error(amount, error) == rounded


def test_direction_can_be_chosen() -> None:
    assert to_error(31_999, 240, ROUND_DOWN) == 31_500
    assert to_error(31_001, 240, ROUND_UP) == 31_500


@pytest.mark.parametrize(
    ("amount", "rounded"), [(0, 0), (0.4, 0), (7, 7), (1_234_567, 1_240_000), (301_580, 300_000), (88_888, 89_000)]
)
def test_percentile_of_wealth_is_rounded_in_small_steps(amount: float, rounded: int) -> None:
    assert to_step(amount) == Decimal(rounded)


@given(st.floats(0, 1e10), st.floats(0, 1e10))
def test_rounding_keeps_order_and_is_within_a_few_percent(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert to_step(low) <= to_step(high)
    assert float(to_step(high)) == pytest.approx(high, rel=0.013, abs=0.51)


def test_chance_is_rounded_to_a_percent() -> None:
    assert [whole_percent(fraction) for fraction in (0.0, 0.004, 0.6049, 0.996, 1.0)] == [0, 0, 60, 100, 100]
