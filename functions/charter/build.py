"""The charts of a portfolio, in their fixed order. They show the report's figures, worded by the same module."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from functions.charter.declaration import Chart, ChartPoint
from functions.charter.slices import OTHER, Slice, gather, unique
from functions.shared.analysis.allocation import (
    Allocation,
    by_account,
    by_asset_class,
    by_equity_region,
    by_sector,
)
from functions.shared.analysis.concentration import measure_concentration
from functions.shared.analysis.stress import Stress, stress_tests
from functions.shared.analysis.valuation import Valuation
from functions.shared.analysis.wording import count, label, money, plain, points, portion, signed
from functions.shared.palette import GRAY, LOSS, MAIN
from functions.shared.portfolio import AssetClass

_DWARFING = Decimal("0.75")
_UNKNOWN = label(AssetClass.UNCLASSIFIED)


def all_charts(valuation: Valuation) -> dict[str, Chart | None]:
    """Return every chart by key, in order; None for one that would show a single part, or nothing."""
    asset_classes = by_asset_class(valuation)
    return {
        "asset_classes": _allocation("Asset classes", "of the portfolio", asset_classes, least=1),
        "holdings": _holdings(valuation),
        "stress": _stress(stress_tests(asset_classes)),
        "equity_regions": _allocation("Where your stocks are", "of your stocks", by_equity_region(valuation)),
        "sectors": _allocation("Sectors", "of the portfolio", by_sector(valuation)),
        "accounts": _allocation("Accounts", "of the portfolio", by_account(valuation), named=plain),
    }


def _holdings(valuation: Valuation) -> Chart | None:
    """Return the largest holdings across all accounts, with cash, unless "Other" would dwarf the named ones."""
    holdings = measure_concentration(valuation).holdings
    slices = [Slice(holding.symbol, holding.value) for holding in holdings]
    if valuation.cash:
        slices.append(Slice("Cash in accounts", valuation.cash))
    if not holdings or len(slices) == 1:
        return None
    shown = gather(slices, small=0)
    if shown[-1].name == OTHER and shown[-1].amount > _DWARFING * valuation.total:
        return None
    what = f"{count(len(holdings), 'holding')}{' and cash' if valuation.cash else ''}"
    largest = f"{holdings[0].symbol} is {portion(holdings[0].value, valuation.total)} of the portfolio"
    return _chart("Largest holdings", f"{what}; {largest}.", shown)


def _allocation(
    title: str, whole: str, slices: Allocation, *, named: Callable[[str], str] = label, least: int = 2
) -> Chart | None:
    if len(slices) < least:
        return None
    total = sum((part.amount for part in slices), Decimal())
    largest = slices[0]
    description = (
        f"{money(total)} in all; the largest part is {named(largest.key)}, {portion(largest.amount, total)} {whole}."
    )
    return _chart(title, description, gather([Slice(named(part.key), part.amount) for part in slices]))


def _stress(stress: Sequence[Stress]) -> Chart | None:
    """Return the effect that past bad markets would have, rounded because the amounts are estimates."""
    known = [each for each in stress if each.is_known]
    if not any(each.estimate for each in known):
        return None
    data = [
        ChartPoint(
            name=each.scenario.years,
            value=each.estimate,
            color=LOSS if each.estimate < 0 else MAIN,
            amount=signed(each.estimate),
            share=f"{points(each.percent)}%",
        )
        for each in known
    ]
    markets = "three bad markets" if len(known) == len(stress) else "bad markets"
    description = f"What your mix would have done in {markets}, before inflation."
    return Chart(title="Bad markets of the past", type="horizontalBar", description=description, data=data)


def _chart(title: str, description: str, slices: Sequence[Slice]) -> Chart:
    return Chart(title=title, type="horizontalBar", description=description, data=list(_points(slices)))


def _points(slices: Sequence[Slice]) -> Iterable[ChartPoint]:
    total = sum((slice_.amount for slice_ in slices), Decimal())
    for number, (slice_, named) in enumerate(zip(slices, unique(slices), strict=True)):
        is_rest = slice_.name == OTHER and number == len(slices) - 1
        yield ChartPoint(
            name=named.name,
            value=named.amount,
            color=GRAY if is_rest or slice_.name == _UNKNOWN else MAIN,
            amount=money(named.amount),
            share=portion(named.amount, total),
        )
