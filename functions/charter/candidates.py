"""Build the charts to choose from, each with a score of its relevance to this portfolio."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from functions.charter.declaration import Chart, ChartPoint
from functions.charter.palette import BUY, COLORS, GRAY, SELL
from functions.charter.slices import OTHER, Slice, gather, unique
from functions.shared.analysis.allocation import (
    Allocation,
    by_account,
    by_asset_class,
    by_instrument_type,
    by_region,
    by_sector,
)
from functions.shared.analysis.concentration import measure_concentration
from functions.shared.analysis.drift import Drifts, asset_class_drift, region_drift, to_move
from functions.shared.analysis.valuation import Valuation
from functions.shared.analysis.wording import count, label, money, percent, plain
from functions.shared.portfolio import Profile

_DWARFING = Decimal("0.75")

ChartType = Literal["pie", "donut", "bar", "horizontalBar"]


@dataclass(frozen=True)
class Candidate:
    """A chart and its rank: `interest` is a base score for the kind of chart plus the percentage of the portfolio it
    is about.
    """

    key: str
    interest: Decimal
    chart: Chart


def allocation_charts(valuation: Valuation) -> list[Candidate]:
    """Return the asset class chart, and each other allocation chart with at least two slices."""
    asset_classes = by_asset_class(valuation)
    candidates = [
        _allocation("asset_classes", "Asset classes", "donut", asset_classes, interest=Decimal(200)),
        _allocation("regions", "Regions", "pie", by_region(valuation), interest=Decimal(40)),
        _sectors(by_sector(valuation)),
        _allocation("accounts", "Accounts", "donut", by_account(valuation), interest=Decimal(30), named=plain),
        _allocation(
            "instrument_types", "Types of holdings", "bar", by_instrument_type(valuation), interest=Decimal(15)
        ),
    ]
    return [c for c in candidates if c.key == "asset_classes" or len(c.chart.data) > 1]


def holdings_charts(valuation: Valuation) -> list[Candidate]:
    """Return a chart of the largest holdings across all accounts, with cash and "Other".

    Returns none for a single holding, or when "Other" would dwarf the named holdings.
    """
    holdings = measure_concentration(valuation).holdings
    slices = [Slice(holding.symbol, holding.value) for holding in holdings]
    if valuation.cash:
        slices.append(Slice("Cash", valuation.cash))
    if not holdings or len(slices) == 1:
        return []
    largest = holdings[0]
    what = f"{count(len(holdings), 'holding')}{' and cash' if valuation.cash else ''}"
    description = f"{what}; the largest holding, {largest.symbol}, is {percent(largest.share)} of the portfolio."
    shown = gather(slices, small=0)
    if shown[-1].name == OTHER and shown[-1].amount > _DWARFING * valuation.total:
        return []
    chart = _chart("Largest holdings", "horizontalBar", description, shown)
    return [Candidate("top_holdings", 30 + largest.share, chart)]


def drift_charts(valuation: Valuation, profile: Profile) -> list[Candidate]:
    """Return a chart of the amounts to buy and sell for each kind of target that is not met.

    Returns none for targets that the user hasn't set. Skips regions when the portfolio is all cash.
    """
    asset_classes = asset_class_drift(by_asset_class(valuation), profile.asset_class_targets)
    regions = region_drift(by_region(valuation), profile.region_targets)
    return [
        _drift(
            key,
            f"Distance from targets: {what}",
            drifts,
            interest=base + 100 * to_move(drifts) / valuation.total,
            is_example=profile.is_example,
        )
        for key, what, drifts, base in (
            ("asset_class_drift", "asset classes", asset_classes, 30),
            ("region_drift", "regions", regions, 20),
        )
        if to_move(drifts) and (valuation.invested or key != "region_drift")
    ]


def _sectors(sectors: Allocation) -> Candidate:
    return _allocation("sectors", "Sectors", "horizontalBar", sectors, interest=25 + sectors[0].share / 2)


def _allocation(
    key: str, title: str, kind: ChartType, slices: Allocation, *, interest: Decimal, named: Callable[[str], str] = label
) -> Candidate:
    largest = slices[0]
    total = sum((part.amount for part in slices), Decimal())
    description = f"{money(total)} in all; {named(largest.key)} is the largest part, {percent(largest.share)}."
    parts = gather([Slice(named(part.key), part.amount) for part in slices])
    return Candidate(key, interest, _chart(title, kind, description, parts))


def _drift(key: str, title: str, drifts: Drifts, interest: Decimal, *, is_example: bool) -> Candidate:
    points = [
        ChartPoint(name=label(drift.key), value=drift.move, color=BUY if drift.move > 0 else SELL)
        for drift in drifts
        if drift.move
    ]
    targets = "example targets" if is_example else "targets"
    description = (
        f"Meeting the {targets} means moving {money(to_move(drifts))}: positive amounts are to be bought, negative "
        "ones to be sold."
    )
    return Candidate(key, interest, Chart(title=title, type="bar", description=description, data=points))


def _chart(title: str, kind: ChartType, description: str, slices: Sequence[Slice]) -> Chart:
    return Chart(title=title, type=kind, description=description, data=list(_points(slices)))


def _points(slices: Sequence[Slice]) -> Iterable[ChartPoint]:
    """Assign the colors in order; "Other" is last and gray."""
    for number, (slice_, named) in enumerate(zip(slices, unique(slices), strict=True)):
        rest = slice_.name == OTHER and number == len(slices) - 1
        yield ChartPoint(name=named.name, value=named.amount, color=GRAY if rest else COLORS[number])
