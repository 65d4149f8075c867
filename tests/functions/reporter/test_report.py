import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt

from functions.reporter.declaration import Report
from functions.reporter.report import write_report
from functions.shared.analysis.wording import plain
from functions.shared.plans import MAX_PAYLOAD_BYTES
from functions.shared.portfolio import ImportNote, PreviousAnalysis, Snapshot
from functions.shared.sections import MOST_LISTED
from tests.functions.largest import EMOJI, in_response
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
    stock,
    unknown,
)
from tests.strategies import snapshots

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
PORTFOLIOS: list[Callable[[], Snapshot]] = [sample, all_cash, one_stock, empty, unknown, many]


OUR_MARKUP = {"text", "strong_open", "strong_close", "em_open", "em_close", "softbreak"}


class Parsed(NamedTuple):
    """Output of a Markdown parser: kinds of inline tokens, texts of cells and paragraphs, blocks of HTML."""

    kinds: set[str]
    texts: list[str]
    html: list[str]


def parse(report: Report) -> Parsed:
    blocks = MarkdownIt("commonmark", {"html": True}).enable("table").parse(report.content)
    lines = [block.children for block in blocks if block.children]
    return Parsed(
        kinds={child.type for line in lines for child in line},
        texts=["".join(child.content for child in line).replace("\u2060", "") for line in lines],
        html=[block.content for block in blocks if block.type == "html_block"],
    )


def report_on(portfolio: Snapshot) -> Report:
    return write_report(portfolio, NOW, lambda _fraction, _message: None)


def chapter(report: Report, title: str) -> str:
    """The text between a second-level heading and the next one."""
    found = re.search(rf"^## {title}\n\n(.*?)(?=^## |\Z)", report.content, re.DOTALL | re.MULTILINE)
    return found.group(1) if found else ""


def first_page(report: Report) -> str:
    return report.content.partition("## How the portfolio is invested")[0]


def test_first_page_is_verdict_matters_and_trades() -> None:
    page = first_page(report_on(sample()))

    assert page.startswith(
        "# Portfolio report\n\n**Your mix is not the one you chose: it has 85% in stocks instead of 70%.** "
        "The 9 trades below bring it within 3 points of every target, without a taxed sale."
    )
    assert re.findall(r"^## (.*)$", page, re.MULTILINE) == ["What matters most", "What to do"]
    assert "1. **You are taking more risk than you chose.** Stocks make up 85% of the portfolio" in page
    assert "In a year like 2008, this mix would have lost about 32%, or $98,000." in page
    assert len(re.findall(r"^[0-9]\. ", page, re.MULTILINE)) == 3


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


def test_company_above_limit_comes_first() -> None:
    report = report_on(one_stock())

    assert "**One company decides how you do: TSLA is 100% of your money.**" in report.content
    assert chapter(report, "What matters most").startswith("1. **TSLA alone is 100% of the portfolio.** If TSLA loses")


def test_concentration_finding_agrees_with_trades() -> None:
    held = position(stock("NVDA", "100"), "660"), position(instrument("VTI", "100"), "340")
    content = report_on(snapshot(account("Roth IRA", *held), annual_contribution=0, region_targets=None)).content

    assert "The trades below bring it down to 36%." in content
    assert "Sell 300 shares of NVDA ($30,000)" in content


def test_portfolio_without_funds_mentions_none() -> None:
    assert "Counting what funds hold" not in report_on(one_stock()).content
    assert "Counting what funds hold, $120,146" in report_on(sample()).content


def test_many_small_companies_are_weighed_together() -> None:
    small = [position(stock(f"S{n}", "100"), "9") for n in range(4)]
    broad = position(instrument("FUND", "100"), "64")

    content = report_on(snapshot(account("One", *small, broad))).content

    assert "36% of the portfolio is in single companies.** None of the 4 is above 10%" in content


def test_portfolio_on_its_targets_has_nothing_to_do() -> None:
    held = [
        position(instrument("US", "100", sectors="diversified"), "3500"),
        position(instrument("WORLD", "100", regions="europe"), "3500"),
        position(instrument("BOND", "100", asset_class="fixed_income", sectors="treasury"), "3000"),
    ]
    report = report_on(snapshot(account("One", *held)))

    assert "**Your portfolio is what you chose.** Nothing needs to be done now." in report.content
    assert chapter(report, "What matters most") == ""
    assert chapter(report, "What to do").startswith("Nothing now. Everything is within 3 points of its target.")


def test_risky_mix_close_to_retirement_is_a_finding() -> None:
    near, far = report_on(sample(years_until_retirement=3)), report_on(sample(years_until_retirement=20))

    assert "Retirement is 3 years away, and a bad year could cost about $52,000" in near.content
    assert "Retirement is" not in far.content
    assert "Retirement has begun" in report_on(sample(years_until_retirement=0)).content


