from datetime import date, timedelta
from decimal import Decimal

import pytest

from functions.shared.analysis.allocation import by_asset_class
from functions.shared.analysis.quality import DataQuality, check_quality
from functions.shared.analysis.valuation import value_portfolio
from functions.shared.portfolio import Snapshot
from tests.portfolios import TAKEN_AT, account, instrument, position, sample, snapshot, unknown


def quality_of(portfolio: Snapshot) -> DataQuality:
    valuation = value_portfolio(portfolio)
    return check_quality(valuation, by_asset_class(valuation), TAKEN_AT)


def test_every_kind_of_defect_is_named() -> None:
    quality = quality_of(unknown())

    assert quality.unpriced == ("NOPE",)
    assert quality.unclassified == ("ZZZZ",)
    assert quality.unclassified_value == Decimal("3750.00")
    assert quality.stale == ("OLD",)
    assert quality.stale_value == Decimal("2000.00")
    assert quality.oldest_price == date(2024, 12, 31)


def test_sample_portfolio_has_no_defects() -> None:
    quality = quality_of(sample())

    assert (quality.unpriced, quality.unclassified, quality.stale, quality.undated) == ((), (), (), ())


@pytest.mark.parametrize(("days", "stale"), [(7, ()), (8, ("FUND",))])
def test_price_is_stale_after_a_week(days: int, stale: tuple[str, ...]) -> None:
    fund = instrument("FUND", price_as_of=TAKEN_AT.date() - timedelta(days=days))

    assert quality_of(snapshot(account("One", position(fund, "1")))).stale == stale


def test_price_without_date_is_named() -> None:
    fund = instrument("FUND", price_as_of=None)

    assert quality_of(snapshot(account("One", position(fund, "1")))).undated == ("FUND",)
