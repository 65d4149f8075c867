"""The findings and statements of a report, by portfolio. Costs and changes have files of their own."""

from datetime import timedelta

import pytest

from functions.reporter.findings import find
from functions.reporter.measures import measure
from tests.functions.built_results import nothing
from tests.functions.reporter.reading import chapter, first_page, report_on
from tests.portfolios import (
    PRICED_ON,
    account,
    all_cash,
    empty,
    instrument,
    one_stock,
    position,
    sample,
    snapshot,
    stock,
    unknown,
)


def test_company_above_limit_comes_first() -> None:
    report = report_on(one_stock())

    assert "**One company decides how you do: TSLA is 100% of your money.**" in report.content
    assert chapter(report, "What matters most").startswith("1. **TSLA alone is 100% of the portfolio.** If TSLA loses")


def test_concentration_finding_agrees_with_trades() -> None:
    held = position(stock("NVDA", "100"), "660"), position(instrument("VTI", "100"), "340")
    content = report_on(snapshot(account("Roth IRA", *held), annual_contribution=0, region_targets=None)).content

    assert "The trades below bring NVDA down to 36%." in content
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


def test_unset_goals_are_requested_and_no_finding_rests_on_them() -> None:
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

    assert "it has nothing in stocks instead of 70%" in report.content
    assert "$50,000 is in cash; your target is none." in report.content
    assert "Where your stocks are" not in report.content, "there are none"


def test_unknown_data_is_named() -> None:
    report = report_on(unknown())

    assert "**1 holding has no price.** NOPE is left out of this report" in report.content
    assert "We cannot classify 21% of the portfolio." in report.content
    appendix = chapter(report, "Appendix")
    assert "**No price, left out:** NOPE." in appendix
    assert "**Not classified ($3,750):** ZZZZ." in appendix
    assert "**Price older than a week ($2,000, the oldest from December 31, 2024):** OLD." in appendix


def test_shares_of_the_classified_part_are_called_so() -> None:
    report = report_on(unknown())

    assert "100% of what we can classify is in stocks instead of 70%.**" in report.content
    assert "| Stocks | $14,000 | 79% | 70% |" in report.content
    assert "we have no figures for unclassified holdings ($3,750)" in report.content


def test_age_of_the_only_old_price_is_stated_once() -> None:
    assert "**11% of the value rests on old prices.** The price of OLD is from December 31, 2024. Import" in (
        report_on(unknown()).content
    )


def test_shared_reason_for_open_targets_is_given_once() -> None:
    to_do = chapter(report_on(all_cash()), "What to do")

    assert to_do.count("because") == 1
    assert "What stays open, because the money is in a bank account" in to_do
    assert "- Bonds: 30 points below target.\n" in to_do


def test_savings_that_stay_in_cash_are_stated() -> None:
    held = position(instrument("VTI", "100"), "900")
    some = account(
        "IRA", held, position(instrument("BND", "100", asset_class="fixed_income", sectors="treasury"), "400")
    )
    targets = {"equity": 65, "fixed_income": 30, "cash": 5}
    to_do = chapter(
        report_on(snapshot(some, asset_class_targets=targets, region_targets=None, annual_contribution=20_000)),
        "What to do",
    )

    assert "of a year's savings stays in cash." in to_do
    assert "savings stays in cash" not in chapter(report_on(empty()), "What to do")


def test_undated_prices_are_not_called_recent() -> None:
    undated = instrument("VTI", "100", price_as_of=None)

    appendix = chapter(report_on(snapshot(account("One", position(undated, "1")))), "Appendix")

    assert "**Price without a date:** VTI." in appendix
    assert "recent price" not in appendix


def test_regional_targets_are_in_the_table_of_the_same_regions() -> None:
    home = position(instrument("VTI", "100"), "900")
    abroad = position(instrument("VXUS", "100", regions="international"), "100")

    assert "| North America | $90,000 | 100% | 50% |\n| International | $0 | 0% | 50% |" in chapter(
        report_on(snapshot(account("One", home))), "How the portfolio is invested"
    )
    mixed = chapter(report_on(snapshot(account("One", home, abroad))), "How the portfolio is invested")
    assert "| International | $10,000 | 10% | 50% |" in mixed
    assert "Compared with" not in mixed


def test_other_regions_are_compared_with_targets_in_words() -> None:
    home = position(instrument("VTI", "100"), "500")
    world = position(instrument("VT", "100", regions="global"), "500")
    text = chapter(report_on(snapshot(account("One", home, world))), "How the portfolio is invested")

    assert "Compared with your targets: International 25% (target 50%) and North America 75% (target 50%)." in text
    assert "Global funds count toward every target in proportion." in text


