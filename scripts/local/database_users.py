"""Who signs in to the database: its owner for migrations and tools, the functions as the same user as on AWS."""

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
    """The secrets of both users. `application` is to be made in the database after the migrations."""

    owner_arn: str
    application_arn: str
    application: ApplicationUser

    def connections(self, postgres: Postgres) -> dict[str, str]:
        """How each of them connects, by the secret's ARN."""
        owner = postgres.dsn()
        application = make_conninfo(owner, user=self.application.username, password=self.application.password)
        return {self.owner_arn: owner, self.application_arn: application}


def create_database_users(emulator: Emulator) -> DatabaseUsers:
    """Makes the secrets, and a new password for the functions' user, since the emulator has forgotten the last one."""
    client: SecretsManagerClient = emulator.client("secretsmanager")
    owner = client.create_secret(Name=f"{NAME_PREFIX}-owner", SecretString=json.dumps({"username": OWNER}))["ARN"]
    application = client.create_secret(Name=f"{NAME_PREFIX}-database")["ARN"]
    return DatabaseUsers(owner, application, user_of_secret(client, application, password_version=1))
