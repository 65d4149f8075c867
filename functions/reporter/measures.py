"""All measurements that the report uses, each taken once."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from functions.reporter.trades.model import TradePlan
from functions.reporter.trades.plan import plan_trades
from functions.shared.analysis import Step
from functions.shared.analysis.allocation import (
    Allocation,
    by_account,
    by_asset_class,
    by_equity_region,
    by_instrument_type,
    by_region,
    by_sector,
)
from functions.shared.analysis.cash import CashDrag, measure_cash_drag
from functions.shared.analysis.changes import Changes, compare, kept_results
from functions.shared.analysis.concentration import Concentration, measure_concentration
from functions.shared.analysis.drawdown import Drawdown, maximum_drawdown
from functions.shared.analysis.drift import Drifts, asset_class_drift, region_drift
from functions.shared.analysis.fees import USUAL_YEARS, Fees, measure_fees
from functions.shared.analysis.gains import AccountGain, unrealized_gains
from functions.shared.analysis.overlap import Overlap, measure_overlap
from functions.shared.analysis.quality import DataQuality, check_quality
from functions.shared.analysis.risk import Outlook, mix_of, outlook
from functions.shared.analysis.stress import Stress, stress_tests
from functions.shared.analysis.valuation import Valuation, value_portfolio
from functions.shared.portfolio import AssetClass, KeptResults, Profile, Snapshot


@dataclass(frozen=True)
class Measures:
    """Amounts in US dollars.

    `outlook` and `drawdown` are None, and `stress` is empty, if the portfolio is worth nothing. The drifts are empty
    without targets; `region_drift` is about the equity part.
    """

    snapshot: Snapshot
    valuation: Valuation
    asset_classes: Allocation
    regions: Allocation
    equity_regions: Allocation
    sectors: Allocation
    accounts: Allocation
    instrument_types: Allocation
    concentration: Concentration
    asset_class_drift: Drifts
    region_drift: Drifts
    trades: TradePlan
    cash: CashDrag
    fees: Fees
    gains: tuple[AccountGain, ...]
    overlap: Overlap
    outlook: Outlook | None
    drawdown: Drawdown | None
    stress: tuple[Stress, ...]
    kept: KeptResults
    changes: Changes | None
    quality: DataQuality

    @property
    def taken_at(self) -> datetime:
        return self.snapshot.taken_at

    @property
    def profile(self) -> Profile:
        return self.snapshot.profile

    @property
    def total(self) -> Decimal:
        return self.valuation.total

    @property
    def fee_years(self) -> int:
        """The years over which fees are added up: those until retirement, if they are set."""
        return self.profile.years_until_retirement or USUAL_YEARS

    @cached_property
    def fee_drag(self) -> Decimal:
        return self.fees.drag(self.outlook.expected_return, self.fee_years) if self.outlook else Decimal()

    @property
    def targets(self) -> str:
        """Words for a sentence: the user's targets, or the example ones."""
        return "the example targets" if self.profile.is_example else "your targets"

    def share(self, amount: Decimal) -> Decimal:
        """Return `amount` as a percentage of the portfolio's value."""
        return 100 * amount / self.total if self.total else Decimal(0)

    def of_class(self, asset_class: AssetClass) -> Decimal:
        return sum((part.amount for part in self.asset_classes if part.key == asset_class), Decimal())


def measure(snapshot: Snapshot, step: Step) -> Measures:
    step(0.05, "Valuing positions")
    profile = snapshot.profile
    valuation = value_portfolio(snapshot)
    step(0.15, "Looking through funds")
    asset_classes, equity_regions = by_asset_class(valuation), by_equity_region(valuation)
    step(0.3, "Measuring concentration")
    concentration = measure_concentration(valuation)
    step(0.4, "Planning trades")
    trades = plan_trades(snapshot, valuation)
    step(0.7, "Estimating risk and return")
    expected = outlook(mix_of(valuation)) if valuation.total else None
    kept = kept_results(concentration, valuation, asset_classes)
    return Measures(
        snapshot=snapshot,
        valuation=valuation,
        asset_classes=asset_classes,
        regions=by_region(valuation),
        equity_regions=equity_regions,
        sectors=by_sector(valuation),
        accounts=by_account(valuation),
        instrument_types=by_instrument_type(valuation),
        concentration=concentration,
        asset_class_drift=asset_class_drift(asset_classes, profile.asset_class_targets),
        region_drift=region_drift(equity_regions, profile.region_targets),
        trades=trades,
        cash=measure_cash_drag(valuation, asset_classes, profile.asset_class_targets),
        fees=measure_fees(valuation),
        gains=unrealized_gains(valuation),
        overlap=measure_overlap(concentration),
        outlook=expected,
        drawdown=maximum_drawdown(expected) if expected else None,
        stress=stress_tests(asset_classes),
        kept=kept,
        changes=compare(snapshot.previous, kept),
        quality=check_quality(
            valuation, asset_classes, snapshot.taken_at, snapshot.price_refresh, snapshot.import_warnings
        ),
    )
