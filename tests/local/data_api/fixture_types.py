"""The types of the fixtures that tests call."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_rds_data import RDSDataServiceClient

Run = Callable[..., dict[str, Any]]
Value = Callable[..., Any]
ErrorOf = Callable[..., tuple[int, str, str]]
Count = Callable[[], int]
ClientOf = Callable[[str], "RDSDataServiceClient"]
