"""A temporary PostgreSQL for a benchmark, with the project's schema and a Data API endpoint."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg.conninfo import make_conninfo

from functions.migrator.application_secret import USERNAME
from functions.migrator.application_user import ApplicationUser, grant_application_user
from functions.migrator.migrate import migrate
from functions.shared.database import Database
from functions.shared.database.transport import Credentials, SignedTransport
from functions.shared.settings import DatabaseSettings
from scripts.local.data_api import DataApi
from scripts.local.postgres import Postgres
from scripts.packaging.migrations import split_migrations

CLUSTER_ARN = "arn:aws:rds:us-east-1:000000000000:cluster:alex"
SECRET_ARN = "arn:aws:secretsmanager:us-east-1:000000000000:secret:alex"  # noqa: S105 - its name
_OWNER_SECRET_ARN = f"{SECRET_ARN}-owner"
_APPLICATION = ApplicationUser(username=USERNAME, password="a" * 40)


@contextmanager
def migrated(state: Path, prepare: Callable[[str], None] | None = None) -> Iterator[tuple[DataApi, str]]:
    """Yield the endpoint and the owner's libpq connection string. Erases the contents of the folder `state`
    afterwards.

    `prepare` is called with the connection string before the migrations run.
    """
    postgres = Postgres(state, durable=False)
    try:
        with postgres:
            if prepare:
                prepare(postgres.dsn())
            application = make_conninfo(postgres.dsn(), user=_APPLICATION.username, password=_APPLICATION.password)
            secrets = {_OWNER_SECRET_ARN: postgres.dsn(), SECRET_ARN: application}
            with DataApi(secrets, cluster_arn=CLUSTER_ARN) as api:
                settings = DatabaseSettings(
                    db_cluster_arn=CLUSTER_ARN, db_secret_arn=_OWNER_SECRET_ARN, aws_endpoint_url_rds_data=api.url
                )
                transport = SignedTransport(api.url, settings.aws_region, lambda: Credentials("test", "test"))
                owner = Database(settings, retry_budget_s=10, transport=transport)
                migrate(owner, split_migrations())
                grant_application_user(owner, _APPLICATION)
                yield api, postgres.dsn()
    finally:
        postgres.erase()
