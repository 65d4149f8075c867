"""Rules that find what stands out and recommend a response. Each rule covers one concern and has its own threshold.

A finding's weight approximates the percentage of the portfolio that it concerns, so that the most important ones come
first. Thresholds are common rules of thumb; the text states each threshold that it relies on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from functions.reporter.measures import Measures
from functions.shared.analysis.concentration import Holding
from functions.shared.analysis.drift import Drifts, new_money_to_targets, to_move
from functions.shared.analysis.risk import Outlook
from functions.shared.analysis.wording import count, day, distance, dollars, label, listed, markdown, money, percent
from functions.shared.portfolio import AssetClass, Sector

DRIFT_BAND = 5
"""Percentage points around a target within which nothing needs to change."""
COMPANY_LIMIT = 10
"""Percent of the portfolio in one company."""
COMPANIES_LIMIT = 30
"""Percent of the portfolio in all single companies together."""
SECTOR_LIMIT = 30
CASH_LIMIT = 5
"""Percent of the portfolio in cash above its target."""
SMALL_SHARE = 1
SMALLEST_COST = 1
"""Lowest yearly cost, in US dollars, that makes a finding."""
SYMBOLS_NAMED = 6
RETIREMENT_NEAR_YEARS = 5
RETIREMENT_NEAR_LOSS = Decimal("0.15")
CONTRIBUTION_YEARS = 5
"""If contributions take longer than this to meet a target, the report does not suggest them."""

_NO_BUSINESS_SECTORS = frozenset(
    {
        Sector.TREASURY,
        Sector.CORPORATE,
        Sector.MORTGAGE,
        Sector.GOVERNMENT_RELATED,
        Sector.DIVERSIFIED,
        Sector.CASH,
        Sector.UNCLASSIFIED,
    }
)


@dataclass(frozen=True)
class Finding:
    """`title`, `text` and `recommendation` are Markdown; the recommendation may be empty."""

    weight: float
    title: str
    text: str
    recommendation: str = ""
    sells: bool = False
    """Whether the recommendation includes selling holdings."""
    meets_targets: bool = False
    """Whether the recommendation meets the user's targets."""


def find(measures: Measures) -> list[Finding]:
    """Return the findings, highest weight first."""
    found = [finding for rule in _RULES if (finding := rule(measures)) is not None]
    return sorted(found, key=lambda finding: -finding.weight)


def _single_companies(measures: Measures) -> Finding | None:
    companies = measures.concentration.single_companies
    large = [holding for holding in companies if holding.share >= COMPANY_LIMIT]
    together = sum((holding.share for holding in companies), Decimal())
    if large:
        return _large_companies(measures, large)
    if together < COMPANIES_LIMIT:
        return None
    return Finding(
        weight=float(together) * 0.7,
        title=f"{percent(together)} of the portfolio is in single companies",
        text=f"None of the {len(companies)} is above {COMPANY_LIMIT} %, but together they rise and fall more "
        "than a broad fund does.",
        recommendation=f"Bring single companies together below {COMPANIES_LIMIT} % of the portfolio, for instance by "
        + (
            "putting new money into broad funds."
            if measures.profile.saves
            else "selling of them first when you need money."
        ),
    )


def _large_companies(measures: Measures, large: list[Holding]) -> Finding:
    share = sum((holding.share for holding in large), Decimal())
    limit = measures.total * COMPANY_LIMIT / 100
    names = listed([f"{markdown(h.symbol)} ({percent(h.share)}, {money(h.value)})" for h in large])
    reductions = listed([f"{markdown(h.symbol)} by about {dollars(h.value - limit)}" for h in large])
    one = len(large) == 1
    return Finding(
        weight=float(share),
        title=f"{percent(share)} of the portfolio hangs on {count(len(large), 'company', 'companies')}",
        text=f"{names} {'is' if one else 'are each'} above {COMPANY_LIMIT} % of the portfolio. What happens to "
        f"{'that company' if one else 'one of them'} happens to your savings; no diversification softens it.",
        sells=True,
        recommendation=f"Reduce {reductions}, which brings {'it' if one else 'each'} down to {COMPANY_LIMIT} % of the "
        "portfolio.",
    )


