"""Converts report Markdown to HTML: headings, lists, tables, and emphasis; anything else stays text."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

#: Rules that would load or link to external resources.
_OUTWARD = ("link", "image", "autolink", "reference", "html_block", "html_inline")


def html_of(markdown: str) -> str:
    """Return HTML without links, images, and styles; headings move down one level.

    Markup in the text is escaped. Numeric columns get the class `number`, because a strict policy forbids style
    attributes.
    """
    tokens = _reader().parse(markdown)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"
        elif token.attrs.pop("style", None):
            token.attrSet("class", "number")
    rendered: str = _reader().renderer.render(tokens, _reader().options, {})
    return rendered


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable(list(_OUTWARD))
    reader.add_render_rule("table_open", _table_open)
    reader.add_render_rule("table_close", _table_close)
    return reader


def _table_open(_renderer: RendererHTML, _tokens: Sequence[Token], _index: int, *_: Any) -> str:
    return '<div class="scroll"><table>\n'


def _table_close(_renderer: RendererHTML, _tokens: Sequence[Token], _index: int, *_: Any) -> str:
    return "</table></div>\n"
