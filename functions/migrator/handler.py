"""Entry point of the migrator, invoked by the deployment. An exception becomes a FunctionError and fails the
deployment.
"""

from pathlib import Path
from typing import Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel

from functions.migrator.application_secret import user_of_secret
from functions.migrator.application_user import grant_application_user
from functions.migrator.migrate import migrate, read_migrations
from functions.migrator.settings import MigratorSettings
from functions.shared.database import Database
from functions.shared.observability import logger

MIGRATIONS = Path(__file__).parents[2] / "migrations"


class Order(BaseModel):
    """The event."""

    password_version: int = 1
    """A value other than the last one gives the functions' database user a new password."""


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Apply pending migrations and update the functions' user. Returns `{"applied": [...]}`; safe to retry."""
    order = Order.model_validate(event)
    settings = MigratorSettings.load()
    database = Database(settings, retry_budget_s=90)
    applied = migrate(database, read_migrations(MIGRATIONS))
    logger.info("The database is up to date", applied=applied)
    if settings.application_secret_arn:
        client = boto3.client("secretsmanager")
        user = user_of_secret(client, settings.application_secret_arn, order.password_version)
        grant_application_user(database, user)
        logger.info("The functions' database user is up to date")
    return {"applied": applied}
