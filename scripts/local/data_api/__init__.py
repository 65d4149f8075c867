"""The RDS Data API on top of a local PostgreSQL: the same protocol, limits and errors, plus faults for tests to inject.

`.github/decisions/0003-data-api-endpoint-follows-aws.md` lists each behavior that AWS leaves open or that public
sources dispute, with the source this endpoint follows.

The extensions of the local server are `plpgsql` and `vector` only. `uuid-ossp` is not among them, so use
`gen_random_uuid()`, which PostgreSQL and Aurora both provide without an extension.
"""

from scripts.local.data_api.control import FaultControl
from scripts.local.data_api.server import DataApi

__all__ = ["DataApi", "FaultControl"]
