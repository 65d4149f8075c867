"""One PostgreSQL server for all tests of the local stack."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scripts.local.postgres import Postgres
from scripts.local.temporary import temporary_postgres


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with temporary_postgres(tmp_path_factory.mktemp("postgres")) as server:
        yield server
