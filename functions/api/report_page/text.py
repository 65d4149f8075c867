"""Every string of report.html that is not part of a result, and the titles in results that its layout depends on."""

from __future__ import annotations

from typing import Final

SENDER: Final = "Alex"
TITLE: Final = "Portfolio report"
PREPARED_FOR: Final = "Prepared for {name}"
COVERED: Final = "{accounts}: {holdings} on {day}"
HOLDING: Final = "holding"
POSITION: Final = "position"
AND_CASH: Final = "{holdings} and cash"
ACCOUNT: Final = "account"
OTHER_ACCOUNT: Final = "other account"
OTHER_ACCOUNTS: Final = "other accounts"
ACCOUNTS_CHART: Final = "accounts"

PORTFOLIO: Final = "Portfolio"
LASTS: Final = "Lasts to age {age}"
OF_SIMULATIONS: Final = "of simulations, at {income} a year"
INCOME_THAT_LASTS: Final = "Income that lasts"
IN_90_PERCENT: Final = "a year, in 90% of simulations"
BAD_YEAR: Final = "In a year like {years}"
GAIN_TODAY: Final = "a gain of about {amount} today"
LOSS_TODAY: Final = "a loss of about {amount} today"
EXPECTED_RETURN: Final = "Expected return"
ABOVE_INFLATION: Final = "a year above inflation; volatility {volatility}"
UNDER: Final = "under 1%"
OVER: Final = "over 99%"

BASED_ON: Final = "What this is based on"
YOUR_GOALS: Final = "Goals"
EXAMPLE_GOALS: Final = "Examples, not yours"
RETIRE_GOAL: Final = "Retirement"
RETIREMENT_GOAL: Final = "{age} years old, retiring at {retirement_age}"
RETIRED_GOAL: Final = "{age} years old, retired"
MONEY_GOAL: Final = "Money"
SAVING_GOAL: Final = "save {amount} a year until retirement"
SPENDING_GOAL: Final = "spend {amount} a year after that"
SPENDING_IN_RETIREMENT: Final = "spend {amount} a year"
SPENDING_NOT_SET: Final = "spending not set"
OTHER_INCOME: Final = "other income of up to {amount} a year"
NOT_SET: Final = "Not set"
TARGET_MIX: Final = "Target mix"
STOCKS_BY_REGION: Final = "Stocks by region"

APPENDIX: Final = "Appendix"
CHARTS: Final = "Charts"
SOURCES: Final = "Sources"
OF_THE_SIMULATION: Final = "Assumptions of the simulation"
NOTHING_TO_CHART: Final = "There is nothing to chart yet. Add holdings or cash, then analyze again."

FAN: Final = "How your money may develop"
FAN_DESCRIPTION: Final = (
    "The portfolio by your age, in today's dollars. The line is the median. Half of all simulations stay within the "
    "dark band, and nine in ten within the light band."
)
FAN_CUT: Final = "The light band extends above the chart."
FAN_LABEL: Final = "The range of the portfolio's value by age; the table has the amounts"
AGE: Final = "Age"
YEAR: Final = "Year"
RETIREMENT_MARK: Final = "Retire at {age}"
RETIREMENT_YEAR: Final = "Retire in {year}"
PERCENTILES: Final = {"p95": "Strong", "p75": "Good", "p50": "Median", "p25": "Weak", "p5": "Poor"}

WHAT_IF: Final = "What if you change your plan?"
RETIRE_AT: Final = "Retire at"
SPEND: Final = "{amount} a year"
WHAT_IF_NOTE: Final = "The chance that your money lasts, by retirement age and yearly spending."

ABOUT: Final = "About this report"
ANALYZED: Final = "Analyzed on {day} at {time} UTC."
WORDS: Final = "The {section} is {whose}."
INCOMPLETE: Final = "The analysis is not complete. This report has the parts that were finished."
MOCK: Final = "Made with stand-ins for a test. The figures mean nothing."
DISCLAIMERS: Final = (
    "This report describes a portfolio as it was recorded, at the prices that were known. It is information, not "
    "individual investment, tax or legal advice.",
    "Expected returns, volatilities and correlations are long-term assumptions. Simulated outcomes follow from them "
    "and are not a forecast. Past and simulated results do not guarantee future ones.",
)

RUNNING_FOOTER: Final = "Not investment advice"
PAGE: Final = "Page "
OF_PAGES: Final = " of "

TARGET_MARK: Final = "your target"
AFTER_MARK: Final = "after the trades"

# Titles and column headers in the reporter's and the retirement agent's texts, which determine the place of each
# chapter. A chapter with any other title is shown among the rest.
WHAT_MATTERS: Final = "What matters most"
DATA_TO_CHECK: Final = "Data to check"
ASSUMPTIONS: Final = "Assumptions"
BARRED: Final = frozenset({"Share", "Share of stocks", "This mix"})
TARGET: Final = "Target"
AFTER: Final = "After the trades"
#: Columns that a phone has no room for.
MINOR: Final = frozenset({"Type"})
TOTAL: Final = "Total"
#: The part of the report that contains a chart's values, by the chart's key.
SHOWN_IN: Final = {
    "asset_classes": "Asset classes",
    "holdings": "Holdings",
    "stress": "What could go wrong",
    "equity_regions": "Where your stocks are",
    "sectors": "Sectors",
    "accounts": "Accounts",
}
