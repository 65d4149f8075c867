"""Reconciles rows with the totals in a file, and separates sums from holdings that have only a value."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from functions.api.portfolio_csv.imported import FileWarning
from functions.api.portfolio_csv.row import Kind, Row
from functions.api.portfolio_csv.tables import Owner, Table
from functions.api.portfolio_csv.vocabulary.rows import CASH_SUMMARY, LONGEST, OF_FUNDS, PENDING
from functions.shared.analysis.money import to_cent

_STARTS = 40
"""Candidate starts of a sum. A file has few totals, and more candidates would make a long file slow."""
_DUPLICATES = 20
"""Duplicate cash lines that totals can remove. Each requires a scan of all lines above it."""
LISTED_TWICE = "The same cash, listed again."


@dataclass(slots=True)
class Line:
    """A row with its kind. `worth` is its contribution to a total, in US dollars to the cent; None if unknown."""

    row: Row
    table: Table
    kind: Kind
    reason: str
    worth: Decimal | None = None

    def skip(self, reason: str) -> None:
        self.kind, self.reason = Kind.SKIPPED, reason

    @property
    def adds(self) -> bool:
        return self.kind is Kind.HOLDING or self.kind is Kind.CASH  # faster than a set, which hashes the Enum in Python


class _Sums:
    """Prefix sums over lines: the value before each line, and the number of lines of unknown value."""

    def __init__(self, lines: Iterable[Line] = ()) -> None:
        self.worth, self.unknown, self.pending = [Decimal()], [0], [Decimal()]
        for line in lines:
            self.append(line)

    def append(self, line: Line) -> None:
        worth = line.worth if line.adds else None
        is_pending = line.kind is Kind.SKIPPED and PENDING.fullmatch(line.row.label[:LONGEST]) is not None
        self.worth.append(self.worth[-1] + (worth or 0))
        self.unknown.append(self.unknown[-1] + (line.adds and worth is None))
        self.pending.append(self.pending[-1] + ((line.worth or 0) if is_pending else 0))

    def between(self, start: int, end: int) -> Decimal | None:
        """Return the sum from `start` to `end`; None if it includes a line of unknown value."""
        return None if self.unknown[start] != self.unknown[end] else self.worth[end] - self.worth[start]

    def agree(self, start: int, end: int, worth: Decimal) -> bool:
        """Return whether the lines add up to `worth`, with or without pending activity. True if a value is unknown."""
        found = self.between(start, end)
        return found is None or found == worth or found + self.pending[end] - self.pending[start] == worth


def resolve(lines: list[Line]) -> list[FileWarning]:
    """Assign labels and possible totals their final kind, in place. Returns warnings for totals that don't match."""
    _resolve_labels(lines)
    _drop_summaries_of_cash(lines)
    return _reconcile(lines)


def _resolve_labels(lines: list[Line]) -> None:
    """Classify lines with words and a value: a heading with its lines' sum, a sum below, or a holding."""
    labels = [i for i, line in enumerate(lines) if line.kind is Kind.LABEL]
    if not labels:
        return
    detailed = {id(line.table) for line in lines if line.kind is Kind.HOLDING}
    for i in labels:
        if id(lines[i].table) not in detailed:
            lines[i].kind = Kind.HOLDING
    labels = [i for i in labels if lines[i].kind is Kind.LABEL]
    sums = _Sums(lines)
    ends: dict[Decimal, list[int]] = {}
    for i, line in enumerate([*lines, None]):
        if line is None or not line.adds:
            ends.setdefault(sums.worth[i], []).append(i)
    heading: Owner | None = None
    for i in labels:
        line = lines[i]
        worth = line.worth or Decimal()
        end = next((end for end in ends.get(sums.worth[i + 1] + worth, ())[:_STARTS] if end > i + 1), None)
        if end is not None and sums.between(i + 1, end) == worth:
            line.kind = Kind.TOTAL
            heading = Owner(line.row.label)
            _name_accounts(lines[i + 1 : end], heading)
        elif _starts_before(lines, sums, i, worth):
            line.kind = Kind.TOTAL
        else:
            line.kind = Kind.HOLDING


