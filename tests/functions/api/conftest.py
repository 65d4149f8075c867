"""The api function over a real PostgreSQL, through the Data API's protocol, with a queue that records messages.

Tests share the database and stay isolated because each has its own users.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast
from uuid import uuid4

import boto3
import psycopg
import pytest

from functions.api import resources
from functions.api.handler import jobs_resolver, resolver
from functions.api.settings import ApiSettings, HttpSettings
from functions.shared import runtime
from functions.shared.observability import logger
from functions.shared.settings import DatabaseSettings
from scripts.local.data_api import DataApi
from scripts.local.postgres import Postgres
from scripts.manifest import read_manifest
from tests.functions.api.calling import Api, Queue
from tests.functions.api.job_states import JobThatIs, Sql, a_job
from tests.functions.conftest import CLUSTER_ARN, SECRET_ARN

ORIGIN = "https://app.example.com"


@pytest.fixture(scope="session")
def sqs() -> Queue:
    return Queue()


@pytest.fixture(scope="module", autouse=True)
def environment(product_data_api: DataApi, sqs: Queue) -> Iterator[None]:
    """The function's variables. Restored after each file, because other tests in the same run use others."""
    caches: list[Any] = [
        *(ApiSettings.load, HttpSettings.load, DatabaseSettings.load),
        *(
            resources.database,
            resources.job_events,
            resources.analyses,
            resources.jobs,
            resolver,
            jobs_resolver,
            runtime._sqs,
        ),
    ]
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            **read_manifest().functions["api"].environment,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL_RDS_DATA": product_data_api.url,
            "DB_CLUSTER_ARN": CLUSTER_ARN,
            "DB_SECRET_ARN": SECRET_ARN,
            "ANALYSIS_JOBS_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/000000000000/analysis-jobs",
            "CORS_ORIGINS": f"{ORIGIN}, http://localhost:3000",
            "POWERTOOLS_SERVICE_NAME": "api",
        }.items():
            patch.setenv(name, value)
        session = boto3.Session()
        session.events.register("before-send.sqs.SendMessage", cast(Callable[..., None], sqs.receive))
        patch.setattr(boto3, "DEFAULT_SESSION", session)
        for cached in caches:
            cached.cache_clear()
        yield
        for cached in caches:
            cached.cache_clear()


@pytest.fixture(autouse=True)
def quiet_queue(sqs: Queue) -> Iterator[None]:
    yield
    sqs.sent.clear()
    sqs.is_away = False
    sqs.on_send = None


@pytest.fixture
def api() -> Api:
    """A user that does not exist yet."""
    return Api(f"user-{uuid4()}")


@pytest.fixture
def stranger() -> Api:
    """Another user."""
    return Api(f"stranger-{uuid4()}")


@pytest.fixture
def anonymous() -> Api:
    return Api(None)


@pytest.fixture
def sql(server: Postgres) -> Iterator[Sql]:
    """`sql("SELECT ...", value)` runs a query directly in the database, bypassing the function."""
    with psycopg.connect(server.dsn(), autocommit=True) as connection:

        def run(statement: str, *values: Any) -> list[tuple[Any, ...]]:
            cursor = connection.execute(statement.encode(), values)
            return cursor.fetchall() if cursor.description else []

        yield run


@pytest.fixture
def job_that_is(sql: Sql) -> JobThatIs:
    """`job_that_is(api, "failed")` returns the id of a job of that user, moved to a state as the planner would."""
    return lambda api, status: a_job(sql, api, status)


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """The lines logged so far, as written."""
    return lambda: [logger.registered_handler.format(record) for record in caplog.records]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Limit the function's wait for its database to 0.1 s."""
    monkeypatch.setattr(resources, "RETRY_BUDGET_S", 0.1)
    made = (resources.database, resources.job_events, resources.analyses, resources.jobs)
    for cached in made:
        cached.cache_clear()
    yield
    for cached in made:
        cached.cache_clear()
