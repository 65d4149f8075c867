"""The sections after the first page: evidence, charts, retirement, other agents' sections, and the appendix."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from itertools import chain

from functions.api.report_page import text
from functions.api.report_page.chapters import Chapter, Text, take
from functions.api.report_page.charts import chart_figure
from functions.api.report_page.fan import PHONE_WIDTH, draw_fan, highest
from functions.api.report_page.generic import generic_section
from functions.api.report_page.layout import arranged, part, running, section, stacked
from functions.api.report_page.markdown import html
from functions.api.report_page.markup import figure
from functions.api.report_page.results import Results
from functions.api.report_page.svg import markup
from functions.api.report_page.what_if import what_if
from functions.charter.declaration import Charts
from functions.retirement.declaration import AGENT as RETIREMENT_AGENT
from functions.retirement.declaration import Retirement
from functions.shared.analysis.wording import day
from functions.shared.narration.attribution import whose_words
from functions.shared.sections import Narration

_ITEM = re.compile(r"<li>.*?</li>", re.DOTALL)


def sections(results: Results, report: Text, retirement: Text) -> Iterator[str]:
    """Yield the sections as HTML. Takes the chapters of the appendix out of the texts."""
    appendix = report.take(text.APPENDIX)
    notes = appendix.parts if appendix else []
    titles = {part.title for chapter in [*report.chapters, *notes] for part in (chapter, *chapter.parts)}
    sources = _sources(take(notes, text.SOURCES), retirement.take(text.SOURCES))
    if simulation := retirement.take(text.ASSUMPTIONS):
        simulation.title = text.OF_THE_SIMULATION
        notes.append(simulation)
    yield from map(_chapter, report.chapters)
    yield _charts(results.charts, titles)
    yield _retirement(results.retirement, retirement.chapters)
    yield from (generic_section(agent.title, payload) for agent, payload in results.without_design())
    yield section(text.APPENDIX, arranged(notes, [*sources, _about(results)], running), "appendix")


def _chapter(chapter: Chapter) -> str:
    others, paragraphs = chapter.last_paragraphs()
    body = html(others) + stacked([html(paragraph) for paragraph in paragraphs])
    return section(chapter.title, body + arranged(chapter.parts))


def _charts(charts: Charts | None, titles: set[str]) -> str:
    """Return the charts whose values are not in a part with one of the titles."""
    if charts is None:
        return ""
    if not charts.root:
        return "" if titles else section(text.CHARTS, f"<p>{text.NOTHING_TO_CHART}</p>")
    ordered = sorted(charts.root.items(), key=lambda item: item[1].order)
    shown = [chart_figure(chart) for key, chart in ordered if text.SHOWN_IN.get(key) not in titles]
    return section(text.CHARTS, stacked(shown)) if shown else ""


def _retirement(retirement: Retirement | None, chapters: list[Chapter]) -> str:
    """Return texts, the fan above its table, then other tables; empty without fan and chapters.

    Only texts can be split between pages. Before the fan, they fill a page that has no room for it.
    """
    if retirement is None or not (retirement.fan or chapters):
        return ""
    beside = take(chapters, text.FAN)
    fan = _of_one_page(_fan(retirement) + (html(beside.tokens) if beside else ""))
    texts = [chapter for chapter in chapters if not chapter.columns]
    tables = [chapter for chapter in chapters if chapter.columns]
    before = arranged(texts, narrow=running) if texts else ""
    return section(escape(RETIREMENT_AGENT.title), before + fan + arranged(tables, list(what_if(retirement))))


def _of_one_page(content: str) -> str:
    return f'<div class="together">{content}</div>' if content else ""


def _fan(retirement: Retirement) -> str:
    if not retirement.fan:
        return ""
    year = retirement.assumptions.get("retirement_year")
    retiring = year if isinstance(year, int) else None
    wide = markup(draw_fan(retirement.fan, retiring))
    narrow = markup(draw_fan(retirement.fan, retiring, PHONE_WIDTH))
    drawn = f'<div class="on-paper">{wide}</div><div class="on-phone">{narrow}</div>'
    is_cut = highest(retirement.fan)[1]
    return figure(text.FAN, f"{text.FAN_DESCRIPTION} {text.FAN_CUT}" if is_cut else text.FAN_DESCRIPTION, drawn)


def _sources(*chapters: Chapter | None) -> Iterator[str]:
    """Yield the part with each source once."""
    lists = (_ITEM.findall(html(chapter.tokens)) for chapter in chapters if chapter)
    if items := dict.fromkeys(chain.from_iterable(lists)):
        yield part(text.SOURCES, f"<ul>\n{' '.join(items)}</ul>")


def _about(results: Results) -> str:
    """Return the part with the time of the analysis, the authors of its texts, and its limits."""
    facts = [text.ANALYZED.format(day=day(results.as_of), time=f"{results.as_of:%H:%M}")]
    for agent, payload in results.by_agent():
        narration = getattr(payload, "narration", None)
        if isinstance(narration, Narration):  # unknown for results of earlier versions
            facts.append(text.WORDS.format(section=agent.title.lower(), whose=whose_words(narration)))
    return part(text.ABOUT, "".join(f"<p>{escape(fact)}</p>\n" for fact in (" ".join(facts), *text.DISCLAIMERS)))
