"""The report as Chromium prints it: its pages, their numbers, and where they break."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from functions.api.report_page.page import render
from functions.shared.portfolio import ImportNote, Snapshot
from tests.browser.pdf_text import Line, PdfPage, pages
from tests.browser.visiting import IS_TOO_WIDE, SCHEMES, SIZES, Scheme, violations
from tests.functions.built_results import results
from tests.portfolios import NO_GOALS, empty, many, one_stock, sample

#: The top and bottom margins, in points.
TOP, BOTTOM = 45, 43
#: 7.5 points
SMALLEST_PX = 10
UNDATED = ImportNote(imported_on=date(2026, 11, 22), message="The file states no date, so its prices count as today's.")
HEADINGS = """
[...document.querySelectorAll("h2, h3, h4")].map((heading) => [heading.innerText, getComputedStyle(heading).fontSize])
"""


#: The height of labels, in px, in the drawing that a phone shows.
LABEL_PX = """
(svg => svg.clientWidth / svg.viewBox.baseVal.width * parseFloat(getComputedStyle(svg.querySelector("text")).fontSize))(
  document.querySelector("figure .on-phone svg"))
"""
#: Tables that are wider than a phone, each with its headers and whether it shows that it scrolls.
CLIPPED = """
[...document.querySelectorAll(".scroll")].filter((box) => box.scrollWidth > box.clientWidth).map((box) => [
  [...box.querySelectorAll("thead th")].map((cell) => cell.innerText),
  getComputedStyle(box).backgroundImage !== "none",
])
"""


@dataclass
class Printed:
    pages: list[PdfPage]
    headings: set[tuple[str, float]]
    """Texts and sizes."""

    def is_heading(self, line: Line) -> bool:
        return any(line.text == text and abs(line.size - size) < 0.1 for text, size in self.headings)


def printed(browser: Browser, portfolio: Snapshot, paper: str) -> Printed:
    page = browser.new_page()
    page.set_content(render(results(portfolio, name="Kim's portfolio")))
    page.emulate_media(media="print")
    headings = {(text, float(size.removesuffix("px"))) for text, size in page.evaluate(HEADINGS)}
    pdf = page.pdf(format=paper)
    page.close()
    return Printed(pages(pdf), headings)


def content(page: PdfPage) -> list[Line]:
    """The lines between the running header and footer."""
    return [line for line in page.lines if TOP < line.y < page.height - BOTTOM]


def filled_part(page: PdfPage) -> float:
    return max(line.y for line in content(page)) / page.height


def margins(page: PdfPage) -> str:
    return " ".join(line.text for line in page.lines if not TOP < line.y < page.height - BOTTOM)


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("warnings", [(), (UNDATED,)], ids=["sample", "sample with a warning"])
def test_sample_report_has_five_full_pages(browser: Browser, warnings: tuple[ImportNote, ...], paper: str) -> None:
    document = printed(browser, sample().model_copy(update={"import_warnings": warnings}), paper).pages

    assert len(document) in {4, 5}
    filled = [filled_part(page) for page in document]
    assert min(filled[:-1]) > 0.7, "no page but the last ends early"
    assert filled[-1] > 0.3
    # Drawings have a scale of their own, so the size of their texts is not in CSS pixels.
    assert min(line.size for page in document for line in content(page)) >= SMALLEST_PX


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_first_page_has_letterhead_verdict_inputs_and_trades(browser: Browser, paper: str) -> None:
    first, *_ = printed(browser, sample(), paper).pages

    texts = [line.text for line in content(first)]
    assert texts[:3] == ["Alex", "November 22, 2026", "Kim's portfolio"]
    places = [texts.index(title) for title in ("What matters most", "What this is based on", "What to do", "Trade")]
    assert places == sorted(places)


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("make", [empty, one_stock, lambda: many(120)], ids=["empty", "one stock", "many"])
def test_no_page_of_other_portfolios_is_nearly_empty(
    browser: Browser, make: Callable[[], Snapshot], paper: str
) -> None:
    filled = [filled_part(page) for page in printed(browser, make(), paper).pages]

    assert min(filled[:-1]) > 0.55
    assert filled[-1] > 0.2


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize(
    "texts",
    [
        ["How your money may develop", "Median $", "95 (end)", "One in twenty simulations ends"],
        ["What could go wrong", "1973-74", "The table shows", "The scenarios treat"],
    ],
    ids=["fan", "bad markets"],
)
def test_chart_table_and_explanation_are_on_one_page(browser: Browser, texts: list[str], paper: str) -> None:
    document = printed(browser, sample(), paper).pages

    found = [[text for text in texts if any(line.text.startswith(text) for line in content(page))] for page in document]
    assert [page for page in found if page] == [texts]


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_every_page_has_its_number_and_later_ones_the_title(browser: Browser, paper: str) -> None:
    first, *others = printed(browser, sample(), paper).pages

    total = 1 + len(others)
    assert margins(first) == f"Page 1 of {total} Not investment advice"
    for number, page in enumerate(others, start=2):
        assert margins(page) == f"Kim's portfolio November 22, 2026 Page {number} of {total} Not investment advice"


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize(
    "make",
    [sample, lambda: sample(**NO_GOALS), empty, one_stock, lambda: many(120)],
    ids=["sample", "no goals", "empty", "one stock", "many"],
)
def test_no_heading_is_separated_from_its_content(browser: Browser, make: Callable[[], Snapshot], paper: str) -> None:
    document = printed(browser, make(), paper)

    seen = 0
    for page in document.pages:
        for line in content(page):
            if document.is_heading(line):
                seen += 1
                below = [each for each in content(page) if each.y > line.y and abs(each.x - line.x) < 40]
                assert [each for each in below if not document.is_heading(each)], line.text
    assert seen > 10
    assert all(0 < line.x < page.width for page in document.pages for line in page.lines)


def test_report_fits_a_phone(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(render(results(sample())))
    page = browser.new_page(viewport={"width": 390, "height": 844}, color_scheme="dark")
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text))
    page.goto(file.as_uri())

    assert not page.evaluate(IS_TOO_WIDE)
    assert page.evaluate(LABEL_PX) >= 11
    clipped = page.evaluate(CLIPPED)
    assert [headers[0] for headers, _ in clipped] == ["Age"], "only the six columns of percentiles scroll"
    assert all(is_hinted for _, is_hinted in clipped)
    assert page.locator("th", has_text="Type").is_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 21, 20)"
    assert errors == []
    page.close()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("size", SIZES)
def test_report_is_accessible(browser: Browser, tmp_path: Path, size: str, scheme: Scheme) -> None:
    file = tmp_path / "report.html"
    file.write_text(render(results(sample())))
    page = browser.new_page(viewport=SIZES[size], color_scheme=scheme)
    page.goto(file.as_uri())

    assert violations(page) == []
    page.close()
