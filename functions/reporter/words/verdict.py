"""The report's first sentence, and the goals to ask for."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from functions.reporter.drift_thresholds import RISK_POINTS, TOLERANCE
from functions.reporter.measures import Measures
from functions.reporter.trades.model import Tax, Trade
from functions.shared.analysis.drift import Drift
from functions.shared.analysis.risk import Outlook
from functions.shared.analysis.wording import count, dollars, estimate, label, markdown, money, percent, portion
from functions.shared.narration.claims import Claim, Direction, sentence
from functions.shared.portfolio import AssetClass, Profile, Region

#: Percent of the portfolio in one company above which the verdict is about that company.
_ONE_COMPANY = 25
_MOSTLY = 50
_RISKIEST = frozenset({AssetClass.EQUITY, AssetClass.CRYPTO})
#: A loss is stated for the whole mix if at most one part in this many has no figure.
_MOSTLY_KNOWN = 20


def verdict(measures: Measures) -> Iterator[Claim]:
    """Yield one claim in bold, and what follows from it."""
    if measures.total:
        main = _main(measures)
        yield replace(main, text=f"**{main.text}**")
        yield from _consequence(measures)
    elif measures.quality.unpriced:
        text = "**no holding has a price yet, so we cannot say what the portfolio is worth**"
        yield Claim(text, "portfolio", "value", Direction.NONE)
    else:
        yield Claim("**there is nothing to analyze yet**", "portfolio", "value", Direction.NONE)
        text = "add an account with its holdings or cash, or import your broker's file"
        yield Claim(text, "portfolio", "holdings", Direction.ACTION)


def headline(measures: Measures) -> str:
    """Return the first claim of the verdict as a sentence, without emphasis."""
    return sentence(next(verdict(measures)))


def asks(profile: Profile) -> list[str]:
    """Return a request for each goal that the user has not set, one sentence each."""
    asked = []
    plan = (profile.current_age, profile.years_until_retirement, profile.target_retirement_income)
    if None in plan:
        asked.append(
            "Tell us your age, when you plan to retire and what you want to spend, and we can say whether it works."
        )
    if not profile.asset_class_targets:
        asked.append("Tell us what mix of stocks, bonds and cash you want, and we can say which trades get you there.")
    return asked


def loss_like_2008(measures: Measures) -> str:
    """Return a loss as a percentage and an amount, to follow "about"; empty without a loss or enough data.

    The scenario's returns are those of whole markets, which describe no portfolio with much in one company.
    """
    crisis = next(each for each in measures.stress if each.scenario.key == "financial_crisis")
    if _depends_on_one_company(measures):
        return ""
    if crisis.estimate >= 0 or _MOSTLY_KNOWN * crisis.left_out > measures.total:
        return ""
    return f"{portion(-crisis.change, measures.total)}, or {dollars(-crisis.estimate)}"


def _main(measures: Measures) -> Claim:
    companies, total = measures.concentration.single_companies, measures.total
    unknown = measures.quality.unclassified_value
    if 100 * unknown > _MOSTLY * total:
        share = portion(unknown, total)
        text = f"we cannot classify {share} of your portfolio, so most of this report is uncertain"
        return Claim(text, "unclassified holdings", "share", value=share)
    if _depends_on_one_company(measures):
        symbol, share = markdown(companies[0].symbol), portion(companies[0].value, total)
        return Claim(f"one company decides how you do: {symbol} is {share} of your money", symbol, "share", value=share)
    if not measures.asset_class_drift and not measures.region_drift:
        return _without_targets(measures)
    return _against_targets(measures)


def _depends_on_one_company(measures: Measures) -> bool:
    companies = measures.concentration.single_companies
    return bool(companies) and 100 * companies[0].value > _ONE_COMPANY * measures.total


def _against_targets(measures: Measures) -> Claim:
    """Return the most important distance from a target: of a class, else of a region."""
    chosen = _wanted(measures)
    for drift in sorted(measures.asset_class_drift, key=_importance):
        if abs(drift.points) >= RISK_POINTS:
            share = portion(drift.share, 100) if drift.share else "nothing"
            target = percent(drift.target, 0) if drift.target else "none"
            name = label(drift.key).lower()
            part = f"{share} of what we can classify is" if measures.quality.unclassified_value else f"it has {share}"
            text = f"your mix is not the one {chosen}: {part} in {name} instead of {target}"
            return Claim(text, name, "share", direction_of(drift), share)
    region = max(measures.region_drift, key=lambda drift: (abs(drift.points), drift.points), default=None)
    if region and abs(region.points) >= RISK_POINTS:
        share, target = portion(region.share, 100), percent(region.target, 0)
        text = f"your stocks are not spread as {_wanted(measures)}: {share} are {place(region.key)} instead of {target}"
        return Claim(text, f"stocks {place(region.key)}", "share", direction_of(region), share)
    close = "close to " if measures.trades.trades else ""
    return Claim(f"your portfolio is {close}what {_wanted(measures)}", "portfolio", "distance from targets")


def _importance(drift: Drift) -> tuple[bool, bool, Decimal]:
    """Return a key to sort by: too much in the riskiest classes first, then stocks, then other classes."""
    is_too_risky = drift.key in _RISKIEST and drift.points >= RISK_POINTS
    return not is_too_risky, not is_too_risky and drift.key != AssetClass.EQUITY, -abs(drift.points)


def direction_of(drift: Drift) -> Direction:
    return Direction.ABOVE if drift.points > 0 else Direction.BELOW


def _wanted(measures: Measures) -> str:
    return "the example goals ask for" if measures.profile.is_example else "you chose"


def place(region: str) -> str:
    """Return the location for a region, as words to follow "are"."""
    return {Region.INTERNATIONAL: "outside North America", Region.GLOBAL: "in global funds"}.get(
        Region(region), f"in {label(region)}"
    )


def _without_targets(measures: Measures) -> Claim:
    largest = measures.asset_classes[0]
    share, name = portion(largest.amount, measures.total), label(largest.key).lower()
    whole = "all" if largest.amount == measures.total else share
    text = f"your {money(measures.total)} is {whole} {name}"
    if largest.key == AssetClass.CASH:
        return Claim(text, name, "share", value=whole)
    if lost := loss_like_2008(measures):
        text += f": a year like 2008 would have cost about {lost}"
    elif largest.key == AssetClass.CRYPTO and measures.outlook:
        text += f": one year in twenty could cost {bad_year(measures.outlook, measures)} or more"
    return Claim(text, name, "share", value=whole)


def bad_year(outlook: Outlook, measures: Measures) -> str:
    """Return the loss of one year in twenty."""
    amount = estimate(-outlook.bad_year * float(measures.total))
    return f"{percent(-100 * outlook.bad_year, 0)} (about {amount})"


def _consequence(measures: Measures) -> Iterator[Claim]:
    trades = measures.trades.trades
    if not measures.asset_class_drift and not measures.region_drift and measures.trades.before is None:
        return
    if not trades:
        yield Claim(_no_trades(measures), "trades", "number", Direction.NONE)
        return
    taxed = list(_taxed(trades))
    reach = f"within {TOLERANCE} points of every {'example ' if measures.profile.is_example else ''}target"
    number, bring = ("trade", "brings") if len(trades) == 1 else (count(len(trades), "trade"), "bring")
    if measures.trades.left:
        reach = f"closer to {measures.targets}; what stays open is listed there"
    elif not taxed:
        reach += ", without a taxed sale"
    yield Claim(f"the {number} below {bring} your mix {reach}", "trades", "distance from targets", value=number)
    yield from taxed


def _taxed(trades: Sequence[Trade]) -> Iterator[Claim]:
    gains = sum((trade.gain for trade in trades if trade.gain and trade.gain > 0), Decimal())
    if gains:
        text = f"selling realizes {money(gains)} of gains, which are taxed"
        yield Claim(text, "sales", "gains", Direction.UP, money(gains))
    elif any(trade.tax is Tax.UNKNOWN for trade in trades):
        yield Claim("selling may realize gains: your file lacks the cost of the holdings to sell", "sales", "gains")


def _no_trades(measures: Measures) -> str:
    if not measures.trades.left:
        return "nothing needs to be done now"
    return "we propose no trades now; the reason is below"
