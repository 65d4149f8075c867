"""The changes since the last analysis, in sentences."""

from decimal import Decimal

from functions.reporter.measures import Measures
from functions.shared.analysis.changes import Changes
from functions.shared.analysis.wording import day, label, money, named, percent, portion

_MOST_NAMED = 12


def what_changed(changes: Changes | None, measures: Measures) -> str:
    if changes is None:
        return ""
    sentences = [_value(changes), *_reasons(changes)]
    sentences += [
        f"{label(each.key)} went from {portion(each.before, 100)} to {portion(each.now, 100)}."
        for each in changes.classes
    ]
    if rate := measures.snapshot.previous and measures.snapshot.previous.success_rate:
        sentences.append(f"The chance that your money lasts was about {percent(rate, 0)} then.")
    return " ".join(sentences)


def _value(changes: Changes) -> str:
    since, now = day(changes.since), money(changes.value_now)
    if changes.difference:
        direction = "up" if changes.difference > 0 else "down"
        return (
            f"Since {since}, the portfolio went {direction} by {money(abs(changes.difference))}, from "
            f"{money(changes.value_before)} to {now}."
        )
    if changes.prices or changes.bought or changes.sold or changes.classes:
        return f"The portfolio is worth {now}, as it was on {since}."
    return f"Nothing has changed since {since}: the portfolio is still worth {now}."


def _reasons(changes: Changes) -> list[str]:
    sentences = []
    if changes.prices and changes.flows:
        sentences.append(
            f"Prices {_moved(changes.prices)}; deposits, withdrawals, trades and dividends {_moved(changes.flows)}."
        )
    elif changes.prices:
        sentences.append("All of that comes from prices.")
    elif changes.flows:
        sentences.append("All of that comes from deposits, withdrawals, trades and dividends.")
    if changes.bought:
        sentences.append(f"New since then: {named(changes.bought, _MOST_NAMED)}.")
    if changes.sold:
        sentences.append(f"No longer held: {named(changes.sold, _MOST_NAMED)}.")
    return sentences


def _moved(amount: Decimal) -> str:
    return f"added {money(amount)}" if amount > 0 else f"took away {money(-amount)}"