def _asset_class_drift(measures: Measures) -> Finding | None:
    return _drift(measures, measures.asset_class_drift, "asset classes", 1.0)


def _region_drift(measures: Measures) -> Finding | None:
    """Return None for an all-cash portfolio: no region needs to change."""
    if not measures.valuation.invested:
        return None
    return _drift(measures, measures.region_drift, "regions", 0.8)


def _drift(measures: Measures, drifts: Drifts, what: str, severity: float) -> Finding | None:
    outside = [drift for drift in drifts if abs(drift.points) >= DRIFT_BAND]
    if not outside:
        return None
    moved = to_move(drifts)
    worst = max(outside, key=lambda drift: abs(drift.points))
    side = "above" if worst.points > 0 else "below"
    return Finding(
        weight=float(measures.share(moved)) * severity,
        title=f"{label(worst.key)} is {distance(worst.points)} {side} target",
        text=f"{_now_and_wanted(drifts)} Meeting the targets for {what} means moving {money(moved)}, "
        f"{percent(measures.share(moved))} of the portfolio.",
        sells=measures.valuation.invested > 0 and any(d.move < 0 and d.key != AssetClass.CASH for d in drifts),
        meets_targets=True,
        recommendation=f"To meet the targets for {what}, {_moves(drifts)}.{_by_contributions(measures, drifts)}",
    )


def _now_and_wanted(drifts: Drifts) -> str:
    shown = [f"{label(d.key)} {percent(d.share)} (target {percent(d.target)})" for d in drifts if d.points]
    return f"{listed(shown, 6)}."


def _moves(drifts: Drifts) -> str:
    sold, bought = [d for d in drifts if d.move < 0], [d for d in drifts if d.move > 0]
    if len(sold) == len(bought) == 1:
        return f"move {money(bought[0].move)} from {label(sold[0].key)} to {label(bought[0].key)}"
    out = listed([f"{money(-drift.move)} out of {label(drift.key)}" for drift in sold])
    into = listed([f"{money(drift.move)} into {label(drift.key)}" for drift in bought])
    return f"move {out}, and {into}"


def _by_contributions(measures: Measures, drifts: Drifts) -> str:
    needed, yearly = new_money_to_targets(drifts), measures.profile.annual_contribution
    if not (measures.valuation.invested and measures.profile.saves and needed is not None and yearly):
        return ""
    if needed > CONTRIBUTION_YEARS * yearly:
        return ""
    return (
        f" Without selling, {money(needed)} of new money placed below target would do the same: "
        f"{count(ceil(needed / yearly), 'year')} of contributions at most."
    )


def _cash(measures: Measures) -> Finding | None:
    cash, share = measures.cash, measures.share(measures.cash.above_target)
    if share < CASH_LIMIT or cash.yearly_cost < SMALLEST_COST:
        return None
    idle = ""
    if cash.without_interest:
        idle = f" No interest is recorded for {money(cash.without_interest)} of the cash."
    elif cash.average_interest:
        idle = f" The accounts state an average interest of {percent(cash.average_interest, 2)}."
    return Finding(
        weight=float(share) * 0.7,
        title=f"Cash above target is expected to cost about {dollars(cash.yearly_cost)} a year",
        text=f"That is what {money(cash.above_target)} would be expected to earn beyond cash, after inflation, in the "
        f"mix of your other targets.{idle}",
        recommendation="Keep what you need as a reserve, in an account that pays interest, and invest the rest of the "
        f"{money(cash.above_target)} that is above target.",
    )


def _sector(measures: Measures) -> Finding | None:
    sectors = [part for part in measures.sectors if part.key not in _NO_BUSINESS_SECTORS]
    if not sectors or sectors[0].share < SECTOR_LIMIT:
        return None
    largest = sectors[0]
    return Finding(
        weight=float(largest.share) * 0.6,
        title=f"{label(largest.key)} is {percent(largest.share)} of the portfolio",
        text=f"{_seen_through(measures)}{money(largest.amount)} depends on this one sector; {SECTOR_LIMIT} % is a "
        "customary limit.",
        recommendation=f"Put new money into holdings outside {label(largest.key)} until it is below {SECTOR_LIMIT} %."
        if measures.profile.saves
        else f"Take what you need out of {label(largest.key)} first, until it is below {SECTOR_LIMIT} %.",
    )


