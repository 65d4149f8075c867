"""What changed since the last analysis, in sentences."""

from collections.abc import Iterable
from decimal import Decimal

from functions.reporter.measures import Measures
from functions.shared.analysis.changes import Changes
from functions.shared.analysis.wording import day, label, listed, markdown, money, percent, portion

_MOST_NAMED = 12


def what_changed(changes: Changes | None, measures: Measures) -> str:
    if changes is None:
        return ""
    before, now = changes.value_before, changes.value_now
    direction = "up" if changes.difference > 0 else "down"
    change = (
        f"The portfolio is worth {money(now)}, as it was on {day(changes.since)}."
        if not changes.difference
        else f"Since {day(changes.since)}, the portfolio went {direction} by {money(abs(changes.difference))}, from "
        f"{money(before)} to {money(now)}."
    )
    sentences = [change, *_reasons(changes)]
    sentences += [
        f"{label(each.key)} went from {portion(each.before, 100)} to {portion(each.now, 100)}."
        for each in changes.classes
    ]
    if rate := measures.snapshot.previous and measures.snapshot.previous.success_rate:
        sentences.append(f"The chance that your money lasts was about {percent(rate, 0)} then.")
    return " ".join(sentences)


def _reasons(changes: Changes) -> list[str]:
    if changes.prices is None or changes.flows is None:
        return []
    sentences = [
        f"Prices account for {_plus(changes.prices)}; deposits, withdrawals, trades and dividends for "
        f"{_plus(changes.flows)}."
    ]
    if changes.bought:
        sentences.append(f"New: {listed(_names(changes.bought), _MOST_NAMED)}.")
    if changes.sold:
        sentences.append(f"Gone: {listed(_names(changes.sold), _MOST_NAMED)}.")
    return sentences


def _plus(amount: Decimal) -> str:
    return f"+{money(amount)}" if amount > 0 else money(amount)


def _names(symbols: Iterable[str]) -> list[str]:
    return [markdown(symbol) for symbol in symbols]
