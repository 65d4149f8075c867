"""Draws the charter's charts: a series as a line, anything else as bars in a table, with the values beside them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from xml.etree.ElementTree import Element

from functions.api.report_page.axes import LEFT, PLOT_HEIGHT, RIGHT, amounts_axis
from functions.api.report_page.bar_scale import Scale, share_of
from functions.api.report_page.bars import bar
from functions.api.report_page.markup import figure, table
from functions.api.report_page.svg import WIDTH, Point, draw, drawing, markup, points, write
from functions.charter.declaration import Chart, ChartPoint
from functions.shared.analysis.wording import plain

_REST = "Other"


def chart_figure(chart: Chart) -> str:
    """Return the chart as a figure; names are escaped."""
    if chart.type == "line":
        drawn = markup(draw_line(chart.data, f"{chart.title}: {chart.description}"))
        rows: list[list[str]] = [[_name(point), *_values(point)] for point in chart.data]
        return figure(chart.title, chart.description, drawn + table((), rows))
    measured, scale = _measured(chart.data)
    bars = [bar(value, scale, is_rest=point.name == _REST) for point, value in zip(chart.data, measured, strict=True)]
    rows = [[_name(point), drawn, *_values(point)] for point, drawn in zip(chart.data, bars, strict=True)]
    return figure(chart.title, chart.description, table((), rows, bars=True))


def _measured(data: Sequence[ChartPoint]) -> tuple[list[float], Scale]:
    """Return the values that bars show, with their scale: shares, or amounts if one of them has no share."""
    shares = [share for point in data if (share := share_of(point.share or "")) is not None]
    if len(shares) == len(data):
        return shares, Scale.of_shares(shares)
    amounts = [float(point.value) for point in data]
    return amounts, Scale.of_amounts(amounts)


def draw_line(data: Sequence[ChartPoint], label: str) -> Element:
    values = [float(point.value) for point in data]
    svg = drawing(WIDTH, PLOT_HEIGHT + 24, label)
    place = amounts_axis(svg, min(*values, 0.0), max(*values, 0.0))
    gap = (RIGHT - LEFT) / max(len(data) - 1, 1)
    path: list[Point] = [(LEFT + gap * n, place(value)) for n, value in enumerate(values)]
    draw(svg, "polyline", "line", points=points(path))
    for n in sorted({0, len(data) // 2, len(data) - 1}):
        kind = "middle" if 0 < n < len(data) - 1 else "end" if n else ""
        write(svg, (path[n][0], PLOT_HEIGHT + 18), data[n].name, f"{kind} quiet".strip())
    return svg


def _name(point: ChartPoint) -> str:
    return escape(plain(point.name))


def _values(point: ChartPoint) -> list[str]:
    return [escape(value) for value in (point.shown, point.share) if value]
