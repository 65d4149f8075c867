"""Rules that find what matters. Each rule covers one concern and has its own threshold.

A finding's weight approximates the percentage of the portfolio that it concerns, so that the most important come first.
Thresholds are common rules of thumb. What to trade is in the list of trades alone, never in a finding.
"""

from collections.abc import Callable
from decimal import Decimal

from functions.reporter.data_findings import DATA_RULES, SYMBOLS_NAMED, Finding
from functions.reporter.measures import Measures
from functions.reporter.trades.model import Action
from functions.reporter.words.verdict import RISK_POINTS, by_key, loss, place
from functions.shared.analysis.concentration import Holding
from functions.shared.analysis.drift import Drift
from functions.shared.analysis.wording import (
    count,
    distance,
    estimate,
    label,
    listed,
    markdown,
    money,
    percent,
    portion,
)
from functions.shared.portfolio import AssetClass, Sector

COMPANY_LIMIT = 10
"""Percent of the portfolio in one company."""
COMPANIES_LIMIT = 30
"""Percent of the portfolio in all single companies together."""
SECTOR_LIMIT = 30
CASH_LIMIT = 5
"""Points of cash above its target."""
CASH_WITHOUT_TARGET = 25
"""Percent of the portfolio in cash that is worth a question if there is no target."""
FEE_LIMIT = Decimal("0.5")
"""Percent a year that funds charge on average."""
RETIREMENT_NEAR_YEARS = 5
RETIREMENT_NEAR_LOSS = Decimal("0.15")
_SECTOR_HOLDINGS = 3

_NO_BUSINESS_SECTORS = frozenset(
    {
        Sector.TREASURY,
        Sector.CORPORATE,
        Sector.MORTGAGE,
        Sector.GOVERNMENT_RELATED,
        Sector.DIVERSIFIED,
        Sector.COMMODITIES,
        Sector.CASH,
        Sector.UNCLASSIFIED,
    }
)


def find(measures: Measures) -> list[Finding]:
    """Return the findings, highest weight first."""
    found = [finding for rule in _RULES if (finding := rule(measures)) is not None]
    return sorted(found, key=lambda finding: -finding.weight)


def _large_companies(measures: Measures) -> Finding | None:
    large = [h for h in measures.concentration.single_companies if h.share >= COMPANY_LIMIT]
    if not large:
        return None
    value = sum((holding.value for holding in large), Decimal())
    share = portion(value, measures.total)
    if len(large) == 1:
        title = f"{markdown(large[0].symbol)} alone is {share} of the portfolio."
    else:
        names = listed([markdown(holding.symbol) for holding in large], SYMBOLS_NAMED)
        title = f"{count(len(large), 'company', 'companies').capitalize()} make up {share} of the portfolio: {names}."
    return Finding(
        weight=float(measures.share(value)) * 1.2,
        title=title,
        text=f"If {markdown(large[0].symbol)} loses half its value, you lose {money(large[0].value / 2)}. Single "
        f"companies have fallen by more, and some never came back.{_risk_carried(measures, large)}"
        f"{_after_trades(measures, large[0])}",
    )


def _risk_carried(measures: Measures, large: list[Holding]) -> str:
    if measures.outlook is None:
        return ""
    carried = sum(measures.outlook.holding_shares.get(holding.symbol, 0.0) for holding in large)
    return f" {'It carries' if len(large) == 1 else 'They carry'} {portion(carried, 1)} of the portfolio's risk."


def _after_trades(measures: Measures, holding: Holding) -> str:
    """Return what the trades do to the largest company, so that the finding agrees with them."""
    sold = sum(
        (t.amount for t in measures.trades.trades if t.symbol == holding.symbol and t.action is Action.SELL), Decimal()
    )
    if sold == holding.value:
        return " The trades below sell all of it."
    if sold:
        after = measures.total + measures.trades.new_money
        return f" The trades below bring it down to {portion(holding.value - sold, after)}."
    if measures.trades.before is None:
        return ""
    return f" The trades below leave it alone, because {measures.targets} do not require a sale."


