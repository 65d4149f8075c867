"""Figures and tables as HTML."""

from collections.abc import Iterable, Sequence
from html import escape

#: The opening tag around a table, which may be wider than the page. With the focus, it is scrolled by keyboard, as a
#: figure is.
SCROLL = '<div class="scroll" tabindex="0" role="group" aria-label="Table">'


def figure(title: str, description: str, content: str) -> str:
    """Return a figure. `content` is HTML; title and description are text."""
    caption = f"<figcaption><h3>{escape(title)}</h3><p>{escape(description)}</p></figcaption>"
    return f'<figure tabindex="0">{caption}{content}</figure>'


def table(header: Sequence[str], rows: Iterable[Sequence[str]], *, bars: bool = False) -> str:
    """Return a table of HTML cells. The first column is the row's name; with `bars`, the second is one of bars."""
    head = "".join(f'<th scope="col"{_kind(n, bars)}>{title}</th>' for n, title in enumerate(header))
    body = "\n".join(f"<tr>{_row(cells, bars)}</tr>" for cells in rows)
    content = (f"<thead><tr>{head}</tr></thead>\n" if head else "") + f"<tbody>\n{body}\n</tbody>"
    return f"{SCROLL}<table>\n{content}</table></div>"


def _row(cells: Sequence[str], bars: bool) -> str:
    name, *others = cells
    values = "".join(f"<td{_kind(n, bars)}>{cell}</td>" for n, cell in enumerate(others, start=1))
    return f'<th scope="row">{name}</th>{values}'


def _kind(column: int, bars: bool) -> str:
    if not column:
        return ""
    return ' class="bars"' if bars and column == 1 else ' class="number"'