def test_unset_goals_are_asked_for_and_nothing_rests_on_them() -> None:
    no_goals = dict.fromkeys(
        (
            "current_age",
            "years_until_retirement",
            "target_retirement_income",
            "annual_contribution",
            "asset_class_targets",
            "region_targets",
        )
    )
    report = report_on(sample(**no_goals))
    page = first_page(report)

    assert "Tell us your age, when you plan to retire and what you want to spend" in page
    assert "Tell us what mix of stocks, bonds and cash you want" in page
    assert "We propose trades once you have set the mix that you want." in page
    assert page.count("target") == 0
    assert report.figures["trades"] is None
    assert report.figures["asset_class_drift"] is None
    assert "a year like 2008 would have cost about 32%, or $98,000" in page


def test_example_goals_are_called_examples() -> None:
    portfolio = sample()
    example = portfolio.model_copy(update={"profile": portfolio.profile.model_copy(update={"is_example": True})})

    report = report_on(example)
    page = first_page(report)

    assert "your target" not in report.content
    assert "not the one the example goals ask for" in page
    assert "within 3 points of every example target" in page


def test_empty_portfolio_report_gives_first_steps() -> None:
    report = report_on(empty(annual_contribution=None))

    assert "**There is nothing to analyze yet.** Add an account" in report.content
    assert "$" not in report.content


def test_cash_alone_is_reported_as_cash() -> None:
    report = report_on(all_cash())

    assert "it has 0% in stocks instead of 70%" in report.content
    assert "$50,000 is in cash; your target is none." in report.content
    assert "Where your stocks are" not in report.content, "there are none"


def test_unknown_data_is_named() -> None:
    report = report_on(unknown())

    assert "**1 holding has no price.** NOPE is left out of this report" in report.content
    assert "We cannot classify 21% of the portfolio." in report.content
    appendix = chapter(report, "Appendix")
    assert "**No price, left out:** NOPE." in appendix
    assert "**Not classified ($3,750):** ZZZZ." in appendix
    assert "**Price older than a week ($2,000, the oldest of December 31, 2024):** OLD." in appendix


def test_undated_prices_are_not_called_recent() -> None:
    undated = instrument("VTI", "100", price_as_of=None)

    appendix = chapter(report_on(snapshot(account("One", position(undated, "1")))), "Appendix")

    assert "**Price without a date:** VTI." in appendix
    assert "recent price" not in appendix


def test_sale_at_a_gain_is_stated() -> None:
    held = position(instrument("VTI", "100"), "1000").model_copy(update={"cost_basis": Decimal(20_000)})
    report = report_on(snapshot(account("Brokerage", held), annual_contribution=0, region_targets=None))

    assert re.search(r"realizes a gain of \$2\d,\d{3}, which is taxed", chapter(report, "What to do"))
    assert "| Brokerage | $100,000 | $20,000 | $80,000 | - |" in chapter(report, "What it costs")


def test_unknown_cost_is_stated() -> None:
    held = position(instrument("VTI", "100"), "1000")
    report = report_on(snapshot(account("Brokerage", held), annual_contribution=0, region_targets=None))

    assert "may realize a gain: your file has no cost for VTI" in chapter(report, "What to do")
    assert "Your file has no cost basis" in chapter(report, "What it costs")


def test_fees_and_unknown_fees_are_stated() -> None:
    dear = instrument("DEAR", "100", kind="mutual_fund").model_copy(update={"expense_ratio": Decimal("1.00")})
    report = report_on(snapshot(account("One", position(dear, "500"), position(instrument("FUND", "100"), "50"))))

    costs = chapter(report, "What it costs")
    assert "Your funds charge 1.00% a year, about $500. Over the 25 years until retirement" in costs
    assert "We do not know what FUND charges ($5,000)." in costs


def test_what_changed_since_last_time_is_stated() -> None:
    before = report_on(snapshot(account("One", position(instrument("VTI", "100"), "10"))))
    now = snapshot(account("One", position(instrument("VTI", "110"), "10"), cash="400")).model_copy(
        update={
            "previous": PreviousAnalysis(as_of=datetime(2026, 10, 1, tzinfo=UTC), success_rate=61.2, kept=before.kept)
        }
    )

    assert chapter(report_on(now), "What changed since last time") == (
        "Since October 1, 2026, the portfolio went up by $500, from $1,000 to $1,500. Prices account for +$100; "
        "deposits, withdrawals, trades and dividends for +$400. Cash went from 0% to 27%. Stocks went from 100% to "
        "73%. The chance that your money lasts was about 61% then.\n\n"
    )


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
@given(snapshots())
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
