"""The trades as a table, one row per account, and what they do and do not reach."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import groupby

from functions.reporter.measures import Measures
from functions.reporter.trades.accounts import has_fund_menu, is_tax_advantaged
from functions.reporter.trades.funds import EXAMPLES
from functions.reporter.trades.model import TOLERANCE, Action, Left, Reason, Tax, Trade
from functions.shared.analysis.wording import count, distance, label, listed, markdown, money, table
from functions.shared.portfolio import AssetClass

_NO_TARGETS = "We propose trades once you have set the mix that you want."
#: An account below this part of the portfolio, one in twenty, is not named if nothing is traded in it.
_WORTH_NAMING = 20
#: The part of an account's purchases that is worth a word.
_NOTABLE = Decimal("0.2")
_REASONS = {
    Reason.TAXED: "closing the gap would take sales that are taxed, or may be",
    Reason.SMALL: "it would take too many small trades",
    Reason.NO_FUND: "you hold no fund that would close the gap",
}


def what_to_do(measures: Measures) -> str:
    plan = measures.trades
    if plan.before is None and not plan.trades:
        return _NO_TARGETS if not _has_targets(measures) else "There is nothing to trade yet."
    if not plan.trades:
        return "\n\n".join([_nothing(measures), *_left(measures)])
    rows = [
        (_account(name), _deeds(name, trades), _why(measures, name, trades))
        for name, trades in (
            (name, list(group)) for name, group in groupby(plan.trades, key=lambda trade: trade.account)
        )
    ]
    return "\n\n".join(
        [
            table(("Account", "Trade", "Why"), [*rows, *_untouched(measures)], texts=3),
            _result(measures),
            *_left(measures),
        ]
    )


def _has_targets(measures: Measures) -> bool:
    return bool(measures.profile.asset_class_targets or measures.profile.region_targets)


def _nothing(measures: Measures) -> str:
    if measures.trades.left:
        return "Nothing now."
    return f"Nothing now. Everything is within {TOLERANCE} points of its target. Look again in a few months."


def _account(name: str | None) -> str:
    return "New savings" if name is None else markdown(name)


def _deeds(account: str | None, trades: list[Trade]) -> str:
    if account is None:
        return f"Put the next {listed([f'{money(t.amount)} into {_fund(t, account)}' for t in trades])}"
    parts = []
    for action, verb in ((Action.MATURE, "as they mature, use"), (Action.SELL, "sell"), (Action.BUY, "buy")):
        if done := [trade for trade in trades if trade.action is action]:
            parts.append(f"{verb} {listed([_of(trade, account) for trade in done])}")
    text = ", ".join(parts)
    return text[:1].upper() + text[1:]


def _of(trade: Trade, account: str) -> str:
    fund = _fund(trade, account)
    if trade.shares is None:
        return f"{money(trade.amount)} of {fund}"
    is_whole = trade.shares == int(trade.shares)
    shares = count(int(trade.shares), "share") if is_whole else f"{trade.shares.normalize():f} shares"
    return f"{shares} of {fund} ({money(trade.amount)})"


def _fund(trade: Trade, account: str | None) -> str:
    if not trade.is_suggestion:
        return markdown(trade.symbol)
    menu = " or your plan's nearest fund" if account is not None and has_fund_menu(account) else " or a similar fund"
    return f"{markdown(trade.symbol)}{menu}"


def _why(measures: Measures, account: str | None, trades: list[Trade]) -> str:
    if account is None:
        return "New money first: it costs no tax"
    text = "; ".join([*_purpose(measures, trades), *_taxes(measures, account, trades)]) or "brings you closer"
    return text[:1].upper() + text[1:]


def _purpose(measures: Measures, trades: list[Trade]) -> list[str]:
    """Return what the trades of an account change: the classes that they raise, or the regions of stocks."""
    net: dict[AssetClass, Decimal] = {}
    stocks = {Action.BUY: Decimal(), Action.SELL: Decimal()}
    for trade in trades:
        sign = 1 if trade.action is Action.BUY else -1
        for key, percent in _classes(measures, trade.symbol).items():
            net[key] = net.get(key, Decimal()) + sign * trade.amount * percent / 100
            if key is AssetClass.EQUITY and trade.action in stocks:
                stocks[trade.action] += trade.amount * percent / 100
    bought = sum((trade.amount for trade in trades if trade.action is Action.BUY), Decimal())
    raised = [key for key in sorted(net, key=lambda key: -net[key]) if net[key] > _NOTABLE * bought and bought]
    said = [f"raises {listed([label(key).lower() for key in raised])}"] if raised else []
    if bought and min(stocks.values()) > _NOTABLE * bought:
        said.append("moves stocks to other regions")
    return said


def _classes(measures: Measures, symbol: str) -> Mapping[AssetClass, Decimal]:
    known = [*(holding.instrument for holding in measures.concentration.holdings), *(fund for fund, _ in EXAMPLES)]
    return next((fund.allocation_asset_class for fund in known if fund.symbol == symbol), {})


def _taxes(measures: Measures, account: str, trades: list[Trade]) -> list[str]:
    sales = [trade for trade in trades if trade.action is Action.SELL]
    if not sales:
        return []
    if all(trade.tax is Tax.FREE for trade in sales):
        return ["no tax, because the account is tax-advantaged" if _is_free(measures, account) else "no tax"]
    said = []
    gains = sum((trade.gain for trade in sales if trade.gain and trade.gain > 0), Decimal())
    losses = sum((trade.gain for trade in sales if trade.gain and trade.gain < 0), Decimal())
    if gains:
        said.append(f"realizes a gain of {money(gains)}, which is taxed")
    if losses:
        said.append(f"realizes a loss of {money(-losses)}")
    if unknown := [trade.symbol for trade in sales if trade.tax is Tax.UNKNOWN]:
        said.append(f"may realize a gain: your file has no cost for {listed([markdown(s) for s in unknown])}")
    return said


def _is_free(measures: Measures, name: str) -> bool:
    return any(a.name == name and is_tax_advantaged(a.name, a.purpose) for a in measures.snapshot.accounts)


def _untouched(measures: Measures) -> Iterable[tuple[str, str, str]]:
    """Name taxable accounts in which nothing is traded, because selling there would or might be taxed."""
    traded = {trade.account for trade in measures.trades.trades}
    for account, valued in zip(measures.snapshot.accounts, measures.valuation.accounts, strict=True):
        invested = sum((held.value for held in valued.positions), Decimal())
        is_taxable = not is_tax_advantaged(account.name, account.purpose)
        if is_taxable and account.name not in traded and _WORTH_NAMING * invested > measures.total:
            yield markdown(account.name), "Nothing now", "Selling there may realize gains"


def _result(measures: Measures) -> str:
    plan = measures.trades
    number = len(plan.trades)
    reach = (
        f"within {TOLERANCE} points of every {'example ' if measures.profile.is_example else ''}target"
        if not plan.left
        else f"closer to {measures.targets}"
    )
    return f"{'This trade brings' if number == 1 else f'These {number} trades bring'} you {reach}.{_cash(measures)}"


def _cash(measures: Measures) -> str:
    """Return how much cash the trades leave, so that nothing else has to say it."""
    plan = measures.trades
    if not measures.valuation.cash:
        return ""
    left = measures.valuation.cash - plan.cash_used
    remains = f"{money(left)} in cash" if 100 * left >= measures.total else "hardly any cash"
    return f" That leaves {remains}; keep more if you need it within a year." if plan.cash_used > 0 else ""


def _left(measures: Measures) -> list[str]:
    if not measures.trades.left:
        return []
    lines = [
        f"- {_name(left)}: {distance(left.points)} {_side(left)} target, because {_REASONS[left.reason]}."
        for left in measures.trades.left
    ]
    return ["What stays open:\n\n" + "\n".join(lines)]


def _side(left: Left) -> str:
    return "above" if left.points > 0 else "below"


def _name(left: Left) -> str:
    if left.of_equity:
        return f"{label(left.key)} within stocks"
    return label(AssetClass(left.key))
