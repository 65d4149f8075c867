"""Bars beside the shares in a table, so that one table is both chart and data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from xml.etree.ElementTree import Element

from markdown_it.token import Token

from functions.api.report_page.bar_scale import LENGTH, Scale, share_of
from functions.api.report_page.svg import draw, drawing, markup, points
from functions.api.report_page.text import (
    AFTER,
    AFTER_MARK,
    BARRED,
    MINOR,
    TARGET,
    TARGET_MARK,
    TOTAL,
)

_HEIGHT = 10.0
_TOP, _BOTTOM = 1.5, 8.5
#: The width of a mark's drawing in the legend.
_KEY = 2.5
#: The width of a target's line.
_LINE = 1.0
#: The widths of the stripes of a loss and of the gaps between them, and how far they lean.
_STRIPE, _GAP, _LEAN = 1.6, 0.9, 2.0


def bar(
    value: float | None,
    scale: Scale,
    *,
    target: float | None = None,
    after: float | None = None,
    is_rest: bool = False,
) -> str:
    """Return a bar from zero, with a mark at the target and another one at the share after the trades.

    `is_rest` is for "Other", which combines several parts. Losses are striped, so that they stand out without color.
    """
    svg = drawing(LENGTH, _HEIGHT, kind="bar")
    svg.set("preserveAspectRatio", "none")
    if scale.is_fixed:
        draw(svg, "rect", "track", x=0, y=_TOP, width=LENGTH, height=_BOTTOM - _TOP)
    if value is not None:
        start, end = sorted((scale(0), scale(value)))
        kind = "rest" if is_rest else "loss" if value < 0 else "part"
        draw(svg, "rect", kind, x=start, y=_TOP, width=end - start, height=_BOTTOM - _TOP)
        if value < 0:
            _stripe(svg, start, end)
    if after is not None:
        _mark(svg, "after", scale(after), LENGTH)
    if target is not None:
        _mark(svg, "target", scale(target), LENGTH)
    return markup(svg)


def _mark(svg: Element, kind: str, at: float, length: float) -> None:
    """Draw a mark around a place of a bar of this length: a line for a target, a circle for after the trades."""
    if kind == "target":
        x = min(max(at - _LINE / 2, 0), length - _LINE)
        draw(svg, "rect", kind, x=x, y=0, width=_LINE, height=_HEIGHT)
        return
    # A dot with a round end stays a circle where the bar is stretched, because its stroke isn't.
    for part in (kind, f"{kind} inside"):
        draw(svg, "line", part, x1=at, x2=at + 0.01, y1=_HEIGHT / 2, y2=_HEIGHT / 2)


def _stripe(svg: Element, start: float, end: float) -> None:
    """Draw gaps across a bar."""
    at = start + _STRIPE
    while at < end:
        across = [(at, _BOTTOM), (at + _GAP, _BOTTOM), (at + _GAP + _LEAN, _TOP), (at + _LEAN, _TOP)]
        draw(svg, "polygon", "gap", points=points([(min(x, end), y) for x, y in across]))
        at += _STRIPE + _GAP


def add_bars(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens with a column of bars in each table that has a column of shares, before its numbers."""
    result: list[Token] = []
    table: list[Token] = []
    for token in tokens:
        if token.type == "table_open" or table:
            table.append(token)
        else:
            result.append(token)
        if token.type == "table_close":
            result += _barred(table)
            table = []
    return result


@dataclass(frozen=True)
class _Cell:
    at: int
    """The index of the cell's first token."""
    text: str
    is_number: bool


def _barred(table: list[Token]) -> list[Token]:
    header, *rows = _rows(table)
    column = next((n for n, cell in enumerate(header) if cell.text in BARRED), None)
    names = sum(not cell.is_number for cell in header)
    if column is None or not 0 < names <= column:
        return table
    values = [share_of(row[column].text) if row[0].text != TOTAL else None for row in rows]
    targets, after = (_shares(header, rows, title) for title in (TARGET, AFTER))
    scale = Scale.of_shares([*values, *targets, *after])
    cells = {header[names].at: _bar_header(scale, _any(targets), _any(after))}
    for row, value, target, later in zip(rows, values, targets, after, strict=True):
        drawn = bar(value, scale, target=target, after=later) if row[0].text != TOTAL else ""
        cells[row[names].at] = f'<td class="bars">{drawn}</td>'
    for row in (header, *rows):
        for cell, title in zip(row, header, strict=True):
            if title.text in MINOR:
                table[cell.at].attrSet("class", "minor")
    return [new for n, token in enumerate(table) for new in ([_raw(cells[n])] if n in cells else []) + [token]]


def _shares(header: Sequence[_Cell], rows: Sequence[Sequence[_Cell]], title: str) -> list[float | None]:
    """Return the shares in the column with this title; None without the column, or in rows without a share."""
    column = next((n for n, cell in enumerate(header) if cell.text == title), None)
    return [None if column is None else share_of(row[column].text) for row in rows]


def _any(shares: Sequence[float | None]) -> bool:
    return any(share is not None for share in shares)


def _bar_header(scale: Scale, has_targets: bool, has_after: bool) -> str:
    """Return the header of the column of bars: what its marks mean, or the ends of its scale."""
    if has_targets:
        return f'<th scope="col" class="bars">{" ".join(_legend(has_after))}</th>'
    ends = "".join(f"<span>{escape(end)}</span>" for end in scale.ends or ())
    return f'<td class="bars">{f"<div>{ends}</div>" if ends else ""}</td>'


def _legend(has_after: bool) -> Iterator[str]:
    for kind, meaning in (("target", TARGET_MARK), *([("after", AFTER_MARK)] if has_after else [])):
        svg = drawing(_KEY, _HEIGHT, kind="key")
        svg.set("preserveAspectRatio", "none")
        _mark(svg, kind, _KEY / 2, _KEY)
        yield f"<span>{markup(svg)} {escape(meaning)}</span>"


def _rows(table: Sequence[Token]) -> list[list[_Cell]]:
    rows: list[list[_Cell]] = []
    for n, token in enumerate(table):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in {"th_open", "td_open"}:
            rows[-1].append(_Cell(n, table[n + 1].content, "style" in token.attrs))
    return rows


def _raw(content: str) -> Token:
    return Token("html_block", "", 0, content=content)
