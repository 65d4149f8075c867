"""Entry point of the migrator. Invoked by the deployment; what goes wrong becomes a FunctionError and fails it."""

from pathlib import Path
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.migrator.migrate import migrate
from functions.shared.database import Database
from functions.shared.observability import logger
from functions.shared.settings import DatabaseSettings

MIGRATIONS = Path(__file__).parents[2] / "migrations"


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Applies what is missing and answers `{"applied": [...]}`; safe to retry."""
    applied = migrate(Database(DatabaseSettings.load(), patience_s=90), MIGRATIONS)
    logger.info("The database is up to date", applied=applied)
    return {"applied": applied}
