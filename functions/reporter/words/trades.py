"""The trades as a table, one row per account, and the targets that they reach or miss."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import groupby

from functions.reporter.drift_thresholds import TOLERANCE
from functions.reporter.measures import Measures
from functions.reporter.trades.accounts import TaxStatus, has_fund_menu, tax_status
from functions.reporter.trades.funds import EXAMPLES
from functions.reporter.trades.model import Action, Left, Reason, Tax, Trade
from functions.reporter.trades.sources import new_money
from functions.shared.analysis.wording import count, distance, label, listed, markdown, money, named, table
from functions.shared.portfolio import AssetClass

_NO_TARGETS = "We propose trades once you have set the mix that you want."
_TOO_LITTLE_KNOWN = "We propose trades once you have told us what most of your money is in."
#: An account below this fraction of the portfolio, one in twenty, is not named if nothing is traded in it.
_WORTH_NAMING = 20
#: A change above this fraction of an account's purchases is worth mentioning.
_NOTABLE = Decimal("0.2")
_REASONS = {
    Reason.TAXED: "closing the gap would take sales that are taxed, or may be",
    Reason.SMALL: "it would take too many small trades",
    Reason.AT_BANK: "the money is in a bank account; move it to an investment account if you want to invest it",
    Reason.NO_FUND: "you hold no fund that would close the gap",
}


def what_to_do(measures: Measures) -> str:
    plan = measures.trades
    if plan.before is None and not plan.trades:
        if not _has_targets(measures):
            return _NO_TARGETS
        return _TOO_LITTLE_KNOWN if measures.quality.unclassified_value else "There is nothing to trade yet."
    if not plan.trades:
        return "\n\n".join([_nothing(measures), *_left(measures)])
    rows = [
        (_account(name), _deeds(measures, name, trades), _why(measures, name, trades))
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


def _deeds(measures: Measures, account: str | None, trades: list[Trade]) -> str:
    if account is None:
        return f"Put the next {listed([f'{money(t.amount)} into {_fund(t, account)}' for t in trades])}"
    parts = []
    for action, verb in ((Action.MATURE, "use"), (Action.SELL, "sell"), (Action.BUY, "buy")):
        if done := [trade for trade in trades if trade.action is action]:
            repaid = f" when {'it is' if len(done) == 1 else 'they are'} repaid" if action is Action.MATURE else ""
            parts.append(f"{verb} {listed([_of(measures, trade, account) for trade in done])}{repaid}")
    text = ", ".join(parts)
    return text[:1].upper() + text[1:]


def _of(measures: Measures, trade: Trade, account: str) -> str:
    fund = _fund(trade, account)
    if trade.action is Action.MATURE:
        names = (h.instrument.name for h in measures.concentration.holdings if h.symbol == trade.symbol)
        fund = markdown(next((name for name in names if name), trade.symbol))
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
    above = {drift.key for drift in measures.asset_class_drift if drift.points > 0}
    raised = [key for key in sorted(net, key=lambda key: -net[key]) if net[key] > _NOTABLE * bought and bought]
    wanted = [label(key).lower() for key in raised if key not in above]
    said = [f"raises {listed(wanted)}"] if wanted else []
    if bought and min(stocks.values()) > _NOTABLE * bought:
        said.append("moves stocks to other regions")
    elif AssetClass.EQUITY in raised and AssetClass.EQUITY in above:
        said.append("adds stocks in regions that are below target")
    return said


def _classes(measures: Measures, symbol: str) -> Mapping[AssetClass, Decimal]:
    known = [*(holding.instrument for holding in measures.concentration.holdings), *(fund for fund, _ in EXAMPLES)]
    return next((fund.allocation_asset_class for fund in known if fund.symbol == symbol), {})


def _taxes(measures: Measures, account: str, trades: list[Trade]) -> list[str]:
    sales = [trade for trade in trades if trade.action is Action.SELL]
    if not sales:
        return []
    if all(trade.tax is Tax.FREE for trade in sales):
        return [
            "no tax, because the account is tax-advantaged"
            if _status(measures, account) is TaxStatus.ADVANTAGED
            else "no tax"
        ]
    said = []
    gains = sum((trade.gain for trade in sales if trade.gain and trade.gain > 0), Decimal())
    losses = sum((trade.gain for trade in sales if trade.gain and trade.gain < 0), Decimal())
    if gains:
        said.append(f"realizes a gain of {money(gains)}, which is taxed")
    if losses:
        said.append(f"realizes a loss of {money(-losses)}")
    if unknown := [trade.symbol for trade in sales if trade.tax is Tax.UNKNOWN]:
        said.append(f"may realize a gain: your file has no cost for {named(unknown)}")
    if said and _status(measures, account) is TaxStatus.UNKNOWN:
        said.append("counted as taxable, because its name does not say")
    return said


def _status(measures: Measures, name: str) -> TaxStatus:
    return next(tax_status(a.name, a.purpose) for a in measures.snapshot.accounts if a.name == name)


def _untouched(measures: Measures) -> Iterable[tuple[str, str, str]]:
    """Name taxable accounts in which nothing is traded, because selling there would or might be taxed."""
    traded = {trade.account for trade in measures.trades.trades}
    for account, valued in zip(measures.snapshot.accounts, measures.valuation.accounts, strict=True):
        invested = sum((held.value for held in valued.positions), Decimal())
        status = tax_status(account.name, account.purpose)
        if (
            status is not TaxStatus.ADVANTAGED
            and account.name not in traded
            and _WORTH_NAMING * invested > measures.total
        ):
            reason = "Selling there may realize gains"
            if status is TaxStatus.UNKNOWN:
                reason += ", if it is taxable; its name does not say"
            yield markdown(account.name), "Nothing now", reason


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
    """Return how much cash the trades leave, so that no other sentence has to state it."""
    plan, text = measures.trades, ""
    if plan.cash_used > 0:
        left = measures.valuation.cash - plan.cash_used
        remains = f"{money(left)} in cash" if 100 * left >= measures.total else "hardly any cash"
        text = f" That leaves {remains}; keep more if you need it within a year."
    kept = new_money(measures.snapshot) - plan.new_money
    if plan.new_money and kept and 100 * kept >= measures.total:
        text += f" The other {money(kept)} of a year's savings stays in cash."
    return text


def _left(measures: Measures) -> list[str]:
    """List the targets that stay open, and give a reason that they share once."""
    left = measures.trades.left
    if not left:
        return []
    reasons = {each.reason for each in left}
    shared = f", because {_REASONS[left[0].reason]}" if len(reasons) == 1 else ""
    lines = [
        f"- {_name(each)}: {distance(each.points)} {_side(each)} target"
        f"{'' if shared else f', because {_REASONS[each.reason]}'}."
        for each in left
    ]
    return [f"What stays open{shared}:\n\n" + "\n".join(lines)]


def _side(left: Left) -> str:
    return "above" if left.points > 0 else "below"


def _name(left: Left) -> str:
    if left.of_equity:
        return f"{label(left.key)} within stocks"
    return label(AssetClass(left.key))
