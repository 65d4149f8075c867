"""Draws the charter's charts as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, sin
from xml.etree.ElementTree import Element

from functions.api.report_page.axes import LEFT, PLOT_HEIGHT, RIGHT, amounts_axis
from functions.api.report_page.svg import WIDTH, Point, draw, drawing, line, number, points, write
from functions.charter.declaration import Chart, ChartPoint
from functions.shared.analysis.wording import amount_in_short

_RADIUS = 110
_HOLE = 0.58
_ROW = 40
_LETTERS_BELOW_A_BAR = 13
#: The width of the text beside a bar: "$301,580 100%".
_LABEL = 110


def draw_chart(chart: Chart) -> Element:
    label = f"{chart.title}: {chart.description}"
    match chart.type:
        case "pie":
            return _round(chart.data, label, hole=0)
        case "donut":
            return _round(chart.data, label, hole=_HOLE)
        case "horizontalBar":
            return _rows(chart.data, label)
        case "bar":
            return _columns(chart.data, label)
        case "line":
            return _line(chart.data, label)


def angles(values: Sequence[float]) -> list[tuple[float, float]]:
    """Return the start and end of each slice, in radians clockwise from the top; values of 0 or less get no slice."""
    parts = [max(value, 0.0) for value in values]
    whole = sum(parts)
    edges, before = [], 0.0
    for part in parts:
        turn = 2 * pi * part / whole if whole else 0.0
        edges.append((before, before + turn))
        before += turn
    return edges


def _round(data: Sequence[ChartPoint], label: str, hole: float) -> Element:
    size = 2 * _RADIUS + 4
    svg = drawing(size, size, label, "round")
    slices = zip(data, angles([float(point.value) for point in data]), strict=True)
    drawn = [(point, edges) for point, edges in slices if edges[1] > edges[0]]
    kind = "shape" if len(drawn) > 1 else ""  # a border would show as a line in a full circle
    for point, (start, end) in drawn:
        draw(svg, "path", kind, d=_slice(start, end, hole), fill=point.color)
    return svg


def _slice(start: float, end: float, hole: float) -> str:
    """Draw in two halves: a full-circle arc would end where it starts and render nothing."""
    inner, middle = hole * _RADIUS, (start + end) / 2
    outline = f"M{_at(_RADIUS, start)} {_arc(_RADIUS, middle)} {_arc(_RADIUS, end)}"
    back = f"L{_at(inner, end)} {_arc(inner, middle, 0)} {_arc(inner, start, 0)}" if hole else f"L{_at(0, 0)}"
    return f"{outline} {back} Z"


def _arc(radius: float, to: float, clockwise: int = 1) -> str:
    return f"A{number(radius)} {number(radius)} 0 0 {clockwise} {_at(radius, to)}"


def _at(radius: float, angle: float) -> str:
    center = _RADIUS + 2
    return f"{number(center + radius * sin(angle))} {number(center - radius * cos(angle))}"


def _rows(data: Sequence[ChartPoint], label: str) -> Element:
    """Draw each row as a name above a bar from zero, with the amount at its end."""
    low, high = _range(data)
    svg = drawing(WIDTH, _ROW * len(data) + 4, label)
    left, right = _LABEL if low < 0 else 0, WIDTH - (_LABEL if high > 0 else 0)
    scale = (right - left) / ((high - low) or 1)
    zero = left - low * scale
    for row, point in enumerate(data):
        top = _ROW * row
        end = zero + float(point.value) * scale
        write(svg, (0, top + 13), point.name)
        draw(svg, "rect", "bar", x=min(zero, end), y=top + 18, width=abs(end - zero), height=14, fill=point.color)
        kind, beside = ("", 5) if point.value >= 0 else ("end", -5)
        write(svg, (end + beside, top + 29), f"{point.shown} {point.share}".rstrip(), kind)
    line(svg, (zero, 0), (zero, _ROW * len(data)), "axis")
    return svg


def _columns(data: Sequence[ChartPoint], label: str) -> Element:
    low, high = _range(data)
    top, bottom = 18, PLOT_HEIGHT - (18 if low < 0 else 0)
    scale = (bottom - top) / ((high - low) or 1)
    zero = top + high * scale
    svg = drawing(WIDTH, PLOT_HEIGHT + 36, label)
    step = WIDTH / len(data)
    for column, point in enumerate(data):
        middle = step * (column + 0.5)
        end = zero - float(point.value) * scale
        width = min(step * 0.6, 60)
        draw(
            svg, "rect", "bar", x=middle - width / 2, y=min(zero, end), width=width, height=abs(end - zero),
            fill=point.color,
        )  # fmt: skip
        write(svg, (middle, end + (14 if point.value < 0 else -5)), amount_in_short(point.value), "middle")
        for row, text in enumerate(_two_lines(point.name)):
            write(svg, (middle, PLOT_HEIGHT + 14 + 14 * row), text, "middle quiet")
    line(svg, (0, zero), (WIDTH, zero), "axis")
    return svg


def _line(data: Sequence[ChartPoint], label: str) -> Element:
    svg = drawing(WIDTH, PLOT_HEIGHT + 24, label)
    place = amounts_axis(svg, *_range(data))
    gap = (RIGHT - LEFT) / max(len(data) - 1, 1)
    path: list[Point] = [(LEFT + gap * n, place(float(point.value))) for n, point in enumerate(data)]
    draw(svg, "polyline", "line", points=points(path), stroke=data[0].color)
    for n in sorted({0, len(data) // 2, len(data) - 1}):
        kind = "middle" if 0 < n < len(data) - 1 else "end" if n else ""
        write(svg, (path[n][0], PLOT_HEIGHT + 18), data[n].name, f"{kind} quiet".strip())
    return svg


def _range(data: Sequence[ChartPoint]) -> tuple[float, float]:
    values = [float(point.value) for point in data]
    return min(*values, 0.0), max(*values, 0.0)


def _two_lines(name: str) -> list[str]:
    """Return a shortened name on two lines; the table next to the chart has the full name."""
    lines = [""]
    for word in name.split():
        joined = f"{lines[-1]} {word}".strip()
        if len(joined) <= _LETTERS_BELOW_A_BAR or not lines[-1]:
            lines[-1] = joined
        else:
            lines.append(word)
    return [_cut(text) for text in [*lines[:1], " ".join(lines[1:])] if text]


def _cut(text: str) -> str:
    return text if len(text) <= _LETTERS_BELOW_A_BAR else text[: _LETTERS_BELOW_A_BAR - 1] + "…"
