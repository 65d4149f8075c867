"""A temporary PostgreSQL for a benchmark, with the project's schema and a Data API endpoint."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from functions.migrator.migrate import migrate
from functions.shared.database import Database
from functions.shared.database.settings import DatabaseSettings
from functions.shared.database.transport import Credentials, SignedTransport
from scripts.local.data_api import DataApi
from scripts.local.database_users import fixed_database_users
from scripts.local.temporary import temporary_postgres
from scripts.packaging.migrations import split_migrations

CLUSTER_ARN = "arn:aws:rds:us-east-1:000000000000:cluster:alex"
_USERS = fixed_database_users()
#: The ARN of each database user's secret, by the user's name in the manifest.
SECRET_ARNS = dict(_USERS.secret_arns)


@contextmanager
def migrated(state: Path, prepare: Callable[[str], None] | None = None) -> Iterator[tuple[DataApi, str]]:
    """Yield the endpoint and the owner's libpq connection string. Erases the contents of the folder `state`
    afterwards.

    `prepare` is called with the connection string before the migrations run.
    """
    with temporary_postgres(state) as postgres:
        if prepare:
            prepare(postgres.dsn())
        with DataApi(_USERS.connections(postgres), cluster_arn=CLUSTER_ARN) as api:
            settings = DatabaseSettings(
                db_cluster_arn=CLUSTER_ARN, db_secret_arn=_USERS.owner_arn, aws_endpoint_url_rds_data=api.url
            )
            transport = SignedTransport(api.url, settings.aws_region, lambda: Credentials("test", "test"))
            owner = Database(settings, retry_budget_s=10, transport=transport)
            migrate(owner, split_migrations())
            _USERS.set_up(owner)
            yield api, postgres.dsn()
