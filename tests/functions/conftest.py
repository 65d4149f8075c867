"""A real PostgreSQL behind the Data API, with all migrations applied, for the functions' own statements.

Fixtures sign in as the functions do, so that missing grants show up here; `rows` and `owner` sign in as the owner.
"""

import os
import threading
from collections.abc import Iterator

import pytest

from functions.migrator.migrate import migrate
from functions.planner.jobs import ClaimedJob, PlannerJobs
from functions.shared.database import Database
from functions.shared.database.settings import DatabaseSettings
from functions.shared.tasks import JobMessage
from scripts.local.data_api import DataApi, FaultControl
from scripts.local.database_users import fixed_database_users
from scripts.local.postgres import Postgres
from scripts.local.temporary import temporary_postgres
from scripts.packaging.migrations import split_migrations
from tests.functions.planner_calls import Planner
from tests.rows import Rows

CLUSTER_ARN = "arn:aws:rds:us-east-1:000000000000:cluster:alex"
USERS = fixed_database_users()


@pytest.fixture(autouse=True)
def aws_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The variables that Lambda sets for every function. Ends the test's background writes of progress."""
    earlier = set(threading.enumerate())
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    yield
    for thread in set(threading.enumerate()) - earlier:
        if thread.name == "progress":
            thread.join(timeout=60)
            assert not thread.is_alive()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with temporary_postgres(tmp_path_factory.mktemp("product")) as postgres:
        yield postgres


@pytest.fixture(scope="session")
def product_data_api(server: Postgres) -> Iterator[DataApi]:
    """The Data API over a migrated database, for its owner and for the functions' users."""
    with DataApi(USERS.connections(server), cluster_arn=CLUSTER_ARN) as api:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("AWS_ACCESS_KEY_ID", "test")
            environment.setenv("AWS_SECRET_ACCESS_KEY", "test")
            owner = Database(settings_of(api, "owner"), retry_budget_s=5)
            migrate(owner, split_migrations())
            USERS.set_up(owner)
        yield api


def settings_of(api: DataApi, user: str) -> DatabaseSettings:
    """Settings to sign in as a database user of the manifest."""
    return DatabaseSettings(
        db_cluster_arn=CLUSTER_ARN, db_secret_arn=USERS.secret_arns[user], aws_endpoint_url_rds_data=api.url
    )


@pytest.fixture
def database_settings(product_data_api: DataApi, monkeypatch: pytest.MonkeyPatch) -> DatabaseSettings:
    """The workers' settings. Also sets the variables of this process, as Lambda does for a worker."""
    settings = settings_of(product_data_api, "workers")
    monkeypatch.setenv("DB_CLUSTER_ARN", settings.db_cluster_arn)
    monkeypatch.setenv("DB_SECRET_ARN", settings.db_secret_arn)
    monkeypatch.setenv("AWS_ENDPOINT_URL_RDS_DATA", product_data_api.url)
    monkeypatch.setenv("NAME_PREFIX", "alex")
    return settings


@pytest.fixture
def planner(database_settings: DatabaseSettings) -> Planner:
    return Planner({**os.environ, "AGENT_TIMEOUT_S": "180"})


@pytest.fixture
def database(database_settings: DatabaseSettings) -> Database:
    """Connects as the workers."""
    return Database(database_settings, retry_budget_s=5)


@pytest.fixture
def owner(product_data_api: DataApi) -> Database:
    return Database(settings_of(product_data_api, "owner"), retry_budget_s=5)


@pytest.fixture
def api_database(product_data_api: DataApi) -> Database:
    """Connects as the api function."""
    return Database(settings_of(product_data_api, "api"), retry_budget_s=5)


@pytest.fixture
def faults(product_data_api: DataApi) -> Iterator[FaultControl]:
    """Faults to inject into the Data API, cleared after the test; its counters start at zero."""
    control = FaultControl(product_data_api.url)
    control.clear()
    control.reset_statements()
    yield control
    control.clear()


@pytest.fixture
def rows(owner: Database) -> Rows:
    """Rows created and read directly."""
    return Rows(owner)


@pytest.fixture
def jobs(database: Database) -> PlannerJobs:
    return PlannerJobs(database, lease_s=60)


@pytest.fixture
def a_waiting_job(rows: Rows) -> JobMessage:
    """A pending job of its own user, not yet claimed."""
    return JobMessage(job_id=rows.job(rows.user()))


@pytest.fixture
def a_running_job(jobs: PlannerJobs, a_waiting_job: JobMessage) -> ClaimedJob:
    """A job in its first attempt."""
    return jobs.claim(a_waiting_job, worker="first")
