"""The migrator's environment."""

from functions.shared.settings import DatabaseSettings


class MigratorSettings(DatabaseSettings):
    """`db_secret_arn` is the secret of the database's owner here."""

    application_secret_arn: str | None = None
    """The secret of the user that the other functions sign in as. None: they sign in as the owner."""
