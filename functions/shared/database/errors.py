"""What can go wrong with a statement.

DatabaseError
├── StatementFailed       the database refused it: a mistake of ours or a guard's veto; do not retry
├── DatabaseUnavailable   it did not run, and the patience for it is used up; retry later
│   └── DatabaseResuming  the same, because the cluster was paused and is waking up
├── AnswerLost            it may or may not have run, and sending it again is not safe
└── AccessRefused         credentials, secret, cluster or database are not what they should be; do not retry
"""


class DatabaseError(Exception):
    """Base of everything that this package raises."""


class StatementFailed(DatabaseError):
    """Carries the SQLSTATE, `''` where the Data API itself refused the statement."""

    def __init__(self, message: str, sqlstate: str = "") -> None:
        super().__init__(message)
        self.sqlstate = sqlstate


class DatabaseUnavailable(DatabaseError):
    """The statement was not run."""


class DatabaseResuming(DatabaseUnavailable):
    """The statement was not run; the cluster resumes from 0 capacity within 15 to 40 s."""


class AnswerLost(DatabaseError):
    """Nobody knows whether the statement ran."""


class AccessRefused(DatabaseError):
    """The Data API refused the call before it looked at the statement."""
