"""Drawing the report needs no server."""

import pytest


@pytest.fixture(scope="module", autouse=True)
def environment() -> None:
    """Replaces the variables of the api function, which name a running database."""
