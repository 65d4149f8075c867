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
from functions.shared.portfolio import ImportNote, Snapshot
from functions.shared.sections import MOST_LISTED
from tests.functions.largest import EMOJI, in_response
from tests.portfolios import (
    NO_GOALS,
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
    found = re.search(rf"^## {title}\n\n(.*?)(?=^## |^---$)", report.content, re.DOTALL | re.MULTILINE)
    return found.group(1) if found else ""


def test_sample_report_starts_with_summary() -> None:
    summary = chapter(report_on(sample()), "Executive summary")

    assert "**$301,580.00**, in 3 accounts with 16 holdings and $17,500.00 of cash" in summary
    assert "84.6 % equity, 5.8 % cash, 5.8 % fixed income" in summary
    assert "Fixed income is 24.2 points below target" in summary


def test_chapters_are_in_reading_order() -> None:
    headings = re.findall(r"^## (.*)$", report_on(sample()).content, re.MULTILINE)

    assert headings == [
        "Executive summary",
        "Findings",
        "Allocation",
        "Concentration",
        "Drift from targets",
        "Cash",
        "Risk and expected return",
        "Data quality",
        "Recommendations",
    ]


def test_recommendations_follow_from_figures() -> None:
    advice = chapter(report_on(sample()), "Recommendations")

    assert (
        "move $44,064.00 out of Equity, $17,500.00 out of Cash, $7,817.50 out of Commodities and $3,664.00 out of Real "
        "estate, and $73,045.50 into Fixed income" in advice
    )
    assert "tax-advantaged accounts come first" in advice


def test_company_above_ten_percent_comes_first() -> None:
    report = report_on(one_stock())

    assert chapter(report, "Findings").startswith("1. **100.0 % of the portfolio hangs on 1 company.** TSLA")
    assert "Reduce TSLA by about $4,606, which brings it down to 10 %" in chapter(report, "Recommendations")


def test_portfolio_without_funds_mentions_none() -> None:
    assert "Counting what the funds hold" not in report_on(one_stock()).content
    assert "Counting what the funds hold, $120,145.90" in report_on(sample()).content


def test_many_small_companies_are_weighed_together() -> None:
    small = [position(stock(f"S{n}", "100"), "9") for n in range(4)]
    broad = position(instrument("FUND", "100"), "64")

    findings = chapter(report_on(snapshot(account("One", *small, broad))), "Findings")

    assert "36.0 % of the portfolio is in single companies.** None of the 4 is above 10 %" in findings


def test_portfolio_on_its_targets_has_nothing_to_change() -> None:
    held = [
        position(instrument("US", "100", sectors="diversified"), "35"),
        position(instrument("WORLD", "100", regions="europe"), "35"),
        position(instrument("BOND", "100", asset_class="fixed_income", sectors="treasury"), "15"),
        position(instrument("ABROAD", "100", asset_class="fixed_income", regions="asia", sectors="treasury"), "15"),
    ]
    report = report_on(snapshot(account("One", *held)))

    assert chapter(report, "Findings") == ""
    assert "Nothing stands out" in chapter(report, "Executive summary")
    assert chapter(report, "Recommendations").startswith("1. Nothing has to change.")


def test_small_gaps_can_be_closed_with_contributions() -> None:
    held = [
        position(instrument("FUND", "100", regions="global"), "77"),
        position(instrument("BOND", "100", asset_class="fixed_income", regions="global"), "23"),
    ]
    report = report_on(snapshot(account("One", *held)))

    # $7,700 of equity is 70% of $11,000, which takes $1,000 of new money: less than a year's $10,000.
    assert "$1,000.00 of new money placed below target would do the same: 1 year of contributions at most" in (
        chapter(report, "Recommendations")
    )


def test_risky_mix_close_to_retirement_is_a_finding() -> None:
    near, far = report_on(sample(years_until_retirement=3)), report_on(sample(years_until_retirement=20))

    assert "Retirement is 3 years away and a bad year could cost $52,393" in near.content
    assert "Retirement is" not in far.content
    assert "Retirement has begun" in report_on(sample(years_until_retirement=0)).content


def test_empty_portfolio_report_gives_first_steps() -> None:
    report = report_on(empty())

    assert "The portfolio is empty" in chapter(report, "Executive summary")
    assert "Add an account" in chapter(report, "Recommendations")
    assert "$" not in report.content


def test_cash_alone_is_reported_as_cash() -> None:
    report = report_on(all_cash())

    assert "in 1 account with nothing but cash" in chapter(report, "Executive summary")
    assert "Cash above target is expected to cost about $2,150 a year" in chapter(report, "Findings")
    assert "tax-advantaged" not in report.content
    advice = chapter(report, "Recommendations")
    assert "Without selling" not in advice, "there is nothing that could be sold"
    assert "regions" not in advice, "cash alone is in no region that it has to leave"


def test_unknown_data_is_named_in_every_relevant_chapter() -> None:
    report = report_on(unknown())

    assert "1 holding without a price.** NOPE is counted as nothing" in chapter(report, "Findings")
    assert "21.1 % of the portfolio is unclassified" in chapter(report, "Findings")
    quality = chapter(report, "Data quality")
    assert "**No price, counted as nothing:** NOPE." in quality
    assert "**Unclassified ($3,750.00):** ZZZZ." in quality
    assert "**Price older than a week ($2,000.00, the oldest of December 31, 2024):** OLD." in quality


def test_negligible_cost_is_not_a_finding() -> None:
    coins = snapshot(account("One", position(instrument("FUND", "100", regions="global"), "0.1"), cash="1.37"))

    report = report_on(coins)

    assert "expected to cost" not in chapter(report, "Findings")
    assert "A year of contributions is more than all that is held" in chapter(report, "Findings")
    assert "expected to cost about $752" in report_on(sample()).content
    assert "A year of contributions" not in report_on(sample()).content


def test_no_contributions_means_no_advice_on_new_money() -> None:
    retired = report_on(sample(years_until_retirement=0))

    assert "Take what you need out of Technology first" in retired.content
    assert "new money" not in retired.content
    assert "Put new money into holdings outside Technology" in report_on(sample()).content


def test_overlap_of_class_and_region_moves_is_stated() -> None:
    assert "region at once. Where something is to be sold" in chapter(report_on(sample()), "Recommendations")
    assert "region at once" not in report_on(all_cash()).content


def test_roughly_known_regions_are_marked() -> None:
    report = report_on(sample())

    assert "Global is what is not known more closely." in chapter(report, "Allocation")
    assert "only known as global counts towards all targets" in chapter(report, "Drift from targets")
    assert "more closely" not in report_on(one_stock()).content
    assert "Cash alone is in no region" in chapter(report_on(all_cash()), "Drift from targets")


def test_negligible_holding_is_left_out_of_summary() -> None:
    grain = position(instrument("GRAIN", "1", asset_class="alternatives"), "1")
    rock = position(instrument("ROCK", "100000"), "1")

    assert "it is 100.0 % equity." in chapter(report_on(snapshot(account("One", rock, grain))), "Executive summary")


def test_portfolio_without_prices_gets_report() -> None:
    report = report_on(snapshot(account("One", position(instrument("NOPE", None), "10"))))

    assert "No holding has a price yet" in chapter(report, "Executive summary")
    assert "Add a price for NOPE" in chapter(report, "Recommendations")


def test_500_positions_stay_readable() -> None:
    report = report_on(many(500))

    assert "| 490 other holdings |" in chapter(report, "Concentration")
    assert len(report.content) < 12_000


@pytest.mark.parametrize("make", PORTFOLIOS)
def test_text_is_well_formed(make: Callable[[], Snapshot]) -> None:
    content = report_on(make()).content

    assert not re.search(r"\b([a-z]+) \1\b", content, re.IGNORECASE)
    assert not re.search(r"\b1 (accounts|holdings|years|companies|symbols)\b", content)
    assert not re.search(r"\bNone\b(?! of)|\bnan\b|\binf\b|Decimal|E\+", content)
    assert not re.search(r"\d%|\$ |  |\.\.|-0\.0 ", content)
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
    assert figures["asset_class_drift"]["by_key"]["fixed_income"]["move"] == 73045.5
    assert figures["outlook"]["bad_year_loss"] == pytest.approx(52393, abs=1)
    assert figures["maximum_drawdown"]["median_loss"] == pytest.approx(
        figures["maximum_drawdown"]["median"] / 100 * 301_580, abs=20
    )
    assert figures["accounts"][0] == {"amount": 194320.0, "share": 64.4}


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

    table = chapter(report, "Allocation").partition("### Accounts")[2].strip().splitlines()[2:]
    assert table[0] == "| Account 150 | $301.00 | 1.3 % | $1.00 |"
    assert len(table) == MOST_LISTED + 2
    assert table[-2] == "| 50 other accounts | $2,600.00 | 11.2 % | $50.00 |"  # the remainder to 100%
    assert table[-1] == "| Total | $22,800.00 | 100.0 % | $150.00 |"
    assert sum(Decimal(line.split(" | ")[2].removesuffix(" %")) for line in table[:-1]) == 100
    assert len(report.figures["accounts"]) == MOST_LISTED
    assert report.figures["other_accounts"] == {"count": 50, "amount": 2600.0, "share": 11.2}


def test_long_lists_of_symbols_are_counted() -> None:
    held = [position(instrument(f"S{n:03}", None), "1") for n in range(150)]

    quality = report_on(snapshot(account("IRA", *held))).figures["data_quality"]

    assert (len(quality["unpriced"]), quality["unpriced_count"]) == (MOST_LISTED, 150)


@pytest.mark.parametrize("character", [EMOJI, '"', "|", "<", "\\"])
def test_longest_names_leave_room_in_payload(character: str) -> None:
    held = [instrument(f"{n:Z>20}", "1000000", kind="stock", name=200 * character) for n in range(1_000)]
    accounts = [account(f"{n:04}{96 * character}", position(each, "1"), cash="1000000") for n, each in enumerate(held)]

    assert in_response(report_on(snapshot(*accounts)).model_dump_json()) < MAX_PAYLOAD_BYTES / 2


def test_file_warnings_are_in_report() -> None:
    on = date(2026, 11, 29)
    warnings = [
        ImportNote(imported_on=on, message="Line 2: VTI at $30,115.00 is far from its last known price."),
        *(ImportNote(imported_on=on, message=f"The column <b>{n}</b> wasn't recognized.") for n in range(30)),
    ]

    report = report_on(sample().model_copy(update={"import_warnings": tuple(warnings)}))

    text = chapter(report, "Data quality")
    assert "**Your file of November 29, 2026:** Line 2: VTI at" in text
    assert "<b>" not in text
    assert "11 further warnings about your files were left out." in text
    quality = report.figures["data_quality"]
    assert (len(quality["import_warnings"]), quality["import_warnings_count"]) == (20, 31)
    assert quality["import_warnings"][0] == {"imported_on": "2026-11-29", "message": warnings[0].message}


def test_holding_known_by_value_is_never_traded_in_shares() -> None:
    """Its quantity is a value, so every text uses dollars."""
    by_value = position(stock("PLAN", "1"), "250000").model_copy(update={"is_value_only": True})

    report = report_on(snapshot(account("401k", by_value, cash="1000")))

    assert "Reduce PLAN by about $224,900" in report.content
    about_it = [line for line in report.content.splitlines() if "PLAN" in line]
    assert not any(re.search(r"[0-9] shares?\b|\bunits?\b", line) for line in about_it)


def test_nothing_rests_on_goals_that_are_not_set() -> None:
    report = report_on(sample(**NO_GOALS))

    assert (report.figures["asset_class_drift"], report.figures["region_drift"]) == (None, None)
    assert report.figures["cash"]["above_target"] == 0
    assert "Drift from targets" not in report.content
    assert not re.search(r"(your|above|below|the) target|Retirement|contributions", report.content)
    assert "Tell us your age, when you plan to retire" in report.content
    assert "Set targets" in report.content


def test_example_goals_are_called_examples() -> None:
    assert "The targets are examples." in report_on(sample(is_example=True)).content
    assert "example" not in report_on(sample()).content