def test_all_crypto_is_first_finding_and_has_no_stress_figures() -> None:
    coin = instrument("BTC", "90000", kind="crypto", asset_class="crypto", regions="global", sectors="unclassified")
    report = report_on(snapshot(account("One", position(coin, "2")), asset_class_targets=None, region_targets=None))

    assert (
        "**Your $180,000 is all crypto: one year in twenty could cost 70% (about $130,000) or more.**" in report.content
    )
    assert "1. **Crypto is 100% of the portfolio.**" in report.content
    assert "We have no figures for crypto in the bad markets of the past." in report.content
    assert "it exceeds 99% (about $180,000)" in report.content, "a fall is never complete"
    assert {each["percent"] for each in report.figures["stress"].values()} == {None}


def test_crypto_in_place_of_stocks_is_not_called_calm() -> None:
    coin = instrument("BTC", "90000", kind="crypto", asset_class="crypto", regions="global", sectors="unclassified")
    report = report_on(snapshot(account("One", position(coin, "2"))))

    assert "**Your mix is not the one you chose: it has 100% in crypto instead of none.**" in report.content
    assert "1. **Crypto is 100% of the portfolio.**" in report.content
    assert (
        "2. **You hold less in stocks than you chose.** There are no stocks in the portfolio; your target is 70%.\n"
        in (report.content)
    )


def test_result_of_many_years_is_below_that_of_an_average_year() -> None:
    coin = instrument("BTC", "90000", kind="crypto", asset_class="crypto", regions="global", sectors="unclassified")
    wrong = chapter(report_on(snapshot(account("One", position(coin, "2")))), "What could go wrong")

    assert "we expect this mix to return 6.0% above inflation" in wrong
    assert "over many years, the likely result is -13.5% a year" in wrong


def test_loss_of_a_market_is_not_that_of_one_company() -> None:
    report = report_on(one_stock())

    assert "You are taking more risk than you chose." in report.content
    assert "In a year like 2008, this mix" not in report.content


def test_loss_of_a_bad_year_needs_figures_for_nearly_all() -> None:
    coin = instrument("BTC", "90000", kind="crypto", asset_class="crypto", regions="global", sectors="unclassified")
    stocks = position(instrument("VTI", "100"), "900")
    report = report_on(snapshot(account("One", position(coin, "0.5"), stocks), region_targets=None))

    assert "In a year like 2008, this mix" not in report.content
    assert (
        "For 2008, 2022 and 1973-74, we have no figures for crypto ($45,000), so we count that part as unchanged."
        in chapter(report, "What could go wrong")
    )


def test_scenario_without_figures_for_most_is_left_out() -> None:
    homes = position(instrument("VNQ", "100", asset_class="real_estate", sectors="real_estate"), "600")
    stocks = position(instrument("VTI", "100"), "400")
    wrong = chapter(report_on(snapshot(account("One", homes, stocks))), "What could go wrong")

    assert "For 1973-74, we have no figures for real estate ($60,000), so we leave those years out." in wrong
    assert "| 1973-74 |" not in wrong
    assert "| 2008 |" in wrong


def test_sector_of_single_company_is_not_repeated() -> None:
    report = report_on(snapshot(account("One", position(stock("TSLA", "300"), "10"))))

    assert "TSLA alone is 100% of the portfolio" in report.content
    assert "of everything" not in report.content


def test_one_dollar_of_cash_is_not_a_finding() -> None:
    report = report_on(snapshot(account("One", cash="1")))

    assert "Cash is earning nothing" not in report.content
    assert "$0)" not in report.content


def test_empty_portfolio_has_no_findings() -> None:
    assert "single companies" not in report_on(empty()).content


def test_weight_of_old_prices_grows_with_their_age() -> None:
    def weight(days: int) -> float:
        old = instrument("VTI", "100", price_as_of=PRICED_ON - timedelta(days=days))
        portfolio = snapshot(
            account("One", position(old, "10")), asset_class_targets={"equity": 100}, region_targets=None
        )
        return next(f.weight for f in find(measure(portfolio, nothing)) if "old prices" in f.title)

    assert weight(9) == pytest.approx(weight(90) / 10)
    assert weight(90) == weight(400)


def test_treasury_bills_are_named_instead_of_cash() -> None:
    bill = instrument("912797MS3", "0.99", kind="bond", asset_class="cash", sectors="cash", name="US TREAS BILL")
    report = report_on(snapshot(account("Brokerage", position(bill, "100000")), region_targets=None))

    assert "$99,000 is in Treasury bills; your target is none." in report.content
    assert "of US TREAS BILL when it is repaid" in report.content


def test_single_trade_is_mentioned_without_a_count() -> None:
    report = report_on(all_cash())

    assert "The trade below brings your mix closer to your targets" in report.content
