"""The sample portfolio, read like any other file."""

from functions.api.portfolio_csv import ImportedPortfolio, parse_portfolio_csv
from functions.shared.sample import SAMPLE_PORTFOLIO


def sample_portfolio() -> ImportedPortfolio:
    """Three accounts with 17 holdings, each with a price, and cash."""
    return parse_portfolio_csv(SAMPLE_PORTFOLIO.read_bytes())
