"""A report's layout: its first page, the order of its parts, and that each part appears exactly once."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from markdown_it import MarkdownIt

from functions.api.report_page.facts import inputs, key_figures, share_of_simulations
from functions.api.report_page.page import render
from functions.api.report_page.results import Results
from functions.shared.portfolio import Snapshot
from tests.functions.api.report_page.test_page import parsed, words
from tests.functions.built_results import results
from tests.portfolios import NO_GOALS, all_cash, empty, many, one_stock, sample, unknown

SOCIAL_SECURITY = {"name": "Social Security", "annual_amount": 24_000, "start_age": 70}


def pensioner() -> Snapshot:
    return all_cash(
        current_age=71,
        years_until_retirement=0,
        annual_contribution=None,
        target_retirement_income=30_000,
        income_streams=[SOCIAL_SECURITY],
    )


PORTFOLIOS: list[Callable[[], Snapshot]] = [
    sample, lambda: sample(**NO_GOALS), all_cash, one_stock, empty, unknown, many, pensioner,
]  # fmt: skip


@pytest.fixture(scope="module")
def of_sample() -> Results:
    return results(sample())


@pytest.fixture(scope="module")
def document(of_sample: Results) -> Element:
    return parsed(render(of_sample))


def squeezed(text: str) -> str:
    return " ".join(text.split())


def statements(markdown: str) -> list[str]:
    """The text of each paragraph, list item, table cell, and heading below the title."""
    tokens = MarkdownIt("commonmark", {"html": False}).enable("table").disable("link").parse(markdown)
    texts = ["".join(child.content for child in token.children or []) for token in tokens if token.type == "inline"]
    return [squeezed(text) for text in texts[1:] if text]


@pytest.mark.parametrize("make", PORTFOLIOS)
def test_every_statement_of_the_report_is_on_the_page(make: Callable[[], Snapshot]) -> None:
    found = results(make())
    page = squeezed(words(parsed(render(found))))
    page = re.sub(r" (?=[,.;:)])", "", page)
    assert found.report is not None

    missing = [text for text in statements(found.report.content) if re.sub(r" (?=[,.;:)])", "", text) not in page]

    assert missing == []


def test_every_statement_of_the_outlook_is_on_the_page_with_sources_once(of_sample: Results) -> None:
    page = squeezed(words(parsed(render(of_sample))))
    assert of_sample.retirement is not None
    renamed = {"Assumptions": "Assumptions of the simulation"}
    replaced = "The assumptions are ours, rounded, and informed by:"

    said = [renamed.get(text, text) for text in statements(of_sample.retirement.analysis) if text != replaced]

    assert [text for text in said if text not in page] == []
    assert page.count("Dimson, Marsh and Staunton") == page.count("Hardy, A Regime-Switching Model") == 1


def test_first_page_has_verdicts_figures_findings_and_inputs(document: Element) -> None:
    first = document.find(".//section")
    assert first is not None

    headlines = ["".join(strong.itertext()) for strong in first.findall("./div[@class='verdict']//strong")]
    assert headlines[0].startswith("At $60,000 a year, your money")
    assert headlines[1].startswith("Your mix is not the one you chose")
    assert len(first.findall("./div[@class='summary']/div[@class='findings']/ol/li")) == 3
    assert len(first.findall("./div[@class='summary']/div[@class='basis']/dl/div")) == 4
    figures = [squeezed(words(item)) for item in first.findall("./dl/div")]
    assert figures[0] == "Portfolio $301,580 November 20, 2026"
    assert re.fullmatch(r"Lasts to age 95 \d\d% of simulations, at \$60,000 a year", figures[1])
    assert re.fullmatch(r"In a year like 2008 -\d\d% a loss of about \$\d\d,000 today", figures[3])


def test_data_to_check_is_on_the_first_page() -> None:
    page = parsed(render(results(unknown())))
    first = page.find(".//section")

    assert first is not None
    assert first.findtext("./div[@class='check']/h2") == "Data to check"
    assert "Not classified" in words(first)
    assert words(page).count("Data to check") == 1


def test_complete_data_is_confirmed_in_the_appendix(document: Element) -> None:
    *_, appendix = document.iter("section")

    assert [part.findtext("./p") for part in appendix.iter("div") if part.findtext("./h3") == "Data to check"] == [
        "Every holding has a recent price and a classification."
    ]


def test_inputs_are_the_goals(of_sample: Results) -> None:
    assert inputs(of_sample) == [
        ("Retirement", "40 years old, retiring at 65"),
        ("Money", "Save $10,000 a year until retirement; spend $60,000 a year after that"),
        ("Target mix", "70% stocks and 30% bonds"),
        ("Stocks by region", "50% International and 50% North America"),
    ]


def test_inputs_of_a_retiree_include_other_income() -> None:
    shown = dict(inputs(results(pensioner())))

    assert shown["Retirement"] == "71 years old, retired"
    assert shown["Money"] == "Spend $30,000 a year; other income of up to $24,000 a year"


def test_goals_that_are_not_set_are_not_invented() -> None:
    without = results(sample(**NO_GOALS))

    assert inputs(without) == [("Goals", "Not set")]
    assert [figure.name for figure in key_figures(without)] == ["Portfolio", "In a year like 2008", "Expected return"]
    assert "Tell us your age" in words(parsed(render(without)))


def test_example_goals_are_labeled() -> None:
    assert ("Goals", "Examples, not yours") in inputs(results(sample(is_example=True)))


@pytest.mark.parametrize(("rate", "shown"), [(0, "under 1%"), (1, "1%"), (60.4, "60%"), (99, "99%"), (100, "over 99%")])
def test_chance_is_never_shown_as_0_or_100_percent(rate: float, shown: str) -> None:
    assert share_of_simulations(rate) == shown


def test_sections_are_in_reading_order(document: Element) -> None:
    titles = [section.findtext("./h2") for section in document.findall(".//section")]

    assert titles == [
        None, "What to do", "How the portfolio is invested", "What could go wrong", "What it costs",
        "Retirement outlook", "Appendix",
    ]  # fmt: skip


def test_values_of_every_chart_are_bars_in_a_table(of_sample: Results, document: Element) -> None:
    """No chart is drawn separately: the table that has its values shows them as bars."""
    assert of_sample.charts is not None
    barred = [table for table in document.iter("table") if table.find(".//{*}rect") is not None]

    assert len(of_sample.charts.root) == len(barred) == 6
    for chart in of_sample.charts.root.values():
        shown = [point for point in chart.data if point.name != "Other"]
        assert any(all(f" {point.share} " in f" {words(table)} " for point in shown) for table in barred), chart.title


@pytest.mark.parametrize("change", [{"report_payload": None}, {"report_payload": None, "retirement_payload": None}])
def test_charts_without_a_report_are_figures(change: dict[str, Any]) -> None:
    page = parsed(render(results(sample(), **change)))

    captions = [figure.findtext("./figcaption/h3") for figure in page.iter("figure")]
    assert captions[:2] == ["Asset classes", "Holdings" if "Holdings" in captions else "Bad markets of the past"]
    assert len([caption for caption in captions if caption != "How your money may develop"]) == 6


def test_fan_is_next_to_its_table(document: Element) -> None:
    (figure,) = document.iter("figure")
    (together,) = (each for each in document.iter("div") if each.get("class") == "together")
    first, following, *_ = together

    assert first is figure

    assert figure.findtext("./figcaption/h3") == "How your money may develop"
    assert (following.findtext(".//thead//th") or "") == "Age"


def what_ifs(document: Element) -> list[list[str]]:
    for part in document.iter("div"):
        if part.findtext("./h3") == "What if you change your plan?":
            return [[words(cell) for cell in row] for row in part.iter("tr")]
    return []


def test_what_ifs_vary_retirement_and_spending_around_the_plan(of_sample: Results, document: Element) -> None:
    header, *rows = what_ifs(document)
    assert of_sample.retirement is not None

    assert header == ["Retire at", "$48,000 a year", "$60,000 a year", "$72,000 a year"]
    assert [row[0] for row in rows] == ["62", "65", "68"]
    assert rows[1][2] == share_of_simulations(of_sample.retirement.success_rate or 0)
    chances = [[int(cell.rstrip("%")) for cell in row[1:]] for row in rows]
    assert all(more > less for row in chances for more, less in pairwise(row)), (
        "money lasts less often at higher spending"
    )
    assert all(earlier < later for one, next_ in pairwise(chances) for earlier, later in zip(one, next_, strict=True))


@pytest.mark.parametrize("make", [pensioner, lambda: sample(**NO_GOALS)])
def test_no_what_ifs_without_a_plan_to_vary(make: Callable[[], Snapshot]) -> None:
    assert what_ifs(parsed(render(results(make())))) == []
