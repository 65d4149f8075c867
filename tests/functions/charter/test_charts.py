import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.charter.charts import choose_charts
from functions.charter.declaration import Charts
from functions.charter.slices import MOST_SLICES, OTHER, Slice, gather, unique
from functions.shared.analysis.allocation import by_asset_class
from functions.shared.analysis.valuation import value_portfolio
from functions.shared.palette import GRAY, LOSS, MAIN
from functions.shared.portfolio import Snapshot
from scripts.manifest import ROOT
from tests.portfolios import account, all_cash, empty, many, one_stock, sample, snapshot, unknown
from tests.strategies import snapshots


def charts_of(portfolio: Snapshot) -> Charts:
    return choose_charts(portfolio, lambda _fraction, _message: None)


ORDER = ["asset_classes", "holdings", "stress", "equity_regions", "sectors", "accounts"]


@settings(max_examples=60)
@given(snapshots)
def test_parts_of_a_whole_sum_to_it(portfolio: Snapshot) -> None:
    valuation = value_portfolio(portfolio)
    equity = sum((part.amount for part in by_asset_class(valuation) if part.key == "equity"), Decimal())
    charts = charts_of(portfolio).root

    assert bool(charts) == bool(valuation.total)
    assert list(charts) == [key for key in ORDER if key in charts]
    for key, chart in charts.items():
        if key != "stress":
            whole = equity if key == "equity_regions" else valuation.total
            assert sum((point.value for point in chart.data), Decimal()) == whole


@settings(max_examples=60)
@given(snapshots)
def test_parts_of_a_chart_have_distinct_names(portfolio: Snapshot) -> None:
    for chart in charts_of(portfolio).root.values():
        names = [point.name for point in chart.data]
        assert len(set(names)) == len(names)
        assert all(name.strip() for name in names)
        assert {point.color for point in chart.data} <= {MAIN, LOSS, GRAY}


def test_charts_of_sample_have_fixed_order_and_figures_of_report() -> None:
    charts = charts_of(sample()).root

    assert list(charts) == ORDER
    assert [chart.order for chart in charts.values()] == [0, 1, 2, 3, 4, 5]
    assert [(point.name, point.value, point.amount, point.share) for point in charts["asset_classes"].data] == [
        ("Stocks", Decimal("255170.00"), "$255,170", "85%"),
        ("Cash", Decimal("17500.00"), "$17,500", "6%"),
        ("Bonds", Decimal("17428.50"), "$17,428", "6%"),
        ("Commodities", Decimal("7817.50"), "$7,818", "3%"),
        ("Real estate", Decimal("3664.00"), "$3,664", "1%"),
    ]
    assert [(point.name, point.amount, point.share, point.color) for point in charts["stress"].data] == [
        ("2008", "-$98,000", "-32%", LOSS),
        ("2022", "-$48,000", "-16%", LOSS),
        ("1973-74", "-$91,000", "-30%", LOSS),
    ]
    assert charts["holdings"].data[-1].name == OTHER
    assert charts["holdings"].data[-1].color == GRAY


def test_charts_with_a_single_part_are_omitted() -> None:
    assert list(charts_of(one_stock()).root) == ["asset_classes", "stress"]


def test_gains_in_bad_markets_have_the_main_color() -> None:
    assert {point.color for point in charts_of(all_cash()).root["stress"].data} == {MAIN}


def test_empty_portfolio_has_no_charts() -> None:
    assert charts_of(empty()).root == {}


def test_many_positions_show_the_largest_and_the_rest() -> None:
    chart = charts_of(many(20)).root["holdings"]

    assert len(chart.data) == MOST_SLICES + 1
    assert chart.data[-1].name == OTHER


def test_holdings_chart_is_omitted_for_many_small_positions() -> None:
    assert "holdings" not in charts_of(many(500)).root


def test_duplicate_account_names_and_other_are_distinct() -> None:
    accounts = [account(name, cash=cash) for name, cash in [("Other", "60"), ("Same", "20"), ("Same", "18")]]
    tiny = [account(f"Tiny {n}", cash="1") for n in range(2)]

    chart = charts_of(snapshot(*accounts, *tiny)).root["accounts"]

    assert [(point.name, int(point.value)) for point in chart.data] == [
        ("Other", 60),
        ("Same", 20),
        ("Same (2)", 18),
        ("Other (2)", 2),
    ]
    assert chart.data[-1].color == GRAY


