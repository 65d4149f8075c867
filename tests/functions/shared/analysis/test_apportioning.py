from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.shared.analysis.money import CENT, MONEY, apportion, to_cent

weights = st.lists(st.decimals(min_value=0, max_value=10**9, places=6), min_size=1, max_size=30).filter(any)
cents = st.integers(min_value=0, max_value=10**15).map(lambda n: n * CENT)


@given(cents, weights)
def test_parts_sum_to_whole_within_a_cent_of_exact_share(total: Decimal, weights: list[Decimal]) -> None:
    parts = apportion(total, weights, CENT)

    assert sum(parts) == total
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        exact = MONEY.divide(MONEY.multiply(total, weight), whole)
        assert abs(part - exact) <= CENT


def test_first_of_three_equal_parts_gets_the_odd_cent() -> None:
    assert apportion(Decimal("1.00"), [Decimal(1)] * 3, CENT) == [Decimal("0.34"), Decimal("0.33"), Decimal("0.33")]


def test_zero_is_divided_into_zeros_and_zero_weights_are_an_error() -> None:
    assert apportion(Decimal(0), [Decimal(0), Decimal(0)], CENT) == [0, 0]
    with pytest.raises(ValueError, match="all weights are zero"):
        apportion(Decimal(1), [Decimal(0)], CENT)


@pytest.mark.parametrize(
    ("amount", "rounded"), [("0.005", "0.00"), ("0.015", "0.02"), ("2.675", "2.68"), ("1", "1.00")]
)
def test_cents_are_rounded_half_even(amount: str, rounded: str) -> None:
    assert str(to_cent(Decimal(amount))) == rounded
