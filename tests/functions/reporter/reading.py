"""Writes reports, and reads their chapters and their Markdown."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from markdown_it import MarkdownIt

from functions.reporter.declaration import Report
from functions.reporter.report import write_report
from functions.shared.portfolio import Snapshot
from tests.portfolios import (
    all_cash,
    empty,
    many,
    one_stock,
    sample,
    unknown,
)

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
PORTFOLIOS: list[Callable[[], Snapshot]] = [sample, all_cash, one_stock, empty, unknown, many]


OUR_MARKUP = {"text", "strong_open", "strong_close", "em_open", "em_close", "softbreak"}


class Parsed(NamedTuple):
    """Output of a Markdown parser: kinds of inline tokens, texts of cells and paragraphs, blocks of HTML."""

    kinds: set[str]
    texts: list[str]
    html: list[str]


def parse(report: Report) -> Parsed:
    blocks = MarkdownIt("commonmark", {"html": True}).enable("table").parse(report.content)
    lines = [block.children for block in blocks if block.children]
    return Parsed(
        kinds={child.type for line in lines for child in line},
        texts=["".join(child.content for child in line).replace("\u2060", "") for line in lines],
        html=[block.content for block in blocks if block.type == "html_block"],
    )


def report_on(portfolio: Snapshot) -> Report:
    return write_report(portfolio, NOW, lambda _fraction, _message: None)


def chapter(report: Report, title: str) -> str:
    """The text between a second-level heading and the next one."""
    found = re.search(rf"^## {title}\n\n(.*?)(?=^## |\Z)", report.content, re.DOTALL | re.MULTILINE)
    return found.group(1) if found else ""


def first_page(report: Report) -> str:
    return report.content.partition("## How the portfolio is invested")[0]
