"""Splits a text into chapters by its headings, so that the page can arrange them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, takewhile

from markdown_it.token import Token

from functions.api.report_page.markdown import html, html_inline, tokens_of
from functions.api.report_page.text import BARRED

_HEADING = 3
"""The tokens of a heading: open, inline, close."""


@dataclass
class Chapter:
    """A heading with what follows it, up to the next one of its level."""

    title: str
    """HTML."""
    tokens: list[Token] = field(default_factory=list)
    """Before the first part."""
    parts: list[Chapter] = field(default_factory=list)

    @property
    def columns(self) -> int:
        """The number of columns of the widest table before the first part, including one for bars."""
        return max(
            sum(token.type == "th_open" or (token.type == "inline" and token.content in BARRED) for token in table)
            for table in self._tables()
        )

    @property
    def rows(self) -> int:
        """The number of rows of the longest table before the first part."""
        return max(sum(token.type == "tr_open" for token in table) for table in self._tables())

    @property
    def has_list(self) -> bool:
        return any(token.type == "bullet_list_open" for token in self.tokens)

    def last_paragraphs(self) -> tuple[list[Token], list[list[Token]]]:
        """Return the content before the first part in two: all up to the closing paragraphs, and each of those."""
        blocks = _blocks(self.tokens)
        paragraphs = list(takewhile(lambda block: block[0].type == "paragraph_open", reversed(blocks)))[::-1]
        return list(chain.from_iterable(blocks[: len(blocks) - len(paragraphs)])), paragraphs

    def _tables(self) -> list[list[Token]]:
        """Return the content before the first table, then each table with the content that follows it."""
        tables: list[list[Token]] = [[]]
        for token in self.tokens:
            if token.type == "table_open":
                tables.append([])
            tables[-1].append(token)
        return tables


@dataclass
class Text:
    """A text: its paragraphs before the first chapter, without its title, and its chapters."""

    opening: list[str]
    """HTML of each block."""
    chapters: list[Chapter]

    def take(self, title: str) -> Chapter | None:
        """Remove the chapter with this title and return it."""
        return take(self.chapters, title)


def read(markdown: str) -> Text:
    """Split a text: "##" begins a chapter and "###" a part of it. Deeper headings stay in the content."""
    opening, *sections = _split(tokens_of(markdown), ("h1", "h2"))
    if sections and not opening and sections[0][0].tag == "h1":
        opening = sections.pop(0)[_HEADING:]
    return Text([html(block) for block in _blocks(opening)], [_chapter(tokens, ("h3",)) for tokens in sections])


def take(chapters: list[Chapter], title: str) -> Chapter | None:
    """Remove the chapter with this title and return it; None if there is none."""
    found = next((chapter for chapter in chapters if chapter.title == title), None)
    if found:
        chapters.remove(found)
    return found


def _chapter(tokens: Sequence[Token], deeper: tuple[str, ...]) -> Chapter:
    own, *parts = _split(tokens[_HEADING:], deeper)
    return Chapter(html_inline(tokens[1]), own, [_chapter(part, ()) for part in parts])


def _split(tokens: Sequence[Token], tags: tuple[str, ...]) -> list[list[Token]]:
    """Cut before each heading with one of these tags that is not inside a list or quote."""
    pieces: list[list[Token]] = [[]]
    for token in tokens:
        if token.type == "heading_open" and token.tag in tags and not token.level:
            pieces.append([])
        pieces[-1].append(token)
    return pieces


def _blocks(tokens: Sequence[Token]) -> list[list[Token]]:
    """Cut into blocks: paragraphs, lists, tables."""
    blocks: list[list[Token]] = []
    for token in tokens:
        if not token.level and token.nesting >= 0:
            blocks.append([])
        blocks[-1].append(token)
    return blocks