def _many_companies(measures: Measures) -> Finding | None:
    companies = measures.concentration.single_companies
    value = sum((holding.value for holding in companies), Decimal())
    if 100 * value < COMPANIES_LIMIT * measures.total or any(h.share >= COMPANY_LIMIT for h in companies):
        return None
    return Finding(
        weight=float(measures.share(value)) * 0.7,
        title=f"{portion(value, measures.total)} of the portfolio is in single companies.",
        text=f"None of the {len(companies)} is above {COMPANY_LIMIT}%, but together they rise and fall more than a "
        "broad fund does.",
    )


def _risk_level(measures: Measures) -> Finding | None:
    """Compare the share of stocks with its target; other classes count if stocks are on target."""
    drifts = measures.asset_class_drift
    equity = next((drift for drift in drifts if drift.key == AssetClass.EQUITY), None)
    if equity and abs(equity.points) >= RISK_POINTS:
        return _of_equity(measures, equity)
    off = [drift for drift in drifts if abs(drift.points) >= RISK_POINTS and drift.key != AssetClass.CASH]
    if not off:
        return None
    worst = max(off, key=lambda drift: abs(drift.points))
    return Finding(
        weight=float(abs(worst.points)),
        title=f"{label(worst.key)}: {distance(worst.points)} {_side(worst)} target.",
        text=f"{_share_and_target(measures, worst)}.",
    )


def _of_equity(measures: Measures, equity: Drift) -> Finding:
    more = equity.points > 0
    chosen = "the example goals call for" if measures.profile.is_example else "you chose"
    crisis = by_key(measures.stress, "financial_crisis")
    text = f"{_share_and_target(measures, equity)}."
    if more and crisis.change < 0:
        text += f" In a year like 2008, this mix would have lost about {loss(crisis, measures)}."
    elif not more:
        text += " A mix that is too safe may not grow enough to pay for what you plan."
    return Finding(
        weight=2.5 * float(abs(equity.points)),
        title=f"You are taking {'more' if more else 'less'} risk than {chosen}.",
        text=text,
    )


def _share_and_target(measures: Measures, drift: Drift) -> str:
    whole = "what we can classify" if measures.quality.unclassified_value else "the portfolio"
    verb = "make up" if drift.key in {AssetClass.EQUITY, AssetClass.FIXED_INCOME} else "is"
    share = portion(drift.share, 100)
    return f"{label(drift.key)} {verb} {share} of {whole}; {_target(measures, drift)}"


def _target(measures: Measures, drift: Drift) -> str:
    whose = "the example target" if measures.profile.is_example else "your target"
    return f"{whose} is {percent(drift.target, 0) if drift.target else 'none'}"


def _side(drift: Drift) -> str:
    return "above" if drift.points > 0 else "below"


def _regions(measures: Measures) -> Finding | None:
    off = [drift for drift in measures.region_drift if abs(drift.points) >= RISK_POINTS]
    if not off:
        return None
    worst = max(off, key=lambda drift: (abs(drift.points), drift.points))
    equity = measures.of_class(AssetClass.EQUITY)
    only = "Only " if worst.points < 0 else ""
    return Finding(
        weight=0.8 * float(abs(worst.points)) * float(measures.share(equity)) / 100,
        title=f"{only}{portion(worst.share, 100)} of your stocks are {place(worst.key)}.",
        text=f"{_target(measures, worst).capitalize()}. Regional targets apply to stocks only.",
    )


def _sector(measures: Measures) -> Finding | None:
    sectors = [part for part in measures.sectors if part.key not in _NO_BUSINESS_SECTORS]
    if not sectors or sectors[0].share < SECTOR_LIMIT:
        return None
    largest = sectors[0]
    return Finding(
        weight=float(largest.share) * 0.6,
        title=f"{label(largest.key)} is {portion(largest.amount, measures.total)} of everything.",
        text=f"{_seen_through(measures)}{money(largest.amount)} depends on this one sector. "
        f"{_where_the_sector_is(measures, largest.key)}",
    )


def _seen_through(measures: Measures) -> str:
    has_funds = any(not holding.is_single_company for holding in measures.concentration.holdings)
    return "Counting what funds hold, " if has_funds else ""


