"""The sample portfolio for new users: three accounts with 17 holdings and cash, in the plain format."""

from pathlib import Path

SAMPLE_PORTFOLIO = Path(__file__).with_name("sample_portfolio.csv")
