"""The report and the retirement chapter, shown together."""

import pytest

from functions.api.report_page.page import render
from functions.reporter.declaration import Report
from functions.retirement.declaration import Retirement
from functions.shared.combined_report import combine
from functions.shared.portfolio import Snapshot
from tests.functions.built_results import results
from tests.portfolios import NO_GOALS, empty, one_stock, sample

PORTFOLIOS = {"sample": sample(), "one stock": one_stock(), "empty": empty()}


@pytest.fixture(params=PORTFOLIOS)
def portfolio(request: pytest.FixtureRequest) -> Snapshot:
    return PORTFOLIOS[request.param]


def texts(portfolio: Snapshot) -> tuple[str, str, str | None]:
    payloads = results(portfolio).payloads
    report, retirement = payloads["report"], payloads["retirement"]
    assert isinstance(report, Report)
    assert isinstance(retirement, Retirement)
    return report.content, retirement.analysis, retirement.verdict


def test_document_opens_with_the_verdict_on_the_plan(portfolio: Snapshot) -> None:
    report, retirement, verdict = texts(portfolio)
    assert verdict
    assert verdict.startswith("**At $60,000 a year, your money ")

    first, chapter = combine(report, retirement, verdict)

    assert first.split("\n\n")[:2] == ["# Portfolio report", verdict]
    assert verdict not in chapter, "it is stated once"
    assert first.replace(f"{verdict}\n\n", "") == report


def test_each_source_appears_once(portfolio: Snapshot) -> None:
    combined = "".join(combine(*texts(portfolio)))
    items = [line for line in combined.splitlines() if line.startswith("- ")]

    assert len(items) == len(set(items))
    assert "Hardy, A Regime-Switching Model" in combined


def test_texts_are_unchanged_without_goals() -> None:
    report, retirement, verdict = texts(sample(**NO_GOALS))

    assert verdict is None
    assert combine(report, retirement, verdict) == (report, retirement)


def test_page_opens_with_the_verdict() -> None:
    page = render(results(sample()))

    assert page.index("your money is") < page.index("Your mix is not the one")
    assert page.count("To be reasonably safe (90%)") == 1
    assert page.count("Dimson, Marsh and Staunton") == 1
