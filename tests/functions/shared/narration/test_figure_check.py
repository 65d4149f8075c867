"""Which numbers in a text are among the report's figures."""

from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from functions.shared.narration.figure_check import is_ours
from functions.shared.narration.quantities import Kind, read

FACTS = (
    "Your portfolio is worth **$301,580.00**, in 3 accounts with 16 holdings and $17,500.00 of cash. Equity is 84.6 % "
    "(target 70.0 %), fixed income 24.2 points below target. One in twenty years loses 17.0 % ($51,308) or more. The "
    "Herfindahl index is 0.123, like 8.1 equal ones. Cash yields 4.25 %. Work 25 years, to age 65, until 2051; "
    "10,000 simulated lives. To sell: -$7,817.50. Priced on 2026-11-20. A third way is worth "
    "$1,234,567.89; 5 % and 95 %."
)


def holds(text: str, facts: str = FACTS) -> bool:
    reading = read(text)
    return reading.is_clear and all(is_ours(quantity, read(facts).quantities) for quantity in reading.quantities)


@pytest.mark.parametrize(
    "text",
    [
        "worth $301,580",
        "worth $301,580.00",
        "worth about $301,600",
        "about $302,000",
        "roughly $300,000",
        "US$301,580",
        "301,580 dollars",
        "about 301,600",
        "$301.6k",
        "$302 thousand",
        "$0.30 million",
        "$1.23 million",
        "$1.2M",
        "1.23m dollars",
        "84.6 %",
        "84.6%",
        "85 percent",
        "84.6 per cent",
        "4.25 %",
        "4.3 %",
        "4 %",
        "24.2 points",
        "24 percentage points",
        "a 24.2-point gap",
        "one in twenty years",
        "1 in 20",
        "one out of twenty",
        "three accounts",
        "3 accounts and sixteen holdings",
        "16 positions",
        "25 years",
        "twenty-five years",
        "to age 65",
        "in 2051",
        "10,000 lives",
        "ten thousand simulated lives",
        "an index of 0.12",
        "some 8 equal ones",
        "-$7,817.50",
        "$7,818",
        "on 2026-11-20",
        "on November 20, 2026",
        "20 November 2026",
        "between 70 and 85 %",
        "84.6, 70.0 and 17.0 %",
        "from $7,800 to 17,500",
        "the 95th percentile",
        "one of them, or two things to mind",
        "first, second and third",
    ],
)
def test_known_figure_may_be_written_in_many_ways(text: str) -> None:
    assert holds(text)


@pytest.mark.parametrize(
    "text",
    [
        "worth $311,580",
        "worth $301,580.01",
        "worth $301,850",
        "about $290,000",
        "$1.3 million",
        "$2 million",
        "$301,580 million",
        "84.7 %",
        "86 %",
        "84.62 %",
        "84.6 dollars",
        "$84.6",
        "24.2 %",
        "84.6 points",
        "301,580 %",
        "4 accounts",
        "sixteen accounts",
        "3 holdings",
        "26 years",
        "25 months",
        "to age 67",
        "in 2052",
        "11,000 lives",
        "one in ten years",
        "1 in 19",
        "half of it",
        "two thirds",
        "three quarters",
        "an index of 0.13",
        "some 9 equal ones",
        "+$7,817.50",
        "-$301,580.00",
        "on 2026-11-21",
        "November 2, 2026",
        "301,580 euros",
        "301.580",
        "Q4",
        "3x",
        "twelve",
        "a hundred thousand",
        "0 %",
        "٣ accounts",
        "½",
        "1e6",
        "$17,500.00.50",
        "10,00,0",
    ],
)
def test_unknown_figure_is_found(text: str) -> None:
    assert not holds(text)


def test_kinds_of_quantities_are_distinguished() -> None:
    kinds = [
        quantity.kind for quantity in read("$5 and 5 % and 5 points and 5 years on 2026-01-02, 5 euros").quantities
    ]

    assert kinds == [Kind.DOLLARS, Kind.PERCENT, Kind.POINTS, Kind.PLAIN, Kind.DATE, Kind.FOREIGN]


amounts = st.decimals("0.01", "99999999.99", places=2)


def rounded(amount: Decimal, digits: int) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN)


@given(amounts)
def test_every_correct_rounding_of_amount_is_known(amount: Decimal) -> None:
    facts = f"It is worth ${amount:,.2f}."
    forms = [f"${amount:,.2f}", f"{amount:,.2f} dollars"]
    if amount >= 1:
        forms += [f"${rounded(amount, 0):,}", f"about {rounded(amount, 0):,} dollars"]
    if amount >= 1000:
        forms += [
            f"${rounded(amount / 1000, 1)}k",
            f"${rounded(amount / 1000, 1)} thousand",
            f"about {rounded(amount, 0):,}",
        ]
    if amount >= 1_000_000:
        forms += [f"${rounded(amount / 1_000_000, 2)} million", f"${rounded(amount / 1_000_000, 1)}M"]
    for form in forms:
        assert holds(f"It is {form} now.", facts), form


@given(st.decimals("0.6", "99.9", places=1))
def test_every_correct_rounding_of_percentage_is_known(share: Decimal) -> None:
    for form in (f"{share} %", f"{share}%", f"{rounded(share, 0)} %", f"{rounded(share, 0)} percent", f"{share:.2f} %"):
        assert holds(f"It is {form} of it.", f"A share of {share} %."), form


@given(amounts, st.decimals("-0.5", "0.5", places=4))
def test_changed_amount_is_unknown(amount: Decimal, change: Decimal) -> None:
    other = rounded(amount * (1 + change), 2)
    assume(other > 0 and abs(other - amount) > Decimal("0.026") * amount)
    assume(other != rounded(amount, 0))

    facts = f"It is worth ${amount:,.2f}."
    assert not holds(f"It is ${other:,.2f}.", facts)
    if rounded(other, 0) and abs(rounded(other, 0) - amount) > max(Decimal("0.026") * amount, Decimal("0.5")):
        assert not holds(f"It is ${rounded(other, 0):,}.", facts)


@given(st.decimals("1", "99", places=1), st.sampled_from(["-2.3", "-1.1", "-0.6", "0.6", "1.2", "3.4"]))
def test_changed_percentage_is_unknown(share: Decimal, change: str) -> None:
    other = share + Decimal(change)
    assume(other > 0)

    assert not holds(f"It is {other} %.", f"A share of {share} %.")


@given(amounts)
def test_amount_is_not_a_percentage(amount: Decimal) -> None:
    assert not holds(f"It is {amount:,.2f} %.", f"It is worth ${amount:,.2f}.")
