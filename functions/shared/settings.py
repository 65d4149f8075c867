"""The environment of a function, validated once; each function's own settings extend these in its folder."""

import os
from collections.abc import Mapping
from functools import cache
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

#: The shape of `NAME_PREFIX`, the prefix of every resource's name.
NAME_PREFIX_PATTERN = r"^[a-z][a-z0-9-]{0,20}$"


class Settings(BaseModel):
    """Fields are named as the variables, in lower case; what is not set takes its default, an empty value too."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self:
        """Raises ValidationError, which names each variable that is missing or wrong (do not retry)."""
        return cls.model_validate({name.lower(): value for name, value in environment.items() if value})

    @classmethod
    @cache
    def load(cls) -> Self:
        """The settings of this process."""
        return cls.of(os.environ)


class DatabaseSettings(Settings):
    """Where the database is, what each function with `uses: [database]` is given."""

    db_cluster_arn: str
    db_secret_arn: str
    db_name: str = "alex"
    aws_region: str = "us-east-1"
    aws_endpoint_url_rds_data: str | None = None
    aws_endpoint_url: str | None = None

    @property
    def endpoint_url(self) -> str:
        """The Data API's address, by the order of precedence that the AWS SDKs document."""
        return (
            self.aws_endpoint_url_rds_data
            or self.aws_endpoint_url
            or f"https://rds-data.{self.aws_region}.amazonaws.com"
        )


class LeaseSettings(Settings):
    """How long a planner owns a job without renewing its lease, in seconds by the database's clock."""

    lease_s: float = Field(default=60, gt=0)
