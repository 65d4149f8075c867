"""Purchase lots: part of the holding above them, or holdings to add up if no line summarizes them."""

import re
from decimal import Decimal

from functions.api.portfolio_csv.row import Kind, Row
from functions.api.portfolio_csv.totals import Line
from functions.api.portfolio_csv.vocabulary.columns import Meaning

_DATE = re.compile(r"\d")
_PART = "A purchase lot of the holding above."


def resolve_lots(lines: list[Line]) -> None:
    """Turn each lot, in place, into a skipped part of a holding or into a holding of its own."""
    _find_lots_by_date(lines)
    summed = {
        _key(line.row)
        for line in lines
        if line.kind is Kind.HOLDING and line.row.identity and not _is_incomplete(line.row)
    }
    above: Line | None = None
    for line in lines:
        if line.kind is Kind.HOLDING:
            above = line
        elif line.kind is Kind.LOT:
            _resolve(line, above, summed)


def _resolve(line: Line, above: Line | None, summed: set[tuple[object, str]]) -> None:
    row = line.row
    if row.identity is not None:
        if _key(row) not in summed:
            line.kind = Kind.HOLDING
        return
    if above is None or above.table is not line.table:
        line.kind = Kind.HOLDING  # reported as an error: its holding is unknown
    elif _is_incomplete(above.row) or above.kind is Kind.SKIPPED:
        # The line above only names the holding; its lots have the amounts.
        above.skip("A heading or a note: it has no amount.")
        row.identity, row.symbol, row.name, row.owner = (
            above.row.identity,
            above.row.symbol,
            above.row.name,
            above.row.owner,
        )
        line.kind = Kind.HOLDING


def _find_lots_by_date(lines: list[Line]) -> None:
    """Mark lines with a purchase date as lots if they add up to the single line without one."""
    groups: dict[tuple[object, str], list[Line]] = {}
    for line in lines:
        if line.kind is Kind.HOLDING and line.row.identity is not None and Meaning.ACQUIRED in line.row.columns:
            groups.setdefault(_key(line.row), []).append(line)
    for group in groups.values():
        # The sum of several lots has no date, or a word such as "Multiple".
        sums = [line for line in group if not _DATE.search(line.row.text(Meaning.ACQUIRED))]
        lots = [line for line in group if _DATE.search(line.row.text(Meaning.ACQUIRED))]
        if len(sums) == 1 and lots and _quantity(sums) == _quantity(lots):
            for line in lots:
                line.kind, line.reason = Kind.LOT, _PART


def _quantity(lines: list[Line]) -> Decimal:
    return sum((line.row.quantity.value for line in lines if line.row.quantity), Decimal())


def _is_incomplete(row: Row) -> bool:
    return row.quantity is None and row.value is None and not row.wrong


def _key(row: Row) -> tuple[object, str]:
    return row.owner, row.identity.symbol if row.identity else row.symbol
