"""The page as a browser reads it: valid HTML, inert text, and no external resources."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from decimal import Decimal
from xml.etree.ElementTree import Element

import html5lib
import pytest

from functions.api.portfolio_csv import parse_portfolio_csv
from functions.api.report_page.page import content_security_policy, file_name, render
from functions.charter.declaration import Chart, ChartPoint, Charts
from functions.reporter.declaration import Report
from functions.shared.portfolio import ImportNote, Snapshot
from tests.functions.built_results import NOW, results
from tests.portfolios import (
    account,
    all_cash,
    empty,
    instrument,
    many,
    one_stock,
    position,
    sample,
    snapshot,
    unknown,
)

PORTFOLIOS: list[Callable[[], Snapshot]] = [sample, all_cash, one_stock, empty, unknown, many]
HOSTILE = [
    "<script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "]]><!--",
    "[link](https://evil.example)",
    "![image](https://evil.example/x.png)",
    "<https://evil.example>",
    "https://evil.example/",
    "[ref]: https://evil.example",
    "&lt;b&gt; &#x3c;b&#x3e;",
    "${style} $policy",
    "# heading\n<b>",
    "`code` **bold** | cell",
]
#: Elements that the page itself uses.
OURS = {
    "html", "head", "meta", "title", "style", "body", "header", "main", "section", "footer", "h1", "h2", "h3", "h4",
    "p", "strong", "em", "ol", "ul", "li", "hr", "div", "figure", "figcaption", "table", "thead", "tbody", "tr", "th",
    "td", "svg", "path", "rect", "line", "text", "polygon", "polyline",
}  # fmt: skip


def parsed(page: str) -> Element:
    """Parse the page. Raises ParseError for HTML that a browser would have to repair."""
    document: Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    return document


def names(document: Element) -> set[str]:
    return {str(element.tag).rpartition("}")[2] for element in document.iter() if isinstance(element.tag, str)}


def words(document: Element) -> str:
    return " ".join(document.itertext())


@pytest.mark.parametrize("make", PORTFOLIOS)
def test_page_is_valid_html_of_known_elements_for_every_portfolio(make: Callable[[], Snapshot]) -> None:
    document = parsed(render(results(make())))

    assert names(document) <= OURS
    assert len(document.findall(".//h1")) == 1
    assert [section.find("h2").text for section in document.findall(".//section")] == [  # type: ignore[union-attr]
        "Portfolio report", "Charts", "Retirement outlook",
    ]  # fmt: skip


def test_page_repeats_warnings_of_imported_file() -> None:
    file = b"account,symbol,quantity,price,<i>mystery</i>\nIRA,VTI,1,300,12\n"
    far = "Line 2: VTI at $300.00 is far from its last known price, $30.00. Check the line."
    messages = [warning.message for warning in parse_portfolio_csv(file).warnings] + [far]
    notes = tuple(ImportNote(imported_on=NOW.date(), message=message) for message in messages)

    page = words(parsed(render(results(sample().model_copy(update={"import_warnings": notes})))))
    page = page.replace("\N{WORD JOINER}", "")  # prevents links in "300.00"

    assert len(messages) == 3
    assert 'The column "<i>mystery</i>"' in page
    assert "wasn't recognized" in page
    assert all(message in page for message in messages)


@pytest.mark.parametrize("make", PORTFOLIOS)
def test_page_has_no_links_resources_or_handlers(make: Callable[[], Snapshot]) -> None:
    document = parsed(render(results(make())))

    for element in document.iter():
        assert not {"src", "href", "style", "srcset", "action", "{http://www.w3.org/1999/xlink}href"} & set(
            element.attrib
        )
        assert not any(name.startswith("on") for name in element.attrib)
    style = document.find(".//style")
    assert style is not None
    assert not re.search(r"url\(|@import", style.text or "")


def test_policy_allows_only_the_page_style() -> None:
    document = parsed(render(results(sample())))
    style = document.find(".//style")
    assert style is not None

    digest = base64.b64encode(hashlib.sha256((style.text or "").encode()).digest()).decode()
    policy = dict(part.split(" ", 1) for part in content_security_policy().split("; "))

    assert policy.pop("style-src") == f"'sha256-{digest}'"
    assert set(policy) == {
        "default-src", "script-src", "img-src", "base-uri", "form-action", "frame-ancestors",
    }  # fmt: skip
    assert set(policy.values()) == {"'none'"}
    (meta,) = [element for element in document.iter("meta") if element.get("http-equiv")]
    assert f"{meta.get('content')}; frame-ancestors 'none'" == content_security_policy()


@pytest.mark.parametrize("name", HOSTILE)
def test_markup_in_account_and_instrument_names_stays_text(name: str) -> None:
    fund, other = instrument("FUND", "100", name=name), instrument("OTHER", "90", name=name)
    held = snapshot(account(name, position(fund, "1")), account(name + "2", position(other, "1"), cash="5"))

    document = parsed(render(results(held)))

    assert names(document) <= OURS
    shown = words(document).replace("\u2060", "")
    assert shown.count(" ".join(name.split())) >= 2


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_in_chart_stays_text(text: str) -> None:
    points = [ChartPoint(name=text, value=Decimal(n), color="#0072B2") for n in (3, 2)]
    kinds = ("pie", "donut", "bar", "horizontalBar", "line")
    charts = Charts({kind: Chart(title=text, type=kind, description=text, data=points) for kind in kinds})

    document = parsed(render(results(sample(), charts_payload=charts)))

    assert names(document) <= OURS
    assert words(document).count(text) >= 2 * len(kinds)


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_in_report_adds_no_unsafe_elements(text: str) -> None:
    report = Report(content=f"# Title\n\n{text}\n\n- {text}\n\n| {text} |\n| --- |\n| {text} |\n", generated_at=NOW)

    document = parsed(render(results(sample(), report_payload=report)))

    assert names(document) <= OURS | {"code", "h5"}


def test_charts_have_tables() -> None:
    document = parsed(render(results(sample())))

    figures = document.findall(".//figure")
    captions = [figure.findtext("./figcaption/h3") for figure in figures]
    assert captions[0] == "Asset classes"
    assert captions[-1] == "Wealth by year"
    rows = [[" ".join(cell.itertext()) for cell in row] for row in figures[0].findall(".//tbody/tr")]
    assert rows[0] == ["Stocks", "$255,170", "85%"]
    assert len(rows) == len(figures[0].findall(".//{*}rect[@class='bar']"))


def test_every_fan_year_is_in_a_table() -> None:
    document = parsed(render(results(sample())))

    table = document.findall(".//table")[-1]
    rows = [[" ".join(cell.itertext()) for cell in row] for row in table.findall(".//tbody/tr")]
    assert [row[0] for row in rows] == [str(year) for year in range(2026, 2082)]
    assert rows[0] == ["2026", "40", *["$301,580"] * 5]


def test_empty_portfolio_explains_missing_charts() -> None:
    assert "There is nothing to draw: the portfolio is worth nothing." in words(parsed(render(results(empty()))))


def test_page_states_its_purpose_and_limits() -> None:
    page = words(parsed(render(results(sample()))))

    assert "Worth $301,580 on November 20, 2026." in page
    assert "Analyzed on November 22, 2026 at 10:30 UTC." in page
    assert "not individual investment, tax or legal advice" in page
    assert "not complete" not in page
    assert "stand-ins" not in page


def test_page_credits_the_author_of_its_texts() -> None:
    page = words(parsed(render(results(sample()))))

    assert "The report is worded by our own templates; no language model was asked." in page
    assert "The retirement outlook is worded by our own templates" in page


def test_failed_analysis_shows_finished_sections_as_incomplete() -> None:
    some = results(sample(), status="failed", charts_payload=None, retirement_payload=None, summary_payload=None)

    document = parsed(render(some))

    assert "not complete" in words(document)
    assert len(document.findall(".//section")) == 1


def test_stand_ins_are_labeled() -> None:
    report = Report(content="# A stand-in", generated_at=NOW, mock=True)

    assert "Made by stand-ins" in words(parsed(render(results(sample(), report_payload=report))))


def test_file_name_contains_date() -> None:
    assert file_name(results(sample())) == "portfolio-analysis-2026-11-22.html"
