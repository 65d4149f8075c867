"""The report's first sentence, and what to ask for before more can be said."""

from collections.abc import Sequence
from decimal import Decimal

from functions.reporter.measures import Measures
from functions.reporter.trades.model import TOLERANCE, Tax, Trade
from functions.shared.analysis.stress import Stress
from functions.shared.analysis.wording import count, estimate, label, markdown, money, percent, portion
from functions.shared.portfolio import AssetClass, Profile, Region

#: Points of equity above or below the target that make the mix riskier or safer than chosen.
RISK_POINTS = 5
#: Percent of the portfolio in one company that comes before everything else.
_ONE_COMPANY = 25
_MOSTLY = 50


def verdict(measures: Measures) -> str:
    """Return one sentence in bold, and what follows from it."""
    if not measures.total:
        return _nothing(measures)
    return f"**{_sentence(measures)}** {_consequence(measures)}".rstrip()


def asks(profile: Profile) -> list[str]:
    """Return what the user has not said yet, one sentence each."""
    asked = []
    plan = (profile.current_age, profile.years_until_retirement, profile.target_retirement_income)
    if None in plan:
        asked.append(
            "Tell us your age, when you plan to retire and what you want to spend, and we can say whether it works."
        )
    if not profile.asset_class_targets:
        asked.append("Tell us what mix of stocks, bonds and cash you want, and we can say which trades get you there.")
    return asked


def by_key(stress: tuple[Stress, ...], key: str) -> Stress:
    return next(each for each in stress if each.scenario.key == key)


def _nothing(measures: Measures) -> str:
    if measures.quality.unpriced:
        return "**No holding has a price yet, so we cannot say what the portfolio is worth.**"
    return (
        "**There is nothing to analyze yet.** Add an account with its holdings or cash, or import your broker's file."
    )


def _sentence(measures: Measures) -> str:
    companies, total = measures.concentration.single_companies, measures.total
    unknown = measures.quality.unclassified_value
    if 100 * unknown > _MOSTLY * total:
        return f"We cannot classify {portion(unknown, total)} of your portfolio, so most of this report is uncertain."
    if companies and 100 * companies[0].value > _ONE_COMPANY * total:
        first = companies[0]
        return (
            f"One company decides how you do: {markdown(first.symbol)} is {portion(first.value, total)} of your money."
        )
    if not measures.asset_class_drift and not measures.region_drift:
        return _without_targets(measures)
    return _against_targets(measures)


def _against_targets(measures: Measures) -> str:
    """Return the largest distance from a target: of stocks, else of another class, else of a region."""
    chosen = _wanted(measures)
    classes = sorted(measures.asset_class_drift, key=lambda d: (d.key != AssetClass.EQUITY, -abs(d.points)))
    for drift in classes:
        if abs(drift.points) >= RISK_POINTS:
            share, target = portion(drift.share, 100), percent(drift.target, 0) if drift.target else "none"
            name = label(drift.key).lower()
            return f"Your mix is not the one {chosen}: it has {share} in {name} instead of {target}."
    region = max(measures.region_drift, key=lambda drift: (abs(drift.points), drift.points), default=None)
    if region and abs(region.points) >= RISK_POINTS:
        share, target = portion(region.share, 100), percent(region.target, 0)
        return (
            f"Your stocks are not spread as {_wanted(measures)}: {share} are {place(region.key)} instead of {target}."
        )
    return f"Your portfolio is {'close to ' if measures.trades.trades else ''}what {_wanted(measures)}."


def _wanted(measures: Measures) -> str:
    return "the example goals ask for" if measures.profile.is_example else "you chose"


def place(region: str) -> str:
    """Return where something is, to follow "are"."""
    return {Region.INTERNATIONAL: "outside North America", Region.GLOBAL: "in global funds"}.get(
        Region(region), f"in {label(region)}"
    )


def _without_targets(measures: Measures) -> str:
    largest = measures.asset_classes[0]
    share = portion(largest.amount, measures.total)
    if largest.key == AssetClass.CASH:
        return f"Your {money(measures.total)} is {share} cash."
    crisis = by_key(measures.stress, "financial_crisis")
    mix = f"Your {money(measures.total)} is {share} {label(largest.key).lower()}"
    if crisis.change >= 0 or crisis.left_out:
        return f"{mix}."
    return f"{mix}: a year like 2008 would have cost about {loss(crisis, measures)}."


def loss(stress: Stress, measures: Measures) -> str:
    """Return a loss as a percentage and an amount, to follow "about"."""
    return f"{portion(-stress.change, measures.total)}, or {estimate(-stress.change)}"


def _consequence(measures: Measures) -> str:
    trades = measures.trades.trades
    if not measures.asset_class_drift and not measures.region_drift and measures.trades.before is None:
        return ""
    if not trades:
        return _no_trades(measures)
    reach = f"within {TOLERANCE} points of every {'example ' if measures.profile.is_example else ''}target"
    number = count(len(trades), "trade")
    bring = "brings" if len(trades) == 1 else "bring"
    if measures.trades.left:
        closer = f"closer to {measures.targets}; what stays open is listed there"
        return f"The {number} below {bring} it {closer}.{_taxed(trades)}"
    free = "" if _taxed(trades) else ", without a taxed sale"
    return f"The {number} below {bring} it {reach}{free}.{_taxed(trades)}"


def _taxed(trades: Sequence[Trade]) -> str:
    gains = sum((trade.gain for trade in trades if trade.gain and trade.gain > 0), Decimal())
    if gains:
        return f" Selling realizes {money(gains)} of gains, which are taxed."
    return " Selling may realize gains: their cost is unknown." if any(t.tax is Tax.UNKNOWN for t in trades) else ""


def _no_trades(measures: Measures) -> str:
    if not measures.trades.left:
        return "Nothing needs to be done now."
    return "We propose no trades now; the reason is below."
