"""All measurements that the report uses, each taken once."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from functions.shared.analysis import Step
from functions.shared.analysis.allocation import (
    Allocation,
    by_account,
    by_asset_class,
    by_instrument_type,
    by_region,
    by_sector,
)
from functions.shared.analysis.cash import CashDrag, measure_cash_drag
from functions.shared.analysis.concentration import Concentration, measure_concentration
from functions.shared.analysis.drawdown import Drawdown, maximum_drawdown
from functions.shared.analysis.drift import Drifts, asset_class_drift, region_drift
from functions.shared.analysis.quality import DataQuality, check_quality
from functions.shared.analysis.risk import Outlook, mix_of, outlook
from functions.shared.analysis.valuation import Valuation, value_portfolio
from functions.shared.portfolio import Profile, Snapshot


@dataclass(frozen=True)
class Measures:
    """Amounts in US dollars, shares in percent of the portfolio's value.

    `outlook` and `drawdown` are None if that value is zero.
    """

    taken_at: datetime
    is_sample: bool
    profile: Profile
    valuation: Valuation
    asset_classes: Allocation
    regions: Allocation
    sectors: Allocation
    accounts: Allocation
    instrument_types: Allocation
    concentration: Concentration
    asset_class_drift: Drifts
    region_drift: Drifts
    cash: CashDrag
    outlook: Outlook | None
    drawdown: Drawdown | None
    quality: DataQuality

    @property
    def total(self) -> Decimal:
        return self.valuation.total

    def share(self, amount: Decimal) -> Decimal:
        """Return `amount` as a percentage of the portfolio's value."""
        return 100 * amount / self.total if self.total else Decimal(0)


def measure(snapshot: Snapshot, step: Step) -> Measures:
    step(0.05, "Valuing positions")
    profile = snapshot.profile
    valuation = value_portfolio(snapshot)
    step(0.2, "Looking through funds")
    asset_classes, regions = by_asset_class(valuation), by_region(valuation)
    sectors = by_sector(valuation)
    step(0.4, "Measuring concentration")
    concentration = measure_concentration(valuation)
    step(0.5, "Comparing with the targets")
    drifts = (
        asset_class_drift(asset_classes, profile.asset_class_targets),
        region_drift(regions, profile.region_targets),
    )
    step(0.65, "Estimating risk and return")
    expected = outlook(mix_of(valuation)) if valuation.total else None
    return Measures(
        taken_at=snapshot.taken_at,
        is_sample=snapshot.is_sample,
        profile=profile,
        valuation=valuation,
        asset_classes=asset_classes,
        regions=regions,
        sectors=sectors,
        accounts=by_account(valuation),
        instrument_types=by_instrument_type(valuation),
        concentration=concentration,
        asset_class_drift=drifts[0],
        region_drift=drifts[1],
        cash=measure_cash_drag(valuation, asset_classes, profile.asset_class_targets),
        outlook=expected,
        drawdown=maximum_drawdown(expected) if expected else None,
        quality=check_quality(
            valuation, asset_classes, snapshot.taken_at, snapshot.price_refresh, snapshot.import_warnings
        ),
    )
