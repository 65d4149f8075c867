"""The sample portfolio for new users: three accounts with 17 holdings and cash, in the plain format; and its goals."""

import csv
from decimal import Decimal
from pathlib import Path

from functions.shared.portfolio import AssetClass, Profile, Region

SAMPLE_PORTFOLIO = Path(__file__).with_name("sample_portfolio.csv")

#: Goals for the sample portfolio only. A user's own portfolio is analyzed without goals until the user sets them.
EXAMPLE_GOALS = Profile(
    current_age=40,
    years_until_retirement=25,
    target_retirement_income=Decimal(60_000),
    annual_contribution=Decimal(10_000),
    income_streams=(),
    asset_class_targets={AssetClass.EQUITY: Decimal(70), AssetClass.FIXED_INCOME: Decimal(30)},
    region_targets={Region.NORTH_AMERICA: Decimal(50), Region.INTERNATIONAL: Decimal(50)},
    is_example=True,
)
#: The purpose of each account in the file.
SAMPLE_PURPOSES = {
    "401k Long-term": "Retirement savings through work",
    "Roth IRA": "Tax-free growth for retirement",
    "Brokerage": "Taxable investments",
}


def sample_lines() -> list[dict[str, str]]:
    """Return one line per holding: symbol and quantity, with the name, purpose, and cash of its account."""
    with SAMPLE_PORTFOLIO.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    cash = {line["account"]: line["quantity"] for line in lines if line["symbol"] == "CASH"}
    return [
        {key: line[key] for key in ("account", "symbol", "quantity")}
        | {"purpose": SAMPLE_PURPOSES[line["account"]], "cash": cash[line["account"]]}
        for line in lines
        if line["symbol"] != "CASH"
    ]
