"""The retirement fan as SVG: what wealth may come to, year by year."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from functions.api.report_page.axes import LEFT, PLOT_HEIGHT, RIGHT, amounts_axis
from functions.api.report_page.svg import WIDTH, Point, draw, drawing, line, points, write
from functions.retirement.declaration import FanYear

_LABELLED_YEARS = 6


def draw_fan(fan: Sequence[FanYear], retirement_year: int | None) -> Element:
    """Bands from the 5th to the 95th percentile and from the 25th to the 75th, and the median.

    The scale ends where the 75th percentile is highest, or where the 95th is: whichever is lower after a half is added
    to the former. Without that few lucky lives would press all others to the bottom; the band above is cut off.
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
    every = next(n for n in (1, 2, 5, 10, 20, 50) if (last - first) / n <= _LABELLED_YEARS)
    for year in range(first, last + 1, every):
        write(svg, (LEFT + gap * (year - first), PLOT_HEIGHT + 18), str(year), "middle quiet")
    return svg
