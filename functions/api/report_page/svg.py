"""Builds SVG drawings as element trees, so that serialization escapes all text."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import ceil, floor, log10
from xml.etree import ElementTree as ET

#: The width of a drawing with axes, in SVG units; text is 12 units high.
WIDTH = 640
Point = tuple[float, float]


def drawing(width: float, height: float, label: str = "", kind: str = "") -> ET.Element:
    """Return an empty drawing of this size; `label` is the text for screen readers, which skip one without it."""
    attributes = {"viewBox": f"0 0 {number(width)} {number(height)}"} | ({"class": kind} if kind else {})
    return ET.Element("svg", attributes | ({"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}))


def draw(parent: ET.Element, tag: str, kind: str = "", **attributes: float | str) -> ET.Element:
    """Add a shape of the class `kind`. Numbers are rounded to two decimals."""
    named = {key.replace("_", "-"): v if isinstance(v, str) else number(v) for key, v in attributes.items()}
    return ET.SubElement(parent, tag, ({"class": kind} if kind else {}) | named)


def write(parent: ET.Element, at: Point, text: str, kind: str = "") -> None:
    draw(parent, "text", kind, x=at[0], y=at[1]).text = text


def line(parent: ET.Element, start: Point, end: Point, kind: str) -> None:
    draw(parent, "line", kind, x1=start[0], y1=start[1], x2=end[0], y2=end[1])


def markup(element: ET.Element) -> str:
    return ET.tostring(element, encoding="unicode")


def points(path: Iterable[Point]) -> str:
    return " ".join(f"{number(x)},{number(y)}" for x, y in path)


def number(value: float) -> str:
    return f"{round(value, 2) + 0:g}" if abs(value) < 1e4 else f"{value:.2f}"  # adding zero turns -0.0 into 0.0


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return round values from at most `low` to at least `high`, including zero, in steps of 1, 2, or 5 times 10**n.

    Steps are at least 1/`most` of the range. Requires `low` <= 0 <= `high`; returns only zero if both are 0.
    """
    if low == high:
        return [0.0]
    bottom, top = Fraction(str(low)), Fraction(str(high))  # exact decimals: in binary, 0.7 isn't a multiple of 0.1
    step = _round_step((top - bottom) / most)
    return [float(step * n) for n in range(floor(bottom / step), ceil(top / step) + 1)]


def _round_step(least: Fraction) -> Fraction:
    power = Fraction(10) ** floor(log10(least))
    return next(times * power for times in (1, 2, 5, 10) if times * power >= least)
