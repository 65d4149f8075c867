from decimal import Decimal

from functions.shared.analysis.valuation import value_portfolio
from tests.portfolios import account, all_cash, empty, instrument, position, sample, snapshot, unknown


def test_sample_portfolio_matches_hand_calculation() -> None:
    retirement_plan = (
        150 * Decimal("612.40")
        + 100 * Decimal("301.15")
        + 200 * Decimal("73.80")
        + 75 * Decimal("548.90")
        + 50 * Decimal("228.35")
    )
    roth = (
        80 * Decimal("301.15")
        + 60 * Decimal("71.25")
        + 40 * Decimal("91.60")
        + 25 * Decimal("312.70")
        + 30 * Decimal("88.95")
        + 45 * Decimal("209.10")
    )
    brokerage = (
        15 * Decimal("341.20")
        + 50 * Decimal("238.45")
        + 10 * Decimal("226.80")
        + 25 * Decimal("171.30")
        + 30 * Decimal("507.15")
        + 20 * Decimal("201.40")
    )

    valuation = value_portfolio(sample())

    assert [a.value for a in valuation.accounts] == [retirement_plan + 5000, roth + 2500, brokerage + 10000]
    assert [a.value for a in valuation.accounts] == [Decimal("194320.00"), Decimal("54426.50"), Decimal("52833.50")]
    assert valuation.cash == Decimal("17500.00")
    assert valuation.invested == Decimal("284080.00")
    assert valuation.total == Decimal("301580.00")
    assert len(valuation.positions) == 17


def test_positions_are_rounded_half_even_before_summing() -> None:
    half_a_cent = position(instrument("A", "0.01"), "0.5")
    one_and_a_half = position(instrument("B", "0.01"), "1.5")

    valuation = value_portfolio(snapshot(account("One", half_a_cent, one_and_a_half, cash="0.10")))

    assert [p.value for p in valuation.positions] == [Decimal("0.00"), Decimal("0.02")]
    assert valuation.total == Decimal("0.12")


def test_unpriced_position_counts_nothing_and_is_named_once() -> None:
    nope = position(instrument("NOPE", None), "10")
    valuation = value_portfolio(snapshot(account("One", nope, cash="7"), account("Two", nope)))

    assert valuation.total == Decimal("7.00")
    assert valuation.unpriced == ("NOPE",)
    assert value_portfolio(unknown()).unpriced == ("NOPE",)


def test_largest_storable_numbers_lose_no_cent() -> None:
    most = "999999999999.999999"
    valuation = value_portfolio(snapshot(account("Vast", position(instrument("BIG", most), most), cash="0.01")))

    assert valuation.total == Decimal("999999999999999998000000.01")  # (10^12 - 10^-6)^2 = 10^24 - 2 * 10^6 + 10^-12


def test_cash_alone_and_empty_portfolio_have_values() -> None:
    assert value_portfolio(all_cash()).total == Decimal("50000.00")
    assert value_portfolio(empty()).total == 0
