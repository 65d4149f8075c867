"""Interactive Brokers' activity statement as ordinary tables.

Each record there begins with its section and whether it is a Header, Data or a Total. Kept are the open positions
(their summaries, not the purchase lots of each), the cash at the end of each currency, the account and the period.
"""

from collections.abc import Iterator

from functions.api.portfolio_csv.file import Record

_BROKER = "Interactive Brokers"
_BASE_CURRENCY = "Base Currency Summary"


def is_statement(first: Record) -> bool:
    return first.cells[:2] in (["Statement", "Header"], ["Statement", "Data"])


def tables_of_statement(first: Record, rest: Iterator[Record]) -> Iterator[Record]:
    """Records as any other broker's file has them; a section that holds none of it is one note."""
    yield from _of_section("Statement", first)
    section = "Statement"
    for record in rest:
        name = record.cells[0]
        if name != section:
            section = name
            if name not in {"Open Positions", "Cash Report"}:
                yield Record(record.line, ["A section without holdings"])
        yield from _of_section(section, record)


def _of_section(section: str, record: Record) -> Iterator[Record]:
    line, kind, cells = record.line, record.cells[1:2], record.cells[2:]
    match section, kind, cells:
        case "Statement", ["Data"], ["Period", period, *_]:
            yield Record(line, [f"Period {period}"])
        case "Account Information", ["Data"], ["Account", number, *_]:
            yield Record(line, [f"Account: {_BROKER} {number}"])
        case "Open Positions", ["Header"], _:
            yield Record(line, cells)
        case "Open Positions", ["Data"], ["Summary", *_]:
            yield Record(line, cells)
        case "Cash Report", ["Header"], _:
            yield Record(line, ["Symbol", "Currency", "Quantity", "Value"])
        case "Cash Report", ["Data"], ["Ending Cash", currency, amount, *_] if currency != _BASE_CURRENCY:
            yield Record(line, ["CASH", currency, "", amount])
