"""The first page: the verdict, the key figures, data to check, what matters most, and the inputs behind them."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from functions.api.report_page import text
from functions.api.report_page.chapters import Chapter, Text
from functions.api.report_page.facts import inputs, key_figures
from functions.api.report_page.markdown import html
from functions.api.report_page.results import Results

_SMALL_PRINT = "<p><em>"


def first_page(results: Results, report: Text, retirement: Text) -> str:
    """Return the first page as HTML. Takes findings and warnings out of the report."""
    verdict = [block for block in report.opening if not block.startswith(_SMALL_PRINT)]
    small_print = [block for block in report.opening if block.startswith(_SMALL_PRINT)]
    if results.retirement and (results.retirement.fan or not verdict):
        verdict = [*retirement.opening, *verdict]
    data = _data_to_check(report)
    findings = _findings(report.take(text.WHAT_MATTERS))
    summary = _of([findings, _of([_inputs(results)], "basis")], "summary" if findings else "summary alone")
    parts = [*_warnings(results), _of(verdict, "verdict"), _figures(results), data, summary, _of(small_print, "note")]
    return f'<section class="first">\n{"".join(parts)}</section>'


def _warnings(results: Results) -> Iterable[str]:
    if not results.is_complete:
        yield f'<p class="warning">{text.INCOMPLETE}</p>\n'
    if results.is_mock:
        yield f'<p class="warning">{text.MOCK}</p>\n'


def _of(blocks: list[str], kind: str) -> str:
    return f'<div class="{kind}">\n{"".join(blocks)}</div>\n' if any(blocks) else ""


def _figures(results: Results) -> str:
    """Return a list of terms; each term has a value and an explanation."""
    items = [
        f'<div><dt>{escape(figure.name)}</dt><dd class="value">{escape(figure.value)}</dd>'
        f"<dd>{escape(figure.about)}</dd></div>"
        for figure in key_figures(results)
    ]
    return f'<dl class="figures">\n{"".join(items)}</dl>\n' if items else ""


def _data_to_check(report: Text) -> str:
    """Return the gaps and doubts in the data as HTML; empty if there are none, which the appendix then states."""
    appendix = next((chapter for chapter in report.chapters if chapter.title == text.APPENDIX), None)
    for chapters in (report.chapters, appendix.parts if appendix else []):
        for chapter in chapters:
            if chapter.title == text.DATA_TO_CHECK and chapter.has_list:
                chapters.remove(chapter)
                return f'<div class="check"><h2>{chapter.title}</h2>\n{html(chapter.tokens)}</div>\n'
    return ""


def _findings(chapter: Chapter | None) -> str:
    if not chapter:
        return ""
    return f'<div class="findings"><h2>{chapter.title}</h2>\n{html(chapter.tokens)}</div>\n'


def _inputs(results: Results) -> str:
    items = [f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in inputs(results)]
    return f"<h2>{text.BASED_ON}</h2>\n<dl>{''.join(items)}</dl>\n" if items else ""
