"""Renders the report page, with its sections in reading order, and its Content-Security-Policy."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from functools import cache
from html import escape
from importlib.resources import files
from string import Template

from pydantic import BaseModel

from functions.api.report_page.charts import draw_chart
from functions.api.report_page.fan import draw_fan
from functions.api.report_page.generic import generic_section
from functions.api.report_page.markup import figure, swatch, table
from functions.api.report_page.results import Results
from functions.api.report_page.svg import markup
from functions.api.report_page.text import html_of
from functions.charter.declaration import Chart, Charts
from functions.reporter.declaration import Report
from functions.retirement.declaration import FanYear, Retirement
from functions.shared.agent_declaration import Agent
from functions.shared.analysis.wording import day, dollars, money, plain
from functions.shared.narration.attribution import whose_words
from functions.shared.sections import Narration

_PAGE = Template("""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="$policy">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Portfolio analysis of $date</title>
<style>$style</style>
</head>
<body>
<header>
<h1>Portfolio analysis</h1>
$facts
</header>
<main>
$sections
</main>
<footer>
$footer
</footer>
</body>
</html>
""")
_DISCLAIMERS = (
    "This page describes a portfolio as it was recorded, at the prices that were known. It is information, not "
    "individual investment, tax or legal advice.",
    "Expected returns, volatilities and correlations are long-term assumptions, stated above with their sources; "
    "simulated outcomes follow from them and are no forecast. Past and simulated results do not guarantee future ones.",
)
_INCOMPLETE = "The analysis is not complete: this page has what was finished."
_MOCK = "Made by stand-ins, for a test: the figures mean nothing."
_NO_CHARTS = "There is nothing to draw: the portfolio is worth nothing."
_FAN = (
    "Percentiles at the end of each year, in today's dollars. The line is the median; half of all simulated lives are "
    "in the dark band and nine of ten in the light one, which may go on above the drawing."
)


def render(results: Results) -> str:
    """Return the available results as one HTML document, with markup in names and texts escaped."""
    return _PAGE.substitute(
        policy=escape(_policy()),
        style=_style(),
        date=day(results.as_of),
        facts="\n".join(f"<p>{escape(fact)}</p>" for fact in _facts(results)),
        sections="\n".join(_section(agent, payload) for agent, payload in results.by_agent()),
        footer="\n".join(f"<p>{escape(text)}</p>" for text in _DISCLAIMERS),
    )


def content_security_policy() -> str:
    """Allow only the page's own style: no scripts, images, fonts, or framing."""
    return f"{_policy()}; frame-ancestors 'none'"


def file_name(results: Results) -> str:
    return f"portfolio-analysis-{results.as_of.date().isoformat()}.html"


@cache
def _style() -> str:
    return (files("functions.api.report_page") / "style.css").read_text(encoding="utf-8")


@cache
def _policy() -> str:
    """Return the part of the policy that also works in a meta tag, for a page opened as a file."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    nothing = "; ".join(
        f"{what} 'none'" for what in ("default-src", "script-src", "img-src", "base-uri", "form-action")
    )
    return f"{nothing}; style-src 'sha256-{digest}'"


def _facts(results: Results) -> Iterable[str]:
    summary = results.summary_payload
    if summary:
        yield f"Worth {money(summary.total_value)} on {day(summary.as_of)}."
    yield f"Analyzed on {day(results.as_of)} at {results.as_of:%H:%M} UTC."
    yield from _words(results)
    if not results.is_complete:
        yield _INCOMPLETE
    if results.is_mock:
        yield _MOCK


def _words(results: Results) -> Iterable[str]:
    """Yield the author of each text; unknown for results of earlier versions."""
    for agent, payload in results.by_agent():
        narration = getattr(payload, "narration", None)
        if isinstance(narration, Narration):
            yield f"The {agent.title.lower()} is {whose_words(narration)}."


def _section(agent: Agent, payload: BaseModel) -> str:
    match payload:
        case Report():
            return _report(payload)
        case Charts():
            return _charts(payload)
        case Retirement():
            return _retirement(payload)
        case _:
            return generic_section(agent.title, payload)


def _report(report: Report) -> str:
    return f"<section>\n{html_of(report.content)}</section>"


def _charts(charts: Charts) -> str:
    ordered = sorted(charts.root.values(), key=lambda chart: chart.order)
    shown = "\n".join(map(_chart, ordered)) or f"<p>{_NO_CHARTS}</p>"
    return f"<section>\n<h2>Charts</h2>\n{shown}\n</section>"


def _chart(chart: Chart) -> str:
    """Return the drawing and its data table, whose color swatches are the legend."""
    names = [swatch(point.color) + escape(plain(point.name)) for point in chart.data]
    amounts = [point.shown for point in chart.data]
    shares = [point.share for point in chart.data]
    if any(shares):
        behind = table(("Part", "Amount", "Share"), zip(names, amounts, shares, strict=True))
    else:
        behind = table(("Part", "Amount"), zip(names, amounts, strict=True))
    return figure(chart.title, chart.description, markup(draw_chart(chart)) + behind)


def _year(at: FanYear) -> tuple[str, ...]:
    age = "" if at.age is None else str(at.age)
    return str(at.year), age, *map(dollars, (at.p5, at.p25, at.p50, at.p75, at.p95))


def _retirement(retirement: Retirement) -> str:
    """Return the text, and the fan with a table of all years; only the text if goals are missing."""
    if not retirement.fan:
        return f"<section>\n{html_of(retirement.analysis)}</section>"
    year = retirement.assumptions.get("retirement_year")
    fan = figure("Wealth by year", _FAN, markup(draw_fan(retirement.fan, year if isinstance(year, int) else None)))
    rows = [_year(at) for at in retirement.fan]
    years = table(("Year", "Age", "5 %", "25 %", "Median", "75 %", "95 %"), rows, "long")
    return f"<section>\n{html_of(retirement.analysis)}{fan}\n<h3>Each year</h3>\n{years}\n</section>"
