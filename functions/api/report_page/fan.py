"""Draws the retirement fan as SVG: percentiles of wealth by year."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from functions.api.report_page.axes import LEFT, PLOT_HEIGHT, RIGHT, amounts_axis
from functions.api.report_page.svg import WIDTH, Point, draw, drawing, line, points, write
from functions.retirement.declaration import FanYear

_LABELED_YEARS = 6


def draw_fan(fan: Sequence[FanYear], retirement_year: int | None) -> Element:
    """Draw bands for the 5th-95th and 25th-75th percentiles, and the median.

    The scale ends at 1.5 times the highest 75th percentile, or at the highest 95th, whichever is lower. Otherwise a few
    very favorable outcomes would flatten all others; the outer band is cut off at the top.
    """
    svg = drawing(WIDTH, PLOT_HEIGHT + 26, "Percentiles of wealth by year; the table has the amounts")
    top = min(1.5 * max(float(at.p75) for at in fan), max(float(at.p95) for at in fan))
    scale = amounts_axis(svg, 0, top)
    first, last = fan[0].year, fan[-1].year
    gap = (RIGHT - LEFT) / max(last - first, 1)

    def path(percentile: str) -> list[Point]:
        values = (min(float(getattr(at, percentile)), scale.high) for at in fan)
        return [(LEFT + gap * (at.year - first), scale(value)) for at, value in zip(fan, values, strict=True)]

    draw(svg, "polygon", "outer", points=points([*path("p95"), *reversed(path("p5"))]))
    draw(svg, "polygon", "inner", points=points([*path("p75"), *reversed(path("p25"))]))
    draw(svg, "polyline", "line median", points=points(path("p50")))
    if retirement_year is not None and first < retirement_year < last:
        at = LEFT + gap * (retirement_year - first)
        line(svg, (at, scale(scale.high)), (at, scale(0)), "mark")
        kind, beside = ("", 4) if at < WIDTH / 2 else ("end", -4)
        write(svg, (at + beside, scale(scale.high) + 10), f"retirement {retirement_year}", kind)
    every = next(n for n in (1, 2, 5, 10, 20, 50) if (last - first) / n <= _LABELED_YEARS)
    for year in range(first, last + 1, every):
        write(svg, (LEFT + gap * (year - first), PLOT_HEIGHT + 18), str(year), "middle quiet")
    return svg
