"""The migrator's environment."""

from functions.shared.settings import DatabaseSettings


class MigratorSettings(DatabaseSettings):
    """`db_secret_arn` is the secret of the database's owner here."""

    api_secret_arn: str
    """The secret of the api function's database user."""
    workers_secret_arn: str
    """The secret of the database user that the planner, its agents and the dead-letter consumer share."""
