"""The geometry of charts and fan: drawings are in proportion to the figures."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise
from math import hypot, pi
from typing import Literal
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.api.report_page.charts import angles, draw_chart
from functions.api.report_page.fan import draw_fan
from functions.api.report_page.svg import ticks
from functions.charter.declaration import Chart, ChartPoint
from functions.retirement.declaration import FanYear

Kind = Literal["pie", "donut", "bar", "horizontalBar", "line"]
#: Coordinates are rounded to a hundredth.
ROUNDED = 0.011

amounts = st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=8)
fans = st.lists(st.lists(st.integers(0, 10**9), min_size=5, max_size=5).map(sorted), min_size=1, max_size=60)


def chart(kind: Kind, *values: int, names: list[str] | None = None) -> Chart:
    points = [
        ChartPoint(name=names[n] if names else f"Part {n}", value=Decimal(value), color="#0072B2")
        for n, value in enumerate(values)
    ]
    return Chart(title="Parts", type=kind, description="All of them", data=points)


def fan(years: list[list[int]], first: int = 2026) -> list[FanYear]:
    return [
        FanYear(year=first + n, p5=Decimal(a), p25=Decimal(b), p50=Decimal(c), p75=Decimal(d), p95=Decimal(e))
        for n, (a, b, c, d, e) in enumerate(years)
    ]


def path_of(shape: Element) -> list[tuple[float, float]]:
    numbers = [float(number) for number in re.split("[ ,]", shape.attrib["points"])]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


@given(amounts)
def test_slices_fill_circle_in_proportion_to_amounts(values: list[int]) -> None:
    edges = angles(values)

    whole = sum(value for value in values if value > 0)
    assert [start for start, _ in edges[1:]] == [end for _, end in edges[:-1]]
    assert edges[-1][1] == pytest.approx(2 * pi if whole else 0)
    for value, (start, end) in zip(values, edges, strict=True):
        assert end - start == pytest.approx(2 * pi * max(value, 0) / whole if whole else 0)


@pytest.mark.parametrize("kind", ["pie", "donut"])
def test_single_slice_is_a_full_circle(kind: Kind) -> None:
    svg = draw_chart(chart(kind, 7))

    (path,) = svg.findall("path")
    assert "A110 110 0 0 1 112 222" in path.attrib["d"], "the arc passes below, opposite to where it begins"
    assert "class" not in path.attrib, "a border would cut it open where it begins"


def test_slices_lie_on_circle() -> None:
    for path in draw_chart(chart("pie", 5, 3, 2)).findall("path"):
        ends = re.findall(r"A110 110 0 0 1 ([\d.]+) ([\d.]+)", path.attrib["d"])
        assert [hypot(float(x) - 112, float(y) - 112) for x, y in ends] == pytest.approx([110, 110], abs=ROUNDED)


@pytest.mark.parametrize(("kind", "length", "start"), [("horizontalBar", "width", "x"), ("bar", "height", "y")])
@given(values=amounts)
def test_bars_start_at_zero_and_are_as_long_as_their_amounts(
    kind: Kind, length: str, start: str, values: list[int]
) -> None:
    svg = draw_chart(chart(kind, *values))

    bars = svg.findall("rect")
    lengths = [float(bar.attrib[length]) for bar in bars]
    largest = max(map(abs, values))
    for value, drawn in zip(values, lengths, strict=True):
        assert drawn == pytest.approx(max(lengths) * abs(value) / (largest or 1), abs=2 * ROUNDED)
    (zero,) = {line.attrib[f"{start}1"] for line in svg.findall("line")}
    for value, bar in zip(values, bars, strict=True):
        near, far = float(bar.attrib[start]), float(bar.attrib[start]) + float(bar.attrib[length])
        positive_side = near if (kind == "horizontalBar") == (value >= 0) else far
        assert positive_side == pytest.approx(float(zero), abs=2 * ROUNDED)


@pytest.mark.parametrize("kind", ["pie", "donut", "bar", "horizontalBar", "line"])
@pytest.mark.parametrize("values", [[0], [0, 0], [-5], [3, -5, 0], [1] * 8])
def test_every_kind_of_chart_can_be_drawn_from_any_data(kind: Kind, values: list[int]) -> None:
    svg = draw_chart(chart(kind, *values))

    assert svg.attrib["aria-label"] == "Parts: All of them"
    for element in svg.iter():
        assert not any(word in value for value in element.attrib.values() for word in ("nan", "inf", "e+"))


def test_long_names_are_cut_on_bars_and_complete_beside_them() -> None:
    name = "Consumer discretionary of the whole wide world"

    below, beside = (draw_chart(chart(kind, 1, names=[name])) for kind in ("bar", "horizontalBar"))

    texts = [text.text for text in below.findall("text")]
    assert texts[1:] == ["Consumer", "discretionar…"]
    assert beside.findall("text")[0].text == name


@given(fans)
def test_fan_bands_are_nested_and_advance_year_by_year(years: list[list[int]]) -> None:
    svg = draw_fan(fan(years), None)

    outer, inner = (path_of(shape) for shape in svg.findall("polygon"))
    (median,) = (path_of(shape) for shape in svg.findall("polyline"))
    count = len(years)
    p95, p5 = outer[:count], outer[count:][::-1]
    p75, p25 = inner[:count], inner[count:][::-1]
    for at in zip(p95, p75, median, p25, p5, strict=True):
        assert len({x for x, _ in at}) == 1
        heights = [y for _, y in at]
        assert heights == sorted(heights), "a larger amount is drawn higher, at a smaller y"
    assert [x for x, _ in median] == sorted({x for x, _ in median})


def test_fan_marks_retirement_only_within_the_plan() -> None:
    years = [[1, 2, 3, 4, 5]] * 10

    def marks(year: int | None) -> list[Element]:
        return [line for line in draw_fan(fan(years), year).findall("line") if line.attrib["class"] == "mark"]

    assert len(marks(2030)) == 1
    assert marks(2026) == marks(2035) == marks(None) == []


def test_extreme_paths_do_not_flatten_the_fan() -> None:
    years = [[100, 100, 100, 100, 100], [0, 80, 100, 150, 100_000]]

    outer, inner = (path_of(shape) for shape in draw_fan(fan(years), None).findall("polygon"))

    top, bottom = min(y for _, y in outer), max(y for _, y in outer)
    assert inner[1][1] < (top + bottom) / 2, "the 75th percentile is in the upper half"


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 100, [0, 20, 40, 60, 80, 100]),
        (0, 7.3, [0, 2, 4, 6, 8]),
        (-44, 73, [-50, 0, 50, 100]),
        (0, 0, [0]),
        (0, 2_600_000, [0, 1_000_000, 2_000_000, 3_000_000]),
    ],
)
def test_ticks_are_round(low: float, high: float, expected: list[float]) -> None:
    assert ticks(low, high) == expected


amounts_below = st.integers(-(10**12), 0) | st.floats(-1e12, -1e-6) | st.just(0)
amounts_above = st.integers(0, 10**12) | st.floats(1e-6, 1e12) | st.just(0)


@given(amounts_below, amounts_above)
def test_ticks_cover_zero_and_all_values(low: float, high: float) -> None:
    at = ticks(low, high)

    assert 0 in at
    assert at[0] <= low
    assert at[-1] >= high
    assert len(at) <= 7
    assert at == sorted(set(at))


@given(amounts_below, amounts_above)
def test_no_tick_is_beyond_reach_of_values(low: float, high: float) -> None:
    at = ticks(low, high)

    assert len(at) == 1 or (at[1] > low and at[-2] < high)


@given(amounts_below, amounts_above)
def test_ticks_are_1_2_or_5_times_a_power_of_ten_apart(low: float, high: float) -> None:
    at = ticks(low, high)

    gaps = {f"{after - before:.6e}".split("e")[0] for before, after in pairwise(at)}
    assert len(gaps) <= 1
    assert gaps <= {"1.000000", "2.000000", "5.000000"}
