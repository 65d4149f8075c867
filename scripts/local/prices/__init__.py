"""A stand-in for a market-data provider: Financial Modeling Prep's batch quote, with every kind of failure."""

from scripts.local.prices.behaviors import Kind
from scripts.local.prices.server import PriceSource

__all__ = ["Kind", "PriceSource"]
