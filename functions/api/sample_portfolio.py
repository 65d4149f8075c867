"""The portfolio that a newcomer can try Alex with: `sample_portfolio.csv`, read like any other file."""

from pathlib import Path

from functions.api.portfolio_csv import ImportedPortfolio, parse_portfolio_csv

SAMPLE_PORTFOLIO = Path(__file__).with_name("sample_portfolio.csv")


def sample_portfolio() -> ImportedPortfolio:
    """Three accounts with 17 holdings, each with a price, and cash."""
    return parse_portfolio_csv(SAMPLE_PORTFOLIO.read_bytes())
