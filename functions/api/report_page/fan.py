"""Draws the retirement fan as SVG: percentiles of wealth by age."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from xml.etree.ElementTree import Element

from functions.api.report_page import text
from functions.api.report_page.axes import LEFT, PLOT_HEIGHT, TOP, Scale, amounts_axis
from functions.api.report_page.svg import WIDTH, Point, draw, drawing, line, points, write
from functions.retirement.declaration import FanYear
from functions.shared.analysis.wording import amount_in_short

#: The width of a drawing for a phone, where a wider one would have to scroll, or shrink to unreadable labels.
PHONE_WIDTH = 350
#: The space for the percentiles' names to the right of the plot.
_NAMES = 104
_LINE = 15
#: The least distance between two labels of ages.
_GAP = 38
#: The top of the plot, as a multiple of the highest 75th percentile.
_MARGIN = 1.15
#: The space that a label of an age or a year needs, per digit and around it.
_DIGIT, _AROUND = 8, 8
#: The distance from the top of the plot at which a cut band reaches its full color, as a share of the height.
_FADE = 0.35


def highest(fan: Sequence[FanYear]) -> tuple[float, bool]:
    """Return the top of the plot, and whether the outer band is cut off there.

    The top is a margin above the highest 75th percentile, or the highest 95th, whichever is lower. Otherwise a few very
    favorable outcomes would flatten all others.
    """
    good, strong = max(float(at.p75) for at in fan), max(float(at.p95) for at in fan)
    return (_MARGIN * good, True) if _MARGIN * good < strong else (strong, False)


def draw_fan(fan: Sequence[FanYear], retirement_year: int | None, width: float = WIDTH) -> Element:
    """Draw bands for the 5th-95th and 25th-75th percentiles, and the median, each with its name at the end."""
    svg = drawing(width, PLOT_HEIGHT + 26, text.FAN_LABEL)
    right = width - _NAMES
    top, is_cut = highest(fan)
    scale = amounts_axis(svg, 0, top, right, is_cut=True)
    first, last = fan[0].year, fan[-1].year
    gap = (right - LEFT) / max(last - first, 1)

    def path(percentile: str, most: float = scale.high) -> list[Point]:
        values = (min(float(getattr(at, percentile)), most) for at in fan)
        return [(LEFT + gap * (at.year - first), scale(value)) for at, value in zip(fan, values, strict=True)]

    outer = draw(svg, "polygon", "outer", points=points([*path("p95"), *reversed(path("p5"))]))
    if is_cut:
        outer.set("fill", f"url(#{_fade(svg, width)})")
    draw(svg, "polygon", "inner", points=points([*path("p75"), *reversed(path("p25"))]))
    for edge, kind in (("p5", "edge dashed"), ("p25", "edge"), ("p75", "edge")):
        draw(svg, "polyline", kind, points=points(path(edge)))
    draw(svg, "polyline", "edge dashed", points=points(_up_to(path("p95", inf), TOP)))
    draw(svg, "polyline", "line", points=points(path("p50")))
    if retirement_year is not None and first < retirement_year < last:
        is_late = retirement_year - first > last - retirement_year
        _mark(svg, LEFT + gap * (retirement_year - first), scale, fan[retirement_year - first], is_late)
    for at in _ticks(fan, gap, retirement_year):
        write(svg, (LEFT + gap * (at.year - first), PLOT_HEIGHT + 18), str(_when(at)), "middle quiet")
    write(svg, (0, PLOT_HEIGHT + 18), text.YEAR if fan[0].age is None else text.AGE, "quiet")
    if len(fan) > 1:
        _names(svg, fan[-1], scale, right + 8)
    return svg


def _fade(svg: Element, width: float) -> str:
    """Add a gradient from nothing at the top of the plot to the full color below; return its id, one per width."""
    name = f"fade-{width:.0f}"
    fade = draw(svg, "linearGradient", id=name, gradientUnits="userSpaceOnUse", x1=0, x2=0, y1=TOP, y2=PLOT_HEIGHT)
    draw(fade, "stop", "fade", offset=0, stop_opacity=0)
    draw(fade, "stop", "fade", offset=_FADE)
    return name


def _up_to(path: Sequence[Point], top: float) -> list[Point]:
    """Return the path as far as the first place where it crosses the top."""
    for n, (x, y) in enumerate(path):
        if y < top:
            if not n:
                return [(x, top)]
            before_x, before_y = path[n - 1]
            return [*path[:n], (before_x + (x - before_x) * (before_y - top) / (before_y - y), top)]
    return list(path)


def spread(wanted: Sequence[float], low: float, high: float) -> list[float]:
    """Return ascending positions near the wanted ascending ones, at least a line apart and between low and high.

    Requires room for all: `high - low` of at least a line times one less than their number.
    """
    places: list[float] = []
    for place in wanted:
        places.append(max(place, low, places[-1] + _LINE if places else low))
    for n in reversed(range(len(places))):
        places[n] = min(places[n], places[n + 1] - _LINE if n + 1 < len(places) else high)
    return places


def _mark(svg: Element, x: float, scale: Scale, at: FanYear, is_late: bool) -> None:
    line(svg, (x, scale(scale.high)), (x, scale(0)), "mark")
    kind, beside = ("end", -5) if is_late else ("", 5)
    write(svg, (x + beside, scale(scale.high) + 12), _retirement(at), kind)


def _retirement(at: FanYear) -> str:
    return text.RETIREMENT_YEAR.format(year=at.year) if at.age is None else text.RETIREMENT_MARK.format(age=at.age)


def _names(svg: Element, end: FanYear, scale: Scale, x: float) -> None:
    """Write each percentile's name and last amount; an arrow stands for an amount above the plot."""
    amounts = {name: float(getattr(end, key)) for key, name in text.PERCENTILES.items()}
    wanted = [scale(min(amount, scale.high)) + 4 for amount in amounts.values()]
    places = spread(wanted, scale(scale.high) + 4, scale(0) + 4)
    for (name, amount), y in zip(amounts.items(), places, strict=True):
        above = "↑ " if amount > scale.high else ""
        kind = "strong" if name == text.PERCENTILES["p50"] else "quiet"
        write(svg, (x, y), f"{above}{name} {amount_in_short(amount)}", kind)


def _ticks(fan: Sequence[FanYear], year_width: float, retirement_year: int | None) -> list[FanYear]:
    """Return the years to label: the first, the last, that of retirement, and those of round ages with room between."""
    every = next((n for n in (1, 2, 5, 10, 20, 50) if n * year_width >= _GAP), 100)
    least = _DIGIT * len(str(_when(fan[-1]))) + _AROUND
    retiring = [at for at in fan if at.year == retirement_year]
    placed: list[FanYear] = []
    for at in (fan[0], fan[-1], *retiring, *(at for at in fan if not _when(at) % every)):
        if all(abs(at.year - other.year) * year_width >= least for other in placed):
            placed.append(at)
    return placed


def _when(at: FanYear) -> int:
    return at.year if at.age is None else at.age