def test_palette_is_color_blind_safe() -> None:
    """The palette of Okabe and Ito."""
    okabe_ito = {"#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7"}

    assert {MAIN, LOSS} <= okabe_ito


def test_page_and_print_share_the_palette() -> None:
    api = ROOT / "functions" / "api"
    page = (api / "web" / "src" / "styles" / "tokens.css").read_text(encoding="utf-8").upper()

    printed = (api / "report_page" / "style.css").read_text(encoding="utf-8").upper()

    assert f"--CHART: {MAIN};" in page
    for name, color in {"--CHART": MAIN, "--CHART-LOSS": LOSS, "--CHART-REST": GRAY}.items():
        assert f"{name}: {color};" in printed


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_median_of_the_fan_stands_out_from_its_band(theme: str) -> None:
    """By at least 3:1, as WCAG 2.2 requires of graphics (criterion 1.4.11)."""
    styles = ROOT / "functions" / "api" / "web" / "src" / "styles"
    light, dark = (styles / "tokens.css").read_text(encoding="utf-8").split(':root[data-theme="dark"]')
    charts = (styles / "charts.css").read_text(encoding="utf-8")
    tokens = light if theme == "light" else dark
    band = color_of("surface", tokens)
    for name in ("fan-outer", "fan-inner"):  # the inner band is drawn over the outer one
        opacity = float(re.findall(rf"\.{name} {{[^}}]*fill-opacity: ([\d.]+)", charts)[0])
        band = [opacity * over + (1 - opacity) * under for over, under in zip(rgb(MAIN), band, strict=True)]

    assert "--chart-line: var(--accent);" in light
    assert "stroke: var(--chart-line);" in charts
    assert contrast(color_of("accent", tokens), band) >= 3


def color_of(name: str, tokens: str) -> list[float]:
    return rgb(re.findall(rf"--{name}: (#\w{{6}});", tokens)[0])


def rgb(color: str) -> list[float]:
    """Red, green and blue, from 0 to 1."""
    return [int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)]


def contrast(one: list[float], other: list[float]) -> float:
    """The contrast ratio as WCAG 2.2 defines it."""
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: list[float]) -> float:
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


def test_progress_ends_at_one_and_contains_no_names() -> None:
    for portfolio in (unknown(), empty()):
        steps: list[tuple[float, str]] = []
        choose_charts(portfolio, lambda fraction, message, steps=steps: steps.append((fraction, message)))  # type: ignore[misc]

        fractions = [fraction for fraction, _ in steps]
        assert fractions == sorted(fractions)
        assert fractions[-1] == 1
        assert not any("ZZZZ" in message or "$" in message for _, message in steps)


def test_charts_survive_json() -> None:
    charts = charts_of(sample())

    assert Charts.model_validate_json(charts.model_dump_json()) == charts


amounts = st.lists(st.integers(1, 10**8).map(lambda cents: Decimal(cents) / 100), min_size=1, max_size=30)


@given(amounts, st.sampled_from([0, 2]))
def test_gathering_loses_no_cent_and_keeps_the_largest(values: list[Decimal], small: int) -> None:
    slices = gather([Slice(f"Part {n}", value) for n, value in enumerate(values)], small)

    assert sum(slice_.amount for slice_ in slices) == sum(values)
    named = [slice_.amount for slice_ in slices if slice_.name != OTHER]
    assert len(named) <= MOST_SLICES
    assert named == sorted(values, reverse=True)[: len(named)]


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([97, 1, 2], ["97", "2", "1"]),  # a single small slice keeps its name
        ([97, 1, 1, 1], ["97", OTHER]),
        ([10] * 8, ["10"] * 7 + [OTHER]),
    ],
)
def test_small_slices_are_gathered(values: list[int], shown: list[str]) -> None:
    assert [slice_.name for slice_ in gather([Slice(str(value), Decimal(value)) for value in values])] == shown


def test_repeated_names_are_numbered_from_two() -> None:
    slices = [Slice(name, Decimal(1)) for name in ("a", "a", "a (2)", "a")]

    assert [slice_.name for slice_ in unique(slices)] == ["a", "a (2)", "a (2) (2)", "a (3)"]
