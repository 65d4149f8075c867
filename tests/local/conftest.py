"""One PostgreSQL server for all tests of the local stack."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scripts.local.postgres import Postgres


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    server = Postgres(tmp_path_factory.mktemp("postgres"), durable=False)
    try:
        with server:
            yield server
    finally:
        server.erase()
