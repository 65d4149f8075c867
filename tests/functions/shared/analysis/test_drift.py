from decimal import Decimal

import pytest
from hypothesis import assume, given, settings

from functions.shared.analysis.allocation import by_asset_class, by_region
from functions.shared.analysis.drift import Drifts, asset_class_drift, region_drift
from functions.shared.analysis.valuation import value_portfolio
from functions.shared.portfolio import Region, Snapshot
from tests.portfolios import account, empty, instrument, position, sample, snapshot, unknown
from tests.strategies import snapshots


def drifts_of(portfolio: Snapshot) -> tuple[Drifts, Drifts]:
    valuation, profile = value_portfolio(portfolio), portfolio.profile
    return (
        asset_class_drift(by_asset_class(valuation), profile.asset_class_targets),
        region_drift(by_region(valuation), profile.region_targets),
    )


@settings(max_examples=50)
@given(snapshots)
def test_shares_and_targets_sum_to_100(portfolio: Snapshot) -> None:
    for drifts in drifts_of(portfolio):
        assert sum((drift.share for drift in drifts), Decimal()) == pytest.approx(100 if drifts else 0)
        assert sum((drift.target for drift in drifts), Decimal()) <= 100


@settings(max_examples=50)
@given(snapshots)
def test_mapping_to_target_regions_loses_nothing(portfolio: Snapshot) -> None:
    assume(portfolio.profile.region_targets is not None)
    slices = by_region(value_portfolio(portfolio))
    left_out = Region.UNCLASSIFIED not in (portfolio.profile.region_targets or {})
    classified = [part.amount for part in slices if part.key != Region.UNCLASSIFIED or not left_out]

    assert sum((drift.amount for drift in drifts_of(portfolio)[1]), Decimal()) == sum(classified, Decimal())


def test_sample_portfolio_needs_bonds() -> None:
    drifts, _ = drifts_of(sample())

    assert [(drift.key, round(drift.points, 1)) for drift in drifts] == [
        ("fixed_income", Decimal("-24.2")),
        ("equity", Decimal("14.6")),
        ("cash", Decimal("5.8")),
        ("commodities", Decimal("2.6")),
        ("real_estate", Decimal("1.2")),
    ]


def region_amounts(held: dict[str, object], targets: dict[str, int]) -> dict[str, Decimal]:
    fund = position(instrument("FUND", "100", regions=held), "1")
    return {d.key: d.amount for d in drifts_of(snapshot(account("One", fund), region_targets=targets))[1]}


@pytest.mark.parametrize(
    ("held", "targets", "counted"),
    [
        (
            {"north_america": 60, "europe": 30, "asia": 10},
            {"north_america": 50, "international": 50},
            {"north_america": 60, "international": 40},
        ),
        (
            {"north_america": 60, "europe": 30, "asia": 10},
            {"north_america": 50, "europe": 20, "international": 30},
            {"north_america": 60, "europe": 30, "international": 10},
        ),
        (
            {"north_america": 60, "europe": 30, "asia": 10},
            {"europe": 40, "global": 60},
            {"europe": 30, "global": 70},
        ),
        (
            {"international": 100},
            {"north_america": 40, "europe": 40, "asia": 20},
            {"north_america": 0, "europe": Decimal("66.67"), "asia": Decimal("33.33")},
        ),
        ({"international": 100}, {"north_america": 100}, {"north_america": 0, "international": 100}),
        (
            {"global": 100},
            {"north_america": 50, "international": 50},
            {"north_america": 50, "international": 50},
        ),
        ({"north_america": 100}, {"international": 100}, {"north_america": 100, "international": 0}),
        ({"europe": 100}, {"north_america": 100}, {"north_america": 0, "europe": 100}),
    ],
)
def test_coarse_regions_count_for_regions_they_cover(
    held: dict[str, object], targets: dict[str, int], counted: dict[str, Decimal]
) -> None:
    assert region_amounts(held, targets) == counted


def test_unclassified_is_left_out_of_comparison() -> None:
    drifts, _ = drifts_of(unknown())

    assert {drift.key for drift in drifts} == {"equity", "fixed_income"}
    assert sum(drift.amount for drift in drifts) == Decimal("14000.00")


def test_empty_portfolio_has_no_drift() -> None:
    assert drifts_of(empty()) == ((), ())
