"""The sample portfolio, parsed like any other file."""

from functions.api.portfolio_csv import ImportedPortfolio, parse_portfolio_csv
from functions.shared.sample import SAMPLE_PORTFOLIO


def sample_portfolio() -> ImportedPortfolio:
    """Return three accounts with 17 priced holdings, and cash."""
    return parse_portfolio_csv(SAMPLE_PORTFOLIO.read_bytes())
