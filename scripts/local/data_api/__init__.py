"""The RDS Data API over a local PostgreSQL: the same protocol, limits and errors, and faults that a test can inject."""

from scripts.local.data_api.control import FaultControl
from scripts.local.data_api.server import DataApi

__all__ = ["DataApi", "FaultControl"]
