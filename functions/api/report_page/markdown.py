"""Reads report Markdown: headings, lists, tables, and emphasis; anything else stays text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from functions.api.report_page.bars import add_bars
from functions.api.report_page.markup import SCROLL

#: Rules that would load or link to external resources.
_OUTWARD = ("link", "image", "autolink", "reference", "html_block", "html_inline")
#: The depth of the shallowest heading in a text under a heading of the page.
_HIGHEST, _LOWEST = 2, 6


def tokens_of(markdown: str) -> list[Token]:
    """Parse a text without links, images, and HTML; markup of these kinds stays text."""
    return _reader().parse(markdown)


def html_of(markdown: str) -> str:
    """Return HTML without links, images, and styles; headings move down one level."""
    return html(tokens_of(markdown), 1)


def html(tokens: Sequence[Token], deeper: int = 0) -> str:
    """Return the tokens as HTML, with headings `deeper` levels down and a bar beside each share in a table.

    Markup in the text is escaped. Numeric columns get the class `number`, because a strict policy forbids style
    attributes.
    """
    tokens = add_bars(tokens)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(max(int(token.tag[1]) + deeper, _HIGHEST), _LOWEST)}"
        elif token.attrs.pop("style", None):
            token.attrSet("class", "number")
    rendered: str = _reader().renderer.render(tokens, _reader().options, {})
    return rendered


def html_inline(token: Token) -> str:
    """Return the content of an `inline` token as HTML."""
    return RendererHTML().renderInline(token.children or [], _reader().options, {})


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable(list(_OUTWARD))
    reader.add_render_rule("table_open", _table_open)
    reader.add_render_rule("table_close", _table_close)
    return reader


def _table_open(_renderer: RendererHTML, _tokens: Sequence[Token], _index: int, *_: Any) -> str:
    return f"{SCROLL}<table>\n"


def _table_close(_renderer: RendererHTML, _tokens: Sequence[Token], _index: int, *_: Any) -> str:
    return "</table></div>\n"
