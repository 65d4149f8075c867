"""Converts an Interactive Brokers activity statement to ordinary tables.

Each record starts with its section and a type: Header, Data, or Total. Open positions (with their lots marked), the
ending cash per currency, the accounts, and the period are kept.
"""

from collections.abc import Iterator
from functools import partial

from functions.api.portfolio_csv.records import Record

_BROKER = "Interactive Brokers"
_BASE_CURRENCY = "Base Currency Summary"
_CASH_HEADER = ["Account", "Symbol", "Currency", "Quantity", "Value"]
OPEN_POSITIONS = "Open Positions"
_KEPT = frozenset({"Statement", "Account Information", OPEN_POSITIONS, "Cash Report"})


def is_statement(first: Record) -> bool:
    return first.cells[:2] in (["Statement", "Header"], ["Statement", "Data"])


def tables_of_statement(records: list[Record]) -> Iterator[Record]:
    """Yield records in the layout of other brokers' files. A section without holdings becomes one note."""
    section = ""
    cash = partial(_cash, account=None, currency=1, total=2)
    for line, cells in records:
        if cells[0] != section:
            section = cells[0]
            if section not in _KEPT:
                yield Record(line, ["A section without holdings"])
        match section, cells[1:2], cells[2:]:
            case "Statement", ["Data"], ["Period", period, *_]:
                yield Record(line, [f"Period {period}"])
            case "Account Information", ["Data"], ["Account", number, *_]:
                yield Record(line, [f"Account: {_BROKER} {number}"])
            case "Open Positions", ["Header"], names:
                yield Record(line, names)
            case "Open Positions", ["Data"], values:
                yield Record(line, values)
            case "Cash Report", ["Header"], names:
                at = {name: position for position, name in enumerate(names)}
                cash = partial(
                    _cash, account=at.get("Account"), currency=at.get("Currency", 1), total=at.get("Total", 2)
                )
                yield Record(line, _CASH_HEADER if "Account" in at else _CASH_HEADER[1:])
            case "Cash Report", ["Data"], ["Ending Cash", *_]:
                if (found := cash(cells[2:])) is not None:
                    yield Record(line, found)
            case _:
                pass


def _cash(values: list[str], *, account: int | None, currency: int, total: int) -> list[str] | None:
    """Return the row of one currency's ending cash; None for the sum in the base currency."""
    if len(values) <= max(currency, total) or values[currency] == _BASE_CURRENCY:
        return None
    owner = [] if account is None else [values[account]]
    return [*owner, "CASH", values[currency], "", values[total]]
