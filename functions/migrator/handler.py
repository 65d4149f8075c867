"""Entry point of the migrator, invoked by the deployment. An exception becomes a FunctionError and fails the
deployment.
"""

import os
from pathlib import Path
from typing import Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel

from functions.migrator.database_user import set_up_database_user
from functions.migrator.grants import API, WORKERS
from functions.migrator.migrate import migrate, read_migrations
from functions.migrator.settings import MigratorSettings
from functions.migrator.user_secret import user_of_secret
from functions.shared.database import Database
from functions.shared.database.settings import DatabaseSettings
from functions.shared.observability import logger

MIGRATIONS = Path(__file__).parents[2] / "migrations"


class Order(BaseModel):
    """The event."""

    password_version: int = 1
    """A value other than the last one gives each database user a new password."""


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Apply pending migrations and update the database users. Returns `{"applied": [...]}`; safe to retry."""
    order = Order.model_validate(event)
    settings = MigratorSettings.load()
    # DB_SECRET_ARN is the secret of the database's owner here.
    database = Database(DatabaseSettings.of(os.environ), retry_budget_s=90)
    applied = migrate(database, read_migrations(MIGRATIONS))
    logger.info("The database is up to date", applied=applied)
    client = boto3.client("secretsmanager")
    for role, arn in ((API, settings.api_secret_arn), (WORKERS, settings.workers_secret_arn)):
        user = user_of_secret(client, arn, role.username, order.password_version)
        set_up_database_user(database, user, role.grants)
        logger.info("The database user is up to date", user=user.username)
    return {"applied": applied}
