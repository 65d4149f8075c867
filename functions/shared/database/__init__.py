"""The database, accessed only through the RDS Data API."""

from functions.shared.database.client import Database, Row, Statement, Value
from functions.shared.database.errors import (
    AccessRefused,
    AnswerLost,
    DatabaseError,
    DatabaseResuming,
    DatabaseUnavailable,
    StatementFailed,
)

__all__ = [
    "AccessRefused",
    "AnswerLost",
    "Database",
    "DatabaseError",
    "DatabaseResuming",
    "DatabaseUnavailable",
    "Row",
    "Statement",
    "StatementFailed",
    "Value",
]
