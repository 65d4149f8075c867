from decimal import Decimal

import pytest
from hypothesis import given, settings

from functions.shared.analysis.allocation import (
    by_account,
    by_asset_class,
    by_equity_region,
    by_instrument_type,
    by_region,
    by_sector,
)
from functions.shared.analysis.valuation import value_portfolio
from functions.shared.portfolio import Snapshot
from tests.portfolios import account, all_cash, empty, instrument, position, sample, snapshot, unknown
from tests.strategies import snapshots

DIMENSIONS = (by_asset_class, by_region, by_sector, by_account, by_instrument_type)


@settings(max_examples=50)
@given(snapshots)
def test_every_allocation_sums_to_portfolio_and_to_100_percent(portfolio: Snapshot) -> None:
    valuation = value_portfolio(portfolio)

    for by in DIMENSIONS:
        slices = by(valuation)
        assert sum((part.amount for part in slices), Decimal()) == valuation.total
        assert sum((part.share for part in slices), Decimal()) == pytest.approx(100 if valuation.total else 0)
        assert all(part.amount > 0 for part in slices)
        assert [part.amount for part in slices] == sorted((part.amount for part in slices), reverse=True)


def test_fund_counts_as_its_holdings() -> None:
    balanced = instrument(
        "BAL",
        "10.01",
        asset_class={"equity": "60", "fixed_income": "40"},
        regions={"north_america": "33.333", "europe": "66.667"},
    )
    valuation = value_portfolio(snapshot(account("One", position(balanced, "1"))))

    classes = {part.key: part.amount for part in by_asset_class(valuation)}
    regions = {part.key: part.amount for part in by_region(valuation)}

    assert classes == {"equity": Decimal("6.01"), "fixed_income": Decimal("4.00")}  # 6.006 and 4.004
    assert regions == {"north_america": Decimal("3.34"), "europe": Decimal("6.67")}  # 3.3366 and 6.6734


def test_cash_is_own_class_and_sector_in_north_america() -> None:
    valuation = value_portfolio(all_cash())

    largest = [by(valuation)[0] for by in DIMENSIONS]

    assert [part.key for part in largest] == ["cash", "north_america", "cash", "Savings", "cash"]
    assert {part.amount for part in largest} == {Decimal(50000)}


def test_sample_portfolio_by_asset_class() -> None:
    slices = by_asset_class(value_portfolio(sample()))

    assert {part.key: part.amount for part in slices} == {
        "equity": Decimal("255170.00"),
        "cash": Decimal("17500.00"),
        "fixed_income": Decimal("17428.50"),
        "commodities": Decimal("7817.50"),
        "real_estate": Decimal("3664.00"),
    }
    assert slices[0].share == Decimal(25517000) / Decimal(301580)


def test_regions_of_equity_leave_out_other_classes() -> None:
    balanced = instrument("BAL", "100", asset_class={"equity": "60", "fixed_income": "40"}, regions="europe")
    bonds = instrument("BND", "100", asset_class="fixed_income", regions="asia")
    valuation = value_portfolio(snapshot(account("One", position(balanced, "1"), position(bonds, "1"), cash="50")))

    assert [(part.key, part.amount) for part in by_equity_region(valuation)] == [("europe", Decimal("60.00"))]
    assert by_equity_region(value_portfolio(all_cash())) == ()


def test_unknown_is_unclassified_and_empty_portfolio_has_no_slices() -> None:
    slices = by_asset_class(value_portfolio(unknown()))

    assert {part.key: part.amount for part in slices}["unclassified"] == Decimal("3750.00")
    assert [by(value_portfolio(empty())) for by in DIMENSIONS] == [()] * 5


def test_accounts_with_same_name_stay_separate() -> None:
    valuation = value_portfolio(snapshot(account("Same", cash="1"), account("Same", cash="3")))

    assert [(part.key, part.amount) for part in by_account(valuation)] == [("Same", Decimal(3)), ("Same", Decimal(1))]
