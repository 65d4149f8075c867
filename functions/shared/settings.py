"""The environment of a function, validated once; each function's folder extends these settings."""

import os
from collections.abc import Mapping
from functools import cache
from typing import Self

from pydantic import BaseModel, ConfigDict

#: The format of `NAME_PREFIX`, the prefix of every resource name.
NAME_PREFIX_PATTERN = r"^[a-z][a-z0-9-]{0,20}$"


class Settings(BaseModel):
    """Fields are named after the variables, in lower case. A missing or empty variable takes the default."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self:
        """Load settings. Raises ValidationError, which names each missing or invalid variable (do not retry)."""
        return cls.model_validate({name.lower(): value for name, value in environment.items() if value})

    @classmethod
    @cache
    def load(cls) -> Self:
        """Return the settings of this process."""
        return cls.of(os.environ)
