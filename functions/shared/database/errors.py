"""Errors of a statement.

DatabaseError
├── StatementFailed       the database rejected it, because of a bug or a guard; do not retry
├── DatabaseUnavailable   it did not run, and the retry budget is used up; retry later
│   └── DatabaseResuming  the same, because the paused cluster is resuming
├── AnswerLost            it may or may not have run, and repeating it is not safe
└── AccessRefused         invalid credentials, secret, cluster, or database; do not retry
"""


class DatabaseError(Exception):
    """Base class of this package's errors."""


class StatementFailed(DatabaseError):
    """`sqlstate` is PostgreSQL's error code, or `''` if the Data API itself rejected the statement."""

    def __init__(self, message: str, sqlstate: str = "") -> None:
        super().__init__(message)
        self.sqlstate = sqlstate


class DatabaseUnavailable(DatabaseError):
    """The statement wasn't run."""


class DatabaseResuming(DatabaseUnavailable):
    """The statement wasn't run; the cluster resumes from 0 capacity within 15 to 40 s."""


class AnswerLost(DatabaseError):
    """It is unknown whether the statement ran."""


class AccessRefused(DatabaseError):
    """The Data API rejected the call before evaluating the statement."""
