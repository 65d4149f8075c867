"""A temporary PostgreSQL for a benchmark, with the project's schema and a Data API endpoint."""

import tempfile
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
def state_folder() -> Iterator[Path]:
    """Yield a temporary folder that PostgreSQL can reach, which runs as another user if this one is root."""
    with tempfile.TemporaryDirectory(prefix="alex-benchmark-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


def connect(api: DataApi, secret_arn: str) -> Database:
    """Return a client of the endpoint, signed in as the user of the secret."""
    settings = DatabaseSettings(db_cluster_arn=CLUSTER_ARN, db_secret_arn=secret_arn, aws_endpoint_url_rds_data=api.url)
    transport = SignedTransport(api.url, settings.aws_region, lambda: Credentials("test", "test"))
    return Database(settings, retry_budget_s=10, transport=transport)


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
            owner = connect(api, _USERS.owner_arn)
            migrate(owner, split_migrations())
            _USERS.set_up(owner)
            yield api, postgres.dsn()
