"""Connections to the migrated database, as its users."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import psycopg
import pytest

from scripts.local.postgres import Postgres
from tests.functions.conftest import USERS
from tests.functions.migrator.privileges import Connection

SignIn = Callable[[str], Connection]


@pytest.fixture
def sign_in(server: Postgres, product_data_api: object) -> Iterator[SignIn]:
    """`sign_in("api")` connects as that user of the manifest."""
    with ExitStack() as opened:
        yield lambda user: opened.enter_context(
            psycopg.connect(USERS.connections(server)[USERS.secret_arns[user]], autocommit=True)
        )
