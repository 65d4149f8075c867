"""The database users: the owner for migrations and tools, and for the functions the same user as on AWS."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg.conninfo import make_conninfo

from functions.migrator.application_secret import user_of_secret
from functions.migrator.application_user import ApplicationUser
from scripts.local.emulator import Emulator
from scripts.local.postgres import OWNER, Postgres
from scripts.manifest import NAME_PREFIX

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


@dataclass(frozen=True)
class DatabaseUsers:
    """The secrets of both users. Create `application` in the database after the migrations."""

    owner_arn: str
    application_arn: str
    application: ApplicationUser

    def connections(self, postgres: Postgres) -> dict[str, str]:
        """Return each user's connection string by the secret's ARN."""
        owner = postgres.dsn()
        application = make_conninfo(owner, user=self.application.username, password=self.application.password)
        return {self.owner_arn: owner, self.application_arn: application}


def create_database_users(emulator: Emulator) -> DatabaseUsers:
    """Create the secrets, with a new password for the functions' user, because the emulator does not keep secrets."""
    client: SecretsManagerClient = emulator.client("secretsmanager")
    owner = client.create_secret(Name=f"{NAME_PREFIX}-owner", SecretString=json.dumps({"username": OWNER}))["ARN"]
    application = client.create_secret(Name=f"{NAME_PREFIX}-database")["ARN"]
    return DatabaseUsers(owner, application, user_of_secret(client, application, password_version=1))
