"""The pricing date that a file states, in the forms that brokers write."""

from datetime import date

import pytest

from functions.api.portfolio_csv.dates import stated_date
from tests.functions.api.portfolio_csv.reading import read

DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    "text",
    [
        "As of 11/20/26",
        "Positions for account Individual ...123 as of 04:05 PM ET, 2026/11/20",
        "As of: Fri Nov 20 16:05:00 EST 2026",
        "Data as of 2026-11-20T16:05",
        "Report Date: 20 Nov 2026",
        "Statement period: November 1, 2026 - November 20, 2026",
        "Last updated: Nov 20, 2026 4:05 PM",
        "Valuation date 20.11.2026",
    ],
)
def test_date_follows_words_such_as_as_of(text: str) -> None:
    assert stated_date(text) == DAY


@pytest.mark.parametrize(
    "text",
    [
        "11/20/2026 4:05 PM ET",
        "Nov 20, 2026",
        "Holdings - 2026-11-20",
        "Position Statement for 123456789SCHW (Individual) on 11/20/26 16:05:00",
    ],
)
def test_title_may_be_a_date_or_contain_one(text: str) -> None:
    assert stated_date(text, is_title=True) == DAY
    assert stated_date(text) is None


@pytest.mark.parametrize("text", ["T 4 1/8 08/31/30", "AAPL 01/15/2027 250.00 C", "Account opened 01/02/2015", "2026"])
def test_other_dates_are_not_the_date_of_the_file(text: str) -> None:
    assert stated_date(text, is_title=True) is None


@pytest.mark.parametrize("header", ["Symbol,Shares,Price as of 11/20/2026", "Symbol,Shares,Price,As of"])
def test_column_states_the_date(header: str) -> None:
    assert read("VTI,10,301.15,11/20/2026", header=header + ("" if "As of" in header else ",Notes")).priced_on == DAY


def test_dates_of_holdings_are_not_titles() -> None:
    (account,) = read("Growth Portfolio,11/20/2026,$1000.00", header="Investment Option,Date,Value").accounts

    assert [holding.quantity for holding in account.holdings] == [1000]