def _where_the_sector_is(measures: Measures, sector: str) -> str:
    """Name the holdings that contribute most to a sector."""
    parts: dict[str, Decimal] = {}
    for holding in measures.concentration.holdings:
        share = holding.instrument.allocation_sectors.get(Sector(sector), Decimal())
        if share:
            parts[holding.symbol] = holding.value * share / 100
    if not parts:  # only in data that contradicts itself
        return ""
    largest = sorted(parts, key=lambda symbol: (-parts[symbol], symbol))[:_SECTOR_HOLDINGS]
    together = portion(sum((parts[symbol] for symbol in largest), Decimal()), sum(parts.values(), Decimal()))
    names = listed([markdown(symbol) for symbol in largest])
    return f"All of it is in {names}." if len(parts) <= _SECTOR_HOLDINGS else f"{together} of that is in {names}."


def _cash(measures: Measures) -> Finding | None:
    cash, targets = measures.cash, measures.profile.asset_class_targets
    if not targets:
        return _cash_without_target(measures)
    if measures.share(cash.above_target) < CASH_LIMIT:
        return None
    wanted = targets.get(AssetClass.CASH, Decimal())
    whose = "the example target" if measures.profile.is_example else "your target"
    return Finding(
        weight=float(measures.share(cash.above_target)) * 0.9,
        title=_idle(measures) or f"Cash is {distance(measures.share(cash.total) - wanted)} above target.",
        text=f"{money(cash.total)} is in cash; {whose} is {percent(wanted, 0) if wanted else 'none'}. Keep what you "
        f"may need within a year; put the rest to work.{_drag(measures)}",
    )


def _idle(measures: Measures) -> str:
    return "Cash is earning nothing that we know of." if measures.cash.without_interest == measures.cash.total else ""


def _drag(measures: Measures) -> str:
    cost = measures.cash.yearly_cost
    return (
        f" In the other targets it could be expected to earn about {estimate(cost)} a year more." if cost >= 1 else ""
    )


def _cash_without_target(measures: Measures) -> Finding | None:
    cash = measures.cash.total
    if measures.share(cash) < CASH_WITHOUT_TARGET or not measures.valuation.invested:
        return None
    return Finding(
        weight=float(measures.share(cash)) * 0.4,
        title=f"{portion(cash, measures.total)} of the portfolio is cash.",
        text=f"That is {money(cash)}. Set a target for cash, and we can say how much of it to invest.",
    )


def _risk_near_retirement(measures: Measures) -> Finding | None:
    outlook, years = measures.outlook, measures.profile.years_until_retirement
    if outlook is None or years is None or years > RETIREMENT_NEAR_YEARS or -outlook.bad_year < RETIREMENT_NEAR_LOSS:
        return None
    when = f"Retirement is {count(years, 'year')} away" if years else "Retirement has begun"
    return Finding(
        weight=-100 * outlook.bad_year + 10,
        title=f"{when}, and a bad year could cost about {estimate(-outlook.bad_year * float(measures.total))}.",
        text=f"One year in twenty is expected to lose {percent(-100 * outlook.bad_year, 0)} or more. Losses early in "
        "retirement hurt most, because withdrawals leave less to recover with.",
    )


def _fees(measures: Measures) -> Finding | None:
    average = measures.fees.average
    if average is None or average < FEE_LIMIT:
        return None
    return Finding(
        weight=float(average) * 15,
        title=f"Your funds charge about {estimate(measures.fees.yearly)} a year.",
        text=f"That is {percent(average, 2)} of what is in them. Broad index funds charge less than 0.1%.",
    )


def _small_beside_contributions(measures: Measures) -> Finding | None:
    """While contributions exceed the holdings, new purchases shape the mix."""
    yearly = measures.profile.annual_contribution
    if not measures.total or not measures.profile.saves or yearly is None or measures.total >= yearly:
        return None
    return Finding(
        weight=35.0,
        title="A year of contributions is more than all you hold.",
        text=f"You plan to add {money(yearly)} a year to the {money(measures.total)} that is there. Your next "
        "purchases matter more than today's holdings.",
    )


_RULES: tuple[Callable[[Measures], Finding | None], ...] = (
    _large_companies,
    _many_companies,
    _risk_level,
    _regions,
    _cash,
    _sector,
    _risk_near_retirement,
    _fees,
    _small_beside_contributions,
    *DATA_RULES,
)
