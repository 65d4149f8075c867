"""Drawing the report needs no server."""

import pytest


@pytest.fixture(scope="module", autouse=True)
def environment() -> None:
    """Overrides the fixture of the api tests, which needs a running database."""
