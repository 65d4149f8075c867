"""Renders a section without a custom design: its texts, its figures as a table, then its groups and lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from pydantic import BaseModel

from functions.api.report_page.markdown import html_of
from functions.shared.analysis.wording import NAME_LENGTH, label, markdown, table

#: Metadata fields of a payload, and the field that is always text.
_ABOUT = frozenset({"agent", "generated_at", "mock", "narration"})
_TEXT = "content"
_LONGEST_CELL = 1000
_TITLE = re.compile(r"\A\s*# .*")


def generic_section(title: str, payload: BaseModel) -> str:
    """Return the section as HTML with escaped texts and names. The section's title replaces the title of a text."""
    dumped = payload.model_dump(mode="json")
    fields = dumped if isinstance(dumped, dict) else {_TEXT: dumped}
    return f"<section>\n<h2>{escape(title)}</h2>\n{''.join(_parts(fields, 3))}</section>"


def _parts(fields: Mapping[str, Any], level: int) -> Iterator[str]:
    shown = {key: value for key, value in fields.items() if key not in _ABOUT and value not in (None, "", [], {})}
    texts = {key: value for key, value in shown.items() if _is_text(key, value)}
    groups = {key: value for key, value in shown.items() if isinstance(value, dict | list)}
    figures = [(_name(key), _cell(shown[key])) for key in shown if key not in texts and key not in groups]
    yield from (html_of(_TITLE.sub("", text)) for text in texts.values())
    if figures:
        yield html_of(table(("Figure", "Value"), figures))
    for key, value in groups.items():
        yield f"<h{level}>{escape(label(key))}</h{level}>\n"
        yield from _parts(value, min(level + 1, 6)) if isinstance(value, dict) else [html_of(_listing(value))]


def _listing(items: Sequence[Any]) -> str:
    """Render objects as table rows, anything else as a list."""
    if not all(isinstance(item, dict) for item in items):
        return "\n".join(f"- {_cell(item)}" for item in items)
    columns = [key for key in dict.fromkeys(key for item in items for key in item) if key not in _ABOUT]
    rows = [[_cell(item.get(key)) for key in columns] for item in items]
    return table([_name(key) for key in columns], rows, texts=len(columns))


def _name(key: str) -> str:
    return markdown(label(key))


def _is_text(key: str, value: Any) -> bool:
    return isinstance(value, str) and (key == _TEXT or len(value) > NAME_LENGTH)


def _cell(value: Any) -> str:
    match value:
        case None | "":
            return ""
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return f"{round(value, 2):,}" if abs(value) >= 10_000 else f"{round(value, 2)}"
        case _:
            return markdown(str(value), _LONGEST_CELL)
