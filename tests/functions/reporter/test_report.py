"""The report as a document: its order, its tables, its size, and its markup."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings

from functions.reporter.declaration import Report
from functions.reporter.report import write_report
from functions.shared.analysis.wording import plain
from functions.shared.plans import MAX_PAYLOAD_BYTES
from functions.shared.portfolio import ImportNote, Snapshot
from functions.shared.sections import MOST_LISTED
from tests.functions.largest import EMOJI, in_response
from tests.functions.reporter.reading import (
    NOW,
    OUR_MARKUP,
    PORTFOLIOS,
    chapter,
    first_page,
    parse,
    report_on,
)
from tests.portfolios import (
    account,
    instrument,
    many,
    position,
    sample,
    snapshot,
    stock,
)
from tests.strategies import snapshots


def test_first_page_is_verdict_matters_and_trades() -> None:
    page = first_page(report_on(sample()))

    assert page.startswith(
        "# Portfolio report\n\n**Your mix is not the one you chose: it has 85% in stocks instead of 70%.** "
        "The 9 trades below bring your mix within 3 points of every target, without a taxed sale."
    )
    assert re.findall(r"^## (.*)$", page, re.MULTILINE) == ["What matters most", "What to do"]
    assert "1. **You are taking more risk than you chose.** Stocks make up 85% of the portfolio" in page
    assert "In a year like 2008, this mix would have lost about 32%, or $98,000." in page
    assert len(re.findall(r"^[0-9]\. ", page, re.MULTILINE)) == 3


@pytest.mark.parametrize("make", PORTFOLIOS)
def test_headline_and_first_findings_are_fields(make: Callable[[], Snapshot]) -> None:
    report = report_on(make())
    listed = [f"{n}. **{finding.title}** {finding.text}" for n, finding in enumerate(report.findings, start=1)]

    assert f"\n**{report.headline}" in report.content
    assert re.findall(r"^[1-9]\. .*$", chapter(report, "What matters most"), re.MULTILINE) == listed


def test_chapters_are_in_reading_order() -> None:
    headings = re.findall(r"^## (.*)$", report_on(sample()).content, re.MULTILINE)

    assert headings == [
        "What matters most",
        "What to do",
        "How the portfolio is invested",
        "What could go wrong",
        "What it costs",
        "Appendix",
    ]


@pytest.mark.parametrize("make", PORTFOLIOS)
def test_no_table_appears_twice(make: Callable[[], Snapshot]) -> None:
    content = report_on(make()).content
    headers = re.findall(r"^\| (.*) \|\n\| ---", content, re.MULTILINE)

    assert len(headers) == len(set(headers))
    sources = content.partition("### Sources\n\n")[2].splitlines()
    assert len(sources) == len(set(sources))


def test_trades_are_in_one_table_only() -> None:
    content = report_on(sample()).content
    trades = chapter(report_on(sample()), "What to do")

    assert "| 401k Long-term | Sell 141 shares of SPY ($86,348)" in trades
    assert "| New savings | Put the next $10,000 into VXUS | New money first: it costs no tax |" in trades
    assert not re.search(r"\b(sell|buy|move) [\d$]", content.replace(trades, ""), re.IGNORECASE)


def test_portfolio_without_prices_gets_report() -> None:
    report = report_on(snapshot(account("One", position(instrument("NOPE", None), "10")), annual_contribution=None))

    assert "No holding has a price yet" in report.content
    assert "Add its price and run the analysis again." in report.content


def test_500_positions_stay_readable() -> None:
    report = report_on(many(500))

    assert "| 475 other holdings |" in chapter(report, "Appendix")
    assert len(report.content) < 14_000


@pytest.mark.parametrize("make", PORTFOLIOS)
def test_text_is_well_formed(make: Callable[[], Snapshot]) -> None:
    content = report_on(make()).content

    assert not re.search(r"\b([a-z]+) \1\b", content, re.IGNORECASE)
    assert not re.search(r"\b1 (accounts|holdings|years|companies|symbols)\b", content)
    assert not re.search(r"\bNone\b(?! of)|\bnan\b|\binf\b|Decimal|E\+", content)
    assert not re.search(r"\d %|\$ |  (?!$)|\.\.|-0%", content)
    assert "-$0.00" not in content


@pytest.mark.parametrize("make", PORTFOLIOS)
def test_same_snapshot_gives_same_report(make: Callable[[], Snapshot]) -> None:
    assert report_on(make()) == report_on(make())


def test_progress_contains_no_names_or_amounts() -> None:
    steps: list[tuple[float, str]] = []
    write_report(sample(), NOW, lambda fraction, message: steps.append((fraction, message)))

    fractions = [fraction for fraction, _ in steps]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    assert not any(re.search(r"[\d$]|SPY|Roth", message) for _, message in steps)


def test_figures_are_json_numbers_that_match_the_text() -> None:
    report = report_on(sample())
    figures = Report.model_validate_json(report.model_dump_json()).figures

    assert figures["total_value"] == 301580.0
    assert figures["asset_class_drift"]["fixed_income"] == {"amount": 17428.5, "share": 6, "target": 30, "points": -24}
    assert figures["outlook"]["bad_year_loss"] == 52_000
    assert figures["stress"]["financial_crisis"] == {"years": "2008", "percent": -32, "change": -98_000, "left_out": 0}
    assert figures["accounts"][0] == {"amount": 194320.0, "share": 64}
    trades = figures["trades"]
    assert trades["bought"] == pytest.approx(trades["sold"] + trades["cash_used"] + trades["new_money"])


def test_hostile_name_never_becomes_markup() -> None:
    hostile = "<script>alert(1)</script> | [x](https://evil.example) **b** # y"
    fund = instrument("FUND", "100", name=hostile)
    parsed = parse(report_on(snapshot(account(hostile, position(fund, "1")))))

    assert parsed.kinds <= OUR_MARKUP
    assert parsed.html == []
    assert plain(hostile) in parsed.texts


@settings(max_examples=50)
@given(snapshots)
def test_any_portfolio_gets_report_without_foreign_markup(portfolio: Snapshot) -> None:
    report = report_on(portfolio)
    parsed = parse(report)

    assert parsed.kinds <= OUR_MARKUP
    assert parsed.html == []
    total = Decimal(str(report.figures["total_value"]))
    assert sum(Decimal(str(part["amount"])) for part in report.figures["asset_classes"].values()) == total


def test_smaller_accounts_are_summed_in_one_row() -> None:
    accounts = [account(f"Account {n}", position(instrument("VTI", "2"), str(n)), cash="1") for n in range(1, 151)]

    report = report_on(snapshot(*accounts))

    table = report.content.partition("### Accounts")[2].strip().partition("\n\n")[0].splitlines()[2:]
    assert table[0] == "| Account 150 | $301 | 1% | $1 |"
    assert len(table) == MOST_LISTED + 2
    assert table[-2] == "| 50 other accounts | $2,600 | 11% | $50 |"
    assert table[-1] == "| Total | $22,800 | 100% | $150 |"
    assert len(report.figures["accounts"]) == MOST_LISTED
    assert report.figures["other_accounts"] == {"count": 50, "amount": 2600.0, "share": 11}


def test_long_lists_of_symbols_are_counted() -> None:
    held = [position(instrument(f"S{n:03}", None), "1") for n in range(150)]

    quality = report_on(snapshot(account("IRA", *held))).figures["data_quality"]

    assert (len(quality["unpriced"]), quality["unpriced_count"]) == (MOST_LISTED, 150)


@pytest.mark.parametrize("character", [EMOJI, '"', "|", "<", "\\"])
def test_longest_names_leave_room_in_payload(character: str) -> None:
    held = [instrument(f"{n:Z>20}", "1000000", kind="stock", name=200 * character) for n in range(1_000)]
    accounts = [account(f"{n:04}{96 * character}", position(each, "1"), cash="1000000") for n, each in enumerate(held)]

    assert in_response(report_on(snapshot(*accounts)).model_dump_json()) < 0.6 * MAX_PAYLOAD_BYTES


def test_file_warnings_are_in_report() -> None:
    on = date(2026, 11, 29)
    warnings = [
        ImportNote(imported_on=on, message="Line 2: VTI at $30,115.00 is far from its last known price."),
        *(ImportNote(imported_on=on, message=f"The column <b>{n}</b> wasn't recognized.") for n in range(30)),
    ]

    report = report_on(sample().model_copy(update={"import_warnings": tuple(warnings)}))

    text = chapter(report, "Appendix")
    assert "**Your file of November 29, 2026:** Line 2: VTI at" in text
    assert "<b>" not in text
    assert "11 further warnings about your files were left out." in text
    quality = report.figures["data_quality"]
    assert (len(quality["import_warnings"]), quality["import_warnings_count"]) == (20, 31)
    assert quality["import_warnings"][0] == {"imported_on": "2026-11-29", "message": warnings[0].message}


def test_holding_known_by_value_is_never_traded_in_shares() -> None:
    """Its quantity is a value, so every text uses dollars."""
    by_value = position(stock("PLAN", "1"), "250000").model_copy(update={"is_value_only": True})

    report = report_on(snapshot(account("401k", by_value), annual_contribution=0, region_targets=None))

    assert "Sell $75,000 of PLAN" in report.content
    about_it = [line for line in report.content.splitlines() if "PLAN" in line]
    assert not any(re.search(r"[0-9] shares? of PLAN", line) for line in about_it)
