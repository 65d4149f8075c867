"""Scripts quiet the functions' logger for their process, but other tests read its output."""

from collections.abc import Iterator

import pytest

from functions.shared.observability import logger


@pytest.fixture(autouse=True)
def log_level() -> Iterator[None]:
    """Restore the logger's level after each test."""
    level = logger.log_level
    yield
    logger.setLevel(level)
