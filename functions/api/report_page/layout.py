"""Arranges the parts of a section on the page: wide ones across it, others in two columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import groupby
from operator import itemgetter

from functions.api.report_page.chapters import Chapter
from functions.api.report_page.markdown import html

_COLUMNS = 2
#: A part with more columns than this is wide.
_NARROW = 5
#: A part with more rows than this is wide, and may continue on the next page.
_SHORT = 14
_HEADING_LINES, _LINE_LENGTH = 2, 55
_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")

Arrange = Callable[[Sequence[str]], str]


def section(title: str, content: str, kind: str = "") -> str:
    """Return a section. Title and content are HTML."""
    attribute = f' class="{kind}"' if kind else ""
    return f"<section{attribute}>\n<h2>{title}</h2>\n{content}</section>"


def part(title: str, content: str, kind: str = "part") -> str:
    """Return a part of a section. Title and content are HTML."""
    return f'<div class="{kind}"><h3>{title}</h3>\n{content}</div>'


def stacked(parts: Sequence[str]) -> str:
    """Add each part, unsplit, to the shorter of two columns. CSS columns would leave one of them half empty."""
    if len(parts) < _COLUMNS:
        return "".join(parts)
    columns: list[list[str]] = [[] for _ in range(_COLUMNS)]
    for each in parts:
        min(columns, key=lambda column: sum(map(_lines, column))).append(each)
    return '<div class="columns">' + "".join(f"<div>{''.join(column)}</div>" for column in columns) + "</div>"


def running(parts: Sequence[str]) -> str:
    """Put the parts in two columns of equal height, in which a part may be split."""
    return f'<div class="running">{"".join(parts)}</div>'


def arranged(chapters: Sequence[Chapter], more: Sequence[str] = (), narrow: Arrange = stacked) -> str:
    """Return chapters as parts of a section, and `more` parts as HTML after them."""
    parts = [*((_is_wide(chapter), _part(chapter)) for chapter in chapters), *((False, each) for each in more)]
    groups = [(wide, [each for _, each in group]) for wide, group in groupby(parts, key=itemgetter(0))]
    return "".join("".join(group) if wide else narrow(group) for wide, group in groups)


def _part(chapter: Chapter) -> str:
    inner = "".join(f"<h4>{each.title}</h4>\n{html(each.tokens)}" for each in chapter.parts)
    return part(chapter.title, html(chapter.tokens) + inner, "part long" if chapter.rows > _SHORT else "part")


def _is_wide(chapter: Chapter) -> bool:
    return chapter.columns > _NARROW or chapter.rows > _SHORT


def _lines(part: str) -> float:
    """Estimate the height of a part in a column: its heading, its rows, and its words outside the table."""
    words = _TAG.sub("", _TABLE.sub("", part))
    return _HEADING_LINES + part.count("<tr>") + part.count("<li>") / 2 + len(words) / _LINE_LENGTH
