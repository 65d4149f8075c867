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
from functions.api.report_page.results import Results
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
    "html", "head", "meta", "title", "style", "body", "header", "main", "section", "h1", "h2", "h3", "h4", "p",
    "strong", "em", "ol", "ul", "li", "hr", "div", "dl", "dt", "dd", "figure", "figcaption", "table", "thead", "tbody",
    "tr", "th", "td", "span", "svg", "rect", "line", "text", "polygon", "polyline", "linearGradient", "stop",
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


def allowed(policy: str) -> set[str]:
    """The hashes of styles that a policy allows. Everything else has to be forbidden."""
    parts = dict(part.split(" ", 1) for part in policy.split("; "))
    styles = set(parts.pop("style-src").split(" "))
    assert parts.keys() >= {"default-src", "script-src", "img-src", "base-uri", "form-action"}
    assert set(parts.values()) == {"'none'"}
    return styles


def digests(document: Element) -> set[str]:
    styles = [(style.text or "").encode() for style in document.iter("style")]
    return {f"'sha256-{base64.b64encode(hashlib.sha256(style).digest()).decode()}'" for style in styles}


def named(name: str | None) -> Results:
    return results(sample(), name=name)


@pytest.mark.parametrize(
    ("make", "line"),
    [
        (sample, "401k Long-term, Roth IRA and Brokerage: 16 holdings and cash on November 20, 2026"),
        (one_stock, "1 account: 1 holding on November 20, 2026"),
        (
            lambda: snapshot(*(account(f"Account {n}", cash="5") for n in range(9))),
            "Account 0, Account 1, Account 2, Account 3 and 5 other accounts: 0 positions on November 20, 2026",
        ),
    ],
)
def test_letterhead_has_sender_date_and_accounts(make: Callable[[], Snapshot], line: str) -> None:
    header = parsed(render(results(make()))).find(".//header")

    assert header is not None
    assert [" ".join(element.itertext()) for element in header] == [
        "Alex November 22, 2026",
        "Portfolio report",
        line,
    ]


def subtitle(**changes: str | None) -> list[str]:
    """The lines below the title."""
    header = parsed(render(results(sample(), **changes))).find(".//header")
    assert header is not None
    return [line.text or "" for line in header.findall("p")]


@pytest.mark.parametrize("name", ["Ada Park", "Ada & Bo", "W" * 100, "\N{BANK}" * 100, *HOSTILE[:3]])
def test_name_of_reader_follows_title(name: str) -> None:
    assert subtitle(reader=name) == [f"Prepared for {name}", *subtitle()]


@pytest.mark.parametrize("name", [None, "ada@example.com", "Ada Park <ada@example.com>"])
def test_report_without_name_or_with_email_address_as_name_is_for_nobody(name: str | None) -> None:
    assert subtitle(reader=name) == subtitle()


def test_policy_allows_only_the_styles_of_the_page() -> None:
    document = parsed(render(named("For Kim")))

    assert allowed(content_security_policy(named("For Kim"))) == digests(document)
    assert "frame-ancestors 'none'" in content_security_policy(named("For Kim"))
    (meta,) = [element for element in document.iter("meta") if element.get("http-equiv")]
    assert f"{meta.get('content')}; frame-ancestors 'none'" == content_security_policy(named("For Kim"))


def test_name_of_analysis_is_title_and_running_header() -> None:
    document = parsed(render(named("Plan B")))

    assert document.findtext(".//h1") == "Plan B"
    assert document.findtext(".//title") == "Plan B, November 22, 2026"
    running = document.findall(".//style")[1].text or ""
    assert '@top-left { content: "Plan B"; }' in running
    assert '@bottom-right { content: "Page " counter(page) " of " counter(pages); }' in running


@pytest.mark.parametrize("name", [*HOSTILE, 'a"; } * { display: none } @page { x: "', "\\41", "a\nb"])
def test_markup_in_name_of_analysis_stays_text(name: str) -> None:
    document = parsed(render(named(name)))

    assert names(document) <= OURS
    assert document.findtext(".//h1") == " ".join(name.split())
    running = document.findall(".//style")[1].text or ""
    assert re.fullmatch(r'[^"]*("[A-Za-z0-9 ,\\]*"[^"]*)*', running)
    assert running.count("{") == (document.findall(".//style")[1].text or "").count("}") == 8


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


def test_empty_portfolio_explains_missing_charts() -> None:
    charts_only = results(empty(), report_payload=None, retirement_payload=None)

    assert "There is nothing to chart yet." in words(parsed(render(charts_only)))


def test_page_states_its_purpose_and_limits() -> None:
    page = words(parsed(render(results(sample()))))

    assert "Analyzed on November 22, 2026 at 10:30 UTC." in page
    assert "not individual investment, tax or legal advice" in page
    assert "not complete" not in page
    assert "stand-ins" not in page


def test_page_credits_the_author_of_its_texts() -> None:
    page = words(parsed(render(results(sample()))))

    assert "The report is written from templates, without a language model." in page
    assert "The retirement outlook is written from templates" in page


def test_failed_analysis_shows_finished_sections_as_incomplete() -> None:
    some = results(sample(), status="failed", charts_payload=None, retirement_payload=None, summary_payload=None)

    document = parsed(render(some))

    assert "not complete" in words(document)
    assert "Retirement outlook" not in words(document)


def test_stand_ins_are_labeled() -> None:
    report = Report(content="# A stand-in", generated_at=NOW, mock=True)

    assert "Made with stand-ins" in words(parsed(render(results(sample(), report_payload=report))))


def test_file_name_contains_date() -> None:
    assert file_name(results(sample())) == "portfolio-report-2026-11-22.html"