def _seen_through(measures: Measures) -> str:
    has_funds = any(not holding.is_single_company for holding in measures.concentration.holdings)
    return "Counting what the funds hold, " if has_funds else ""


def _risk_near_retirement(measures: Measures) -> Finding | None:
    outlook, years = measures.outlook, measures.profile.years_until_retirement
    if outlook is None or years is None or years > RETIREMENT_NEAR_YEARS or -outlook.bad_year < RETIREMENT_NEAR_LOSS:
        return None
    when = f"Retirement is {count(years, 'year')} away" if years else "Retirement has begun"
    return Finding(
        weight=-100 * outlook.bad_year + 10,
        title=f"{when} and a bad year could cost {dollars(_loss(measures, outlook))}",
        text=f"One year in twenty is expected to lose {percent(-100 * outlook.bad_year)} or more. Losses early in "
        "retirement weigh most, since withdrawals leave less to recover with.",
        recommendation="Hold the next few years of withdrawals in bonds and cash, so that a bad year does not "
        "force you to sell.",
    )


def _unpriced(measures: Measures) -> Finding | None:
    symbols = measures.quality.unpriced
    if not symbols:
        return None
    names = _some(symbols)
    return Finding(
        weight=60.0,
        title=f"{count(len(symbols), 'holding')} without a price",
        text=f"{names} {'is' if len(symbols) == 1 else 'are'} counted as nothing in this report, so your portfolio is "
        "worth more than it says and every share is of the priced part only.",
        recommendation=f"Add a price for {names}, and run the analysis again.",
    )


def _unclassified(measures: Measures) -> Finding | None:
    quality, share = measures.quality, measures.share(measures.quality.unclassified_value)
    if share < SMALL_SHARE:
        return None
    names = _some(quality.unclassified)
    return Finding(
        weight=float(share) * 0.9,
        title=f"{percent(share)} of the portfolio is unclassified",
        text=f"Nothing certain is known of what {names} {'holds' if len(quality.unclassified) == 1 else 'hold'} "
        f"({money(quality.unclassified_value)}). It is left out of the comparison with the targets, and its risk is "
        "assumed to be high.",
        recommendation=f"Check the {'symbol' if len(quality.unclassified) == 1 else 'symbols'} {names}.",
    )


def _stale(measures: Measures) -> Finding | None:
    quality, share = measures.quality, measures.share(measures.quality.stale_value)
    if share < CASH_LIMIT or quality.oldest_price is None:
        return None
    return Finding(
        weight=float(share) * 0.5,
        title=f"{percent(share)} of the value rests on old prices",
        text=f"{count(len(quality.stale), 'holding has', 'holdings have')} a price older than a week; the oldest is of "
        f"{day(quality.oldest_price)}.",
        recommendation="Import a current export of the accounts, and run the analysis again.",
    )


def _small_beside_contributions(measures: Measures) -> Finding | None:
    """While contributions exceed the holdings, new purchases shape the mix and rebalancing is not worth the effort."""
    yearly = measures.profile.annual_contribution
    if not (measures.total and measures.profile.saves and yearly) or measures.total >= yearly:
        return None
    return Finding(
        weight=35.0,
        title="A year of contributions is more than all that is held",
        text=f"You plan to add {money(yearly)} a year to the {money(measures.total)} that is there, so that the mix of "
        "what you buy from now on matters more than what you hold today.",
        recommendation="Buy what is below target with new contributions first, before you sell anything.",
    )


def _some(symbols: Sequence[str]) -> str:
    """Return the first few symbols; the data quality chapter lists more."""
    return listed([markdown(symbol) for symbol in symbols], SYMBOLS_NAMED)


def _loss(measures: Measures, outlook: Outlook) -> float:
    return -outlook.bad_year * float(measures.total)


_RULES: tuple[Callable[[Measures], Finding | None], ...] = (
    _single_companies,
    _asset_class_drift,
    _region_drift,
    _cash,
    _sector,
    _risk_near_retirement,
    _small_beside_contributions,
    _unpriced,
    _unclassified,
    _stale,
)