def _name_accounts(lines: list[Line], heading: Owner) -> None:
    """Use the heading above lines as their account if they have no other."""
    for line in lines:
        if not line.row.owner.name and not line.row.owner.number:
            line.row.owner = heading


def _starts_before(lines: list[Line], sums: _Sums, end: int, worth: Decimal) -> bool:
    return any(sums.between(start, end) == worth for start in _starts(lines, end) if end - start > 1)


def _starts(lines: list[Line], end: int) -> list[int]:
    """Return where a sum that ends here may start: at the file, table, or account, or after a sum or heading."""
    found = [0]
    table, owner = lines[end].table if end < len(lines) else None, None
    for i in range(end - 1, -1, -1):
        line = lines[i]
        if not line.adds:
            found.append(i + 1)
        else:
            if line.table is not table or (owner is not None and line.row.owner != owner):
                found.append(i + 1)
                table = line.table
            owner = line.row.owner
        if len(found) >= _STARTS:
            break
    return found


def _drop_summaries_of_cash(lines: list[Line]) -> None:
    """Drop "Total cash", and "Money accounts" below a bank deposit of the same amount: they repeat other lines."""
    found: dict[Owner, Decimal] = {}
    totals: list[Line] = []
    for line in lines:
        if line.kind is not Kind.CASH or not line.worth:
            continue
        is_summary = line.row.quantity is None and line.row.identity is None
        summary = CASH_SUMMARY.fullmatch(line.row.label[:LONGEST]) if is_summary else None
        earlier = found.get(line.row.owner)
        if summary and summary["total"]:
            totals.append(line)
        elif summary and line.worth == earlier:
            line.skip(LISTED_TWICE)
        else:
            found[line.row.owner] = (earlier or Decimal()) + line.worth
    for line in totals:
        of_account = found.get(line.row.owner)
        if line.worth in {of_account, sum(found.values())}:
            line.skip(LISTED_TWICE)
        elif of_account:
            line.kind, line.reason = Kind.TOTAL, "A total, not a holding."


def _reconcile(lines: list[Line]) -> list[FileWarning]:
    warnings = []
    sums = _Sums()
    tries = 0
    for i, line in enumerate(lines):
        if line.kind in {Kind.TOTAL, Kind.MAYBE_TOTAL} and line.worth is not None:
            starts = [start for start in _starts(lines, i) if start < i]
            if not any(sums.agree(start, i, line.worth) for start in starts):
                if line.kind is Kind.MAYBE_TOTAL and OF_FUNDS.search(line.row.label[:LONGEST]):
                    line.kind = Kind.HOLDING
                elif difference := _nearest(sums, starts, i, line.worth):
                    tries += difference > 0
                    if difference > 0 and tries <= _DUPLICATES and _drop_duplicate(lines[:i], difference):
                        sums = _Sums(lines[:i])
                    else:
                        warnings.append(_difference(line, difference))
        if line.kind is Kind.MAYBE_TOTAL:
            line.kind = Kind.TOTAL
        sums.append(line)
    return warnings


def _nearest(sums: _Sums, starts: list[int], end: int, worth: Decimal) -> Decimal | None:
    """Return how far the lines above exceed the total, for the closest start."""
    differences = [found - worth for start in starts if (found := sums.between(start, end)) is not None]
    return min(differences, key=abs, default=None)


def _drop_duplicate(lines: list[Line], amount: Decimal) -> bool:
    """Drop the second of two equal cash lines if the total counts the cash once."""
    same = [line for line in lines if line.kind is Kind.CASH and line.worth == amount]
    if len(same) != 2 or same[0].row.owner != same[1].row.owner:
        return False
    same[1].skip(LISTED_TWICE)
    return True


def _difference(line: Line, difference: Decimal) -> FileWarning:
    direction = "more" if difference > 0 else "less"
    return FileWarning(
        line.row.line,
        f"Line {line.row.line}: the lines above add up to ${abs(to_cent(difference)):,} {direction} than the total.",
    )
