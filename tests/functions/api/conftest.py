"""The api function over a real PostgreSQL, through the Data API's protocol, with a queue that records messages.

Tests share the database and stay isolated because each has its own users.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol, cast
from uuid import uuid4

import boto3
import psycopg
import pytest
from botocore.config import Config

from functions.api.dependencies import Dependencies
from functions.api.handler import Application
from functions.shared.observability import logger
from functions.shared.runtime import Runtime
from scripts.local.data_api import DataApi
from scripts.local.postgres import Postgres
from scripts.manifest import read_manifest
from tests.functions.api.at_work import workers_environment
from tests.functions.api.calling import Api, Queue
from tests.functions.api.job_states import JobThatIs, Sql, a_job
from tests.functions.conftest import CLUSTER_ARN, USERS
from tests.functions.planner_calls import Planner

NOTHING_CHANGED: Mapping[str, str] = {}


@pytest.fixture(scope="session")
def sqs() -> Queue:
    return Queue()


class MakeApplication(Protocol):
    """`make_application({"MAX_JOBS_A_DAY": "2"}, retry_budget_s=0.1)` replaces variables and options."""

    def __call__(self, changed: Mapping[str, str] = ..., /, **options: Any) -> Application: ...


@pytest.fixture(scope="session")
def variables(product_data_api: DataApi) -> dict[str, str]:
    """The function's environment."""
    return {
        **read_manifest().functions["api"].environment,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL_RDS_DATA": product_data_api.url,
        "DB_CLUSTER_ARN": CLUSTER_ARN,
        "DB_SECRET_ARN": USERS.secret_arns["api"],
        "ANALYSIS_JOBS_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/000000000000/analysis-jobs",
        "POWERTOOLS_SERVICE_NAME": "api",
    }


@pytest.fixture(scope="module", autouse=True)
def environment(variables: dict[str, str]) -> Iterator[None]:
    """Sets these variables in this process. Restored after each file, because other tests use different ones."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="session")
def make_application(variables: dict[str, str], sqs: Queue) -> MakeApplication:
    session = boto3.Session("test", "test", region_name="us-east-1")
    session.events.register("before-send.sqs.SendMessage", cast(Callable[..., None], sqs.receive))
    client = session.client("sqs", config=Config(retries={"total_max_attempts": 1}))

    def make(changed: Mapping[str, str] = NOTHING_CHANGED, /, **options: Any) -> Application:
        runtime = Runtime({**variables, **changed}, sqs=lambda: client)
        return Application(Dependencies(runtime, **options))

    return make


@pytest.fixture(scope="session")
def application(make_application: MakeApplication) -> Application:
    """The function. Files and tests with other settings replace this fixture."""
    return make_application()


@pytest.fixture(scope="session")
def fail_fast(make_application: MakeApplication) -> Application:
    """The function with at most 0.1 s to wait for its database."""
    return make_application(retry_budget_s=0.1)


@pytest.fixture(autouse=True)
def quiet_queue(sqs: Queue) -> Iterator[None]:
    yield
    sqs.sent.clear()
    sqs.is_away = False
    sqs.on_send = None


@pytest.fixture
def api(application: Application) -> Api:
    """A user that does not exist yet."""
    return Api(f"user-{uuid4()}", application)


@pytest.fixture
def stranger(application: Application) -> Api:
    """Another user."""
    return Api(f"stranger-{uuid4()}", application)


@pytest.fixture
def planner() -> Planner:
    """Signs in to the database as the workers."""
    return Planner({**workers_environment(), "AGENT_TIMEOUT_S": "180"})


@pytest.fixture
def anonymous(application: Application) -> Api:
    return Api(None, application)


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
def account_id(api: Api) -> str:
    """A new account of the user."""
    created: str = api.post("/api/accounts", {"account_name": "IRA"}).json()["id"]
    return created


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """The lines logged so far, as written."""
    return lambda: [logger.registered_handler.format(record) for record in caplog.records]
