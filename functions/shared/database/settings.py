"""The database's location, from the environment of each function that uses it."""

from collections.abc import Mapping
from typing import NamedTuple, Self


class DatabaseSettings(NamedTuple):
    """Fields are named after the variables, in lower case. The secret determines the database user.

    Not a pydantic model, because a poll needs nothing else of pydantic, whose import takes a third of the CPU time of
    a process's first response.
    """

    db_cluster_arn: str
    db_secret_arn: str
    db_name: str = "alex"
    aws_region: str = "us-east-1"
    aws_endpoint_url_rds_data: str | None = None
    aws_endpoint_url: str | None = None

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self:
        """Load settings. Empty variables count as missing. Raises TypeError, which names each missing variable."""
        return cls(**{name: value for name in cls._fields if (value := environment.get(name.upper()))})

    @property
    def endpoint_url(self) -> str:
        """The Data API's URL, by the precedence that the AWS SDKs document."""
        return (
            self.aws_endpoint_url_rds_data
            or self.aws_endpoint_url
            or f"https://rds-data.{self.aws_region}.amazonaws.com"
        )
