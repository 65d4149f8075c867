"""Every figure of ten analyses, read from all payloads and the printed page: one thing has one value.

A figure is identified by what a reader sees: the table or chart, the name of the row, and the column.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from xml.etree.ElementTree import Element

import html5lib
import pytest
from markdown_it import MarkdownIt

from functions.api.report_page.page import render
from functions.api.report_page.results import Results
from functions.charter.declaration import Charts
from functions.reporter.declaration import Report
from functions.shared.analysis.valuation import value_portfolio
from functions.shared.analysis.wording import label, money, portion
from functions.shared.portfolio import Snapshot
from tests.functions.built_results import results
from tests.portfolios import (
    NO_GOALS,
    account,
    all_cash,
    instrument,
    many,
    one_stock,
    position,
    sample,
    snapshot,
    stock,
    unknown,
)


def pensioner() -> Snapshot:
    bills = instrument("912797XX1", "1", kind="bond", asset_class="fixed_income", sectors="treasury")
    held = position(bills, "299420"), position(instrument("VTI", "301.15"), "300")
    return snapshot(
        account("IRA", *held, cash="1234.56"),
        current_age=70,
        years_until_retirement=0,
        annual_contribution=0,
        asset_class_targets={"equity": 40, "fixed_income": 60},
    )


def two_thirds_in_one_stock() -> Snapshot:
    held = position(stock("NVDA", "171.30"), "660"), position(instrument("VTI", "301.15"), "190")
    return snapshot(account("Roth IRA", *held, cash="1000"))


def money_market() -> Snapshot:
    fund = instrument("VMFXX", "1", kind="money_market", asset_class="cash", sectors="cash")
    return snapshot(
        account("One", position(fund, "40000.49"), position(instrument("VTI", "301.15"), "3"), cash="300.50")
    )


PORTFOLIOS: list[Callable[[], Snapshot]] = [
    sample,
    lambda: sample(**NO_GOALS),
    lambda: sample(is_example=True),
    all_cash,
    one_stock,
    unknown,
    lambda: many(300),
    pensioner,
    two_thirds_in_one_stock,
    money_market,
]
NAMES = [
    "sample", "no goals", "example goals", "cash", "one stock", "unknown", "many", "pensioner", "two thirds",
    "money market",
]  # fmt: skip
#: Charts, and the tables with the same parts.
SAME = {
    "Asset classes": "Asset class",
    "Sectors": "Sector",
    "Accounts": "Account",
    "Where your stocks are": "Region",
    "Bad markets of the past": "Year",
    "Largest holdings": "Holding",
}
COLUMNS = {"Amount": "Value", "This mix": "Share", "In dollars": "Value", "Share of stocks": "Share"}
AMOUNT = re.compile(r"-?\$[0-9][0-9,]*(?:\.[0-9]{2})?")


@dataclass(frozen=True)
class Figure:
    """Where a reader finds it, and how it reads."""

    table: str
    row: str
    column: str
    shown: str
    place: str


@pytest.fixture(scope="module", params=range(len(PORTFOLIOS)), ids=NAMES)
def analyzed(request: pytest.FixtureRequest) -> tuple[Snapshot, Results]:
    portfolio = PORTFOLIOS[request.param]()
    return portfolio, results(portfolio)


def in_markdown(text: str, place: str) -> Iterator[Figure]:
    """Yield the cells of each table."""
    rows: list[list[str]] = []
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        if token.type == "table_open":
            rows = []
        elif token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and rows and token.level > 2:
            rows[-1].append("".join(child.content for child in token.children or []))
        elif token.type == "table_close":
            yield from in_rows(rows[0][0], rows, place)


def in_rows(table: str, rows: list[list[str]], place: str) -> Iterator[Figure]:
    header, *body = rows
    for name, *cells in body:
        for column, cell in zip(header[1:], cells, strict=True):
            if re.search("[0-9]", cell) and re.fullmatch(r"[-+<>]?\$?[0-9][0-9,.]*%?", cell):
                yield Figure(table, name.replace("\u2060", ""), COLUMNS.get(column, column), cell.lstrip("+"), place)


def in_charts(charts: Charts) -> Iterator[Figure]:
    for chart in charts.root.values():
        for point in chart.data:
            for column, cell in (("Value", point.amount), ("Share", point.share)):
                yield Figure(SAME[chart.title], point.name, column, cell.lstrip("+"), "charts")


def in_page(document: Element) -> Iterator[Figure]:
    titles = {
        id(table): figure.findtext("./figcaption/h3")
        for figure in document.iter("figure")
        for table in figure.iter("table")
    }
    for table in document.iter("table"):
        rows = [["".join(cell.itertext()).replace("\u00a0", " ").strip() for cell in row] for row in table.iter("tr")]
        title = titles.get(id(table))
        yield from in_rows(SAME.get(title or "", rows[0][0]), rows, "page")


def figures(found: Results) -> Iterator[Figure]:
    report, charts = found.payloads["report"], found.payloads["charts"]
    assert isinstance(report, Report)
    assert isinstance(charts, Charts)
    yield from in_markdown(report.content, "report")
    yield from in_charts(charts)
    yield from in_page(html5lib.HTMLParser(namespaceHTMLElements=False).parse(render(found)))


def test_no_figure_has_two_values(analyzed: tuple[Snapshot, Results]) -> None:
    seen: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    places: set[str] = set()
    for figure in figures(analyzed[1]):
        row = figure.row.split(" ")[0] if figure.table == "Holding" and "Cash in" not in figure.row else figure.row
        if row != "Other" and not re.match("[0-9]+ other", row):
            seen[figure.table, row, figure.column].add(figure.shown)
            places.add(figure.place)

    assert {key: values for key, values in seen.items() if len(values) > 1} == {}
    assert places == {"report", "charts", "page"}
    assert len(seen) > 10


def test_no_two_amounts_differ_by_rounding(analyzed: tuple[Snapshot, Results]) -> None:
    """Two amounts that differ by a dollar are one amount rounded in two ways, unless both are values of holdings."""
    portfolio, found = analyzed
    text = " ".join(re.sub("<[^>]*>", " ", render(found)).split())
    shown = {Decimal(amount.replace("$", "").replace(",", "")) for amount in AMOUNT.findall(text)}
    valuation = value_portfolio(portfolio)
    exact = {money(held.value) for held in valuation.positions} | {
        money(account.value) for account in valuation.accounts
    }
    report = found.payloads["report"]
    assert isinstance(report, Report)
    for parts in ("asset_classes", "equity_regions", "sectors"):
        exact |= {money(Decimal(str(part["amount"]))) for part in report.figures[parts].values()}
    large = sorted(amount for amount in shown if amount >= 1000)
    twins = [(a, b) for a, b in pairwise(large) if b - a <= 1]
    assert [pair for pair in twins if not {money(pair[0]), money(pair[1])} <= exact] == []


def test_total_is_the_same_in_every_payload(analyzed: tuple[Snapshot, Results]) -> None:
    portfolio, found = analyzed
    total, report, charts = value_portfolio(portfolio).total, found.payloads["report"], found.payloads["charts"]
    assert isinstance(report, Report)
    assert isinstance(charts, Charts)

    assert Decimal(str(report.figures["total_value"])) == total
    assert sum(point.value for point in charts.root["asset_classes"].data) == total
    assert found.summary_payload is not None
    assert found.summary_payload.total_value == total
    assert money(total) in report.content
    assert f'<dt>Portfolio</dt><dd class="value">{money(total)}</dd>' in render(found)


def test_numbers_of_figures_are_those_of_tables(analyzed: tuple[Snapshot, Results]) -> None:
    report = analyzed[1].payloads["report"]
    assert isinstance(report, Report)
    shown = {(f.table, f.row, f.column): f.shown for f in in_markdown(report.content, "report")}
    total = report.figures["total_value"]
    for key, part in report.figures["asset_classes"].items():
        assert shown["Asset class", label(key), "Value"] == money(Decimal(str(part["amount"])))
        share = shown["Asset class", label(key), "Share"]
        assert share == portion(part["amount"], total)
        assert share in {f"{part['share']}%", "<1%", ">99%"}
    for stress in report.figures["stress"].values():
        assert shown["Year", stress["years"], "Share"] == f"{stress['percent']}%"
