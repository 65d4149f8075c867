"""Figures and tables as HTML."""

from collections.abc import Iterable, Sequence
from html import escape


def figure(title: str, description: str, content: str) -> str:
    """Return a figure. `content` is HTML; title and description are text."""
    caption = f"<figcaption><h3>{escape(title)}</h3><p>{escape(description)}</p></figcaption>"
    return f'<figure>{caption}<div class="chart">{content}</div></figure>'


def table(header: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "") -> str:
    """Return a table. The first column is the row's name, as HTML; others are text. `long` tables may span pages."""
    first, *others = map(escape, header)
    head = f'<th scope="col">{first}</th>' + "".join(f'<th scope="col" class="number">{title}</th>' for title in others)
    body = "\n".join(f'<tr><th scope="row">{name}</th>{_cells(figures)}</tr>' for name, *figures in rows)
    content = f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>"
    return f'<div class="{f"scroll {kind}".rstrip()}"><table>\n{content}</table></div>'


def swatch(color: str) -> str:
    """Return a colored square for a legend."""
    square = f'<rect width="10" height="10" fill="{escape(color)}"/>'
    return f'<svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">{square}</svg>'


def _cells(figures: Iterable[str]) -> str:
    return "".join(f'<td class="number">{escape(text)}</td>' for text in figures)
