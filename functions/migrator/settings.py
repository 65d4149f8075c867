"""The migrator's environment."""

from functions.shared.settings import Settings


class MigratorSettings(Settings):
    api_secret_arn: str
    """The secret of the api function's database user."""
    workers_secret_arn: str
    """The secret of the database user that the planner, its agents and the dead-letter consumer share."""
