"""Which cells of a record mean what: a layout is recognised by its header and makes an `Entry` of each record below it.

The plain layout is the only one so far. An export of a broker's is another function from a header to a `Layout`, asked
for in `layout_of` before the plain one.
"""

from collections.abc import Callable
from dataclasses import dataclass

from functions.api.csv_file import Errors, Record

COLUMNS = ("account", "symbol", "quantity", "price")
_REQUIRED = COLUMNS[:3]
_HEADER = ",".join(COLUMNS)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a line says, as text still; a cell that is empty or missing is an empty string."""

    line: int
    account: str
    symbol: str
    quantity: str
    price: str
    too_many_cells: bool = False

    @property
    def filled(self) -> int:
        return sum(map(bool, (self.account, self.symbol, self.quantity, self.price)))


Layout = Callable[[Record], Entry]


def layout_of(header: Record, errors: Errors) -> Layout:
    """Raises UnreadableCsv when the header is none that is known, and says what it should be."""
    return _plain(header, errors)


def _plain(header: Record, errors: Errors) -> Layout:
    names = [cell.lower() for cell in header.cells]
    if not set(names) & set(COLUMNS):
        if len(names) == 1 and (";" in names[0] or "\t" in names[0]):
            errors.refuse("header", "Separate the columns with commas, not with semicolons or tabs.", header.line)
        errors.refuse("header", f"Begin the file with a header of the columns {_HEADER}.", header.line)

    for name in _REQUIRED:
        if name not in names:
            errors.add(header.line, "header", f"add the column {name} to the header")
    for name in COLUMNS:
        if names.count(name) > 1:
            errors.add(header.line, "header", f"name the column {name} only once")
    for position, cell in enumerate(header.cells, start=1):
        if cell.lower() not in COLUMNS:
            known = f"remove the column {_quotable(cell)}" if cell else f"remove or name the unnamed column {position}"
            errors.add(header.line, "header", f"{known}: the columns are {_HEADER}")
    errors.raise_if_any()

    # A column that is not there is the empty cell beyond the last.
    account, symbol, quantity, price = (names.index(name) if name in names else len(names) for name in COLUMNS)

    def entry(record: Record) -> Entry:
        cells = record.cells + [""] * (len(names) + 1 - len(record.cells))
        return Entry(
            line=record.line,
            account=cells[account],
            symbol=cells[symbol],
            quantity=cells[quantity],
            price=cells[price],
            too_many_cells=len(record.cells) > len(names),
        )

    return entry


def _quotable(cell: str) -> str:
    """A column's name for a message: printable, and short enough to read."""
    shown = "".join(character if character.isprintable() else " " for character in cell[:40])
    return f'"{shown}…"' if len(cell) > len(shown) else f'"{shown}"'
