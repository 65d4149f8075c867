"""A stand-in for a market-data provider: the batch quote of Financial Modeling Prep, and each way to get it wrong."""

from scripts.local.prices.behaviours import Kind
from scripts.local.prices.server import PriceSource

__all__ = ["Kind", "PriceSource"]
