"""The geometry of charts and fan: drawings are in proportion to the figures."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise
from typing import Literal
from xml.etree.ElementTree import Element

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.api.report_page.bar_scale import Scale
from functions.api.report_page.charts import chart_figure, draw_line
from functions.api.report_page.fan import draw_fan, highest, spread
from functions.api.report_page.markdown import html, tokens_of
from functions.api.report_page.svg import ticks
from functions.charter.declaration import Chart, ChartPoint
from functions.retirement.declaration import FanYear

Kind = Literal["pie", "donut", "bar", "horizontalBar", "line"]
#: Coordinates are rounded to a hundredth.
ROUNDED = 0.011

amounts = st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=8)
fans = st.lists(st.lists(st.integers(0, 10**9), min_size=5, max_size=5).map(sorted), min_size=1, max_size=60)


def chart(kind: Kind, *values: int) -> Chart:
    points = [ChartPoint(name=f"Part {n}", value=Decimal(value), color="#0072B2") for n, value in enumerate(values)]
    return Chart(title="Parts", type=kind, description="All of them", data=points)


def fan(years: list[list[int]], age: int | None = None) -> list[FanYear]:
    return [
        FanYear(
            year=2026 + n,
            age=age and age + n,
            p5=Decimal(a),
            p25=Decimal(b),
            p50=Decimal(c),
            p75=Decimal(d),
            p95=Decimal(e),
        )
        for n, (a, b, c, d, e) in enumerate(years)
    ]


def path_of(shape: Element) -> list[tuple[float, float]]:
    numbers = [float(number) for number in re.split("[ ,]", shape.attrib["points"])]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def shapes(content: str) -> list[Element]:
    """The bars in HTML that contains no other drawing."""
    found: list[Element] = html5lib.parseFragment(content, namespaceHTMLElements=False).findall(".//{*}rect")
    return found


@given(amounts)
def test_bars_start_at_zero_and_are_as_long_as_their_amounts(values: list[int]) -> None:
    bars = shapes(chart_figure(chart("bar", *values)))

    lengths = [float(bar.attrib["width"]) for bar in bars]
    reach = max(0, *values) - min(0, *values)
    assert lengths == pytest.approx([100 * abs(value) / (reach or 1) for value in values], abs=2 * ROUNDED)
    zero = Scale.of_amounts([float(value) for value in values])(0)
    for value, bar in zip(values, bars, strict=True):
        ends = float(bar.attrib["x"]), float(bar.attrib["x"]) + float(bar.attrib["width"])
        assert zero == pytest.approx(ends[0] if value >= 0 or max(values) <= 0 else ends[1], abs=2 * ROUNDED)
        assert bar.attrib["class"] == ("loss" if value < 0 else "part")


@pytest.mark.parametrize("kind", ["pie", "donut", "bar", "horizontalBar", "line"])
@pytest.mark.parametrize("values", [[0], [0, 0], [-5], [3, -5, 0], [1] * 8])
def test_every_kind_of_chart_can_be_drawn_from_any_data(kind: Kind, values: list[int]) -> None:
    content = chart_figure(chart(kind, *values))

    assert "Part 0" in content
    assert not re.search(r'="[^"]*(nan|inf|e\+)', content)


def test_line_passes_through_its_values() -> None:
    svg = draw_line(chart("line", 0, 50, 100).data, "Growth")

    (line,) = (path_of(shape) for shape in svg.findall("polyline"))
    assert [x for x, _ in line] == pytest.approx([line[0][0], (line[0][0] + line[2][0]) / 2, line[2][0]])
    assert line[1][1] == pytest.approx((line[0][1] + line[2][1]) / 2, abs=ROUNDED)


SHARES = """
| Class | Value | Share | Target | After the trades |
| --- | ---: | ---: | ---: | ---: |
| Stocks | $80 | 80% | 60% | 58% |
| Bonds | $20 | <1% | none | 42% |
| Total | $100 | 100% | | |
"""


def middle(mark: Element) -> float:
    return float(mark.attrib["x"]) + float(mark.attrib["width"]) / 2


def test_table_of_shares_gets_bars_with_targets() -> None:
    content = html(tokens_of(SHARES))

    drawn = [shape for shape in shapes(content) if shape.attrib["class"] != "track"]
    legend, stocks, target, bonds = drawn
    assert [float(bar.attrib["width"]) for bar in (stocks, bonds)] == pytest.approx([80, 0.5])
    assert [shape.attrib["class"] for shape in (legend, target)] == ["target", "target"]
    assert middle(target) == pytest.approx(60)
    assert re.findall(r'class="after" x1="([\d.]+)"', content)[1:] == ["58", "42"], "the first is in the legend"
    assert re.findall("</svg> ([^<]+)</span>", content) == ["your target", "after the trades"]


@pytest.mark.parametrize(
    ("shares", "low", "high", "ends"),
    [
        ([85, 0.5, None], 0, 100, None),
        ([-32, -16], -50, 0, ("0%", "-50%")),
        ([-63, 4], -70, 10, ("-70%", "+10%")),
    ],
)
def test_shares_have_a_fixed_scale(
    shares: list[float | None], low: float, high: float, ends: tuple[str, str] | None
) -> None:
    scale = Scale.of_shares(shares)

    assert (scale.low, scale.high, scale.is_fixed, scale.ends) == (low, high, True, ends)


def test_losses_are_striped_and_grow_from_the_left() -> None:
    content = html(tokens_of("| Year | This mix |\n| --- | ---: |\n| 2008 | -40% |\n| 2022 | -15% |\n"))

    losses = [shape for shape in shapes(content) if shape.attrib["class"] == "loss"]
    assert [(float(loss.attrib["x"]), float(loss.attrib["width"])) for loss in losses] == [(0, 80), (0, 30)]
    assert content.count('class="gap"') > len(losses)
    assert re.findall("<span>([^<]+)</span>", content) == ["0%", "-50%"]


def test_table_without_shares_is_unchanged() -> None:
    text = SHARES.replace("Share", "Gain")

    assert html(tokens_of(text)) == html(tokens_of(text)).replace("<svg", "")
    assert "bars" not in html(tokens_of(text))


@given(fans)
def test_fan_bands_are_nested_and_advance_year_by_year(years: list[list[int]]) -> None:
    svg = draw_fan(fan(years), None)

    outer, inner = (path_of(shape) for shape in svg.findall("polygon"))
    *edges, strong, median = (path_of(shape) for shape in svg.findall("polyline"))
    count = len(years)
    p95, p5 = outer[:count], outer[count:][::-1]
    p75, p25 = inner[:count], inner[count:][::-1]
    assert edges == [p5, p25, p75]
    assert strong[:-1] == p95[: len(strong) - 1], "the highest edge ends where it leaves the plot"
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


def texts(svg: Element) -> list[str]:
    return ["".join(text.itertext()) for text in svg.findall("text")]


def test_fan_is_labeled_with_ages_and_percentiles() -> None:
    drawn = fan([[n, 2 * n, 3 * n, 4 * n, 50 * n] for n in range(1, 32)], age=55)

    words = texts(draw_fan(drawn, 2026 + 12))

    assert {"Age", "55", "60", "65", "70", "75", "80", "85", "Retire at 67"} <= set(words)
    assert words[-5:] == ["↑ Strong $1.55K", "Good $124", "Median $93", "Weak $62", "Poor $31"]
    assert highest(drawn)[1], "the highest percentile is cut off, which the arrow shows"


def test_fan_without_ages_has_years() -> None:
    words = texts(draw_fan(fan([[1, 2, 3, 4, 5]] * 9), 2030))

    assert {"Year", "2026", "2034", "Retire in 2030"} <= set(words)


@given(st.lists(st.floats(-50, 300), min_size=5, max_size=5).map(sorted))
def test_percentile_labels_never_overlap(wanted: list[float]) -> None:
    places = spread(wanted, 0, 200)

    assert all(after - before >= 15 - 1e-9 for before, after in pairwise(places))
    assert places[0] >= -1e-9
    assert places[-1] <= 200


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
def test_only_outermost_ticks_exceed_values(low: float, high: float) -> None:
    at = ticks(low, high)

    assert len(at) == 1 or (at[1] > low and at[-2] < high)


@given(amounts_below, amounts_above)
def test_ticks_are_1_2_or_5_times_a_power_of_ten_apart(low: float, high: float) -> None:
    at = ticks(low, high)

    gaps = {f"{after - before:.6e}".split("e")[0] for before, after in pairwise(at)}
    assert len(gaps) <= 1
    assert gaps <= {"1.000000", "2.000000", "5.000000"}
