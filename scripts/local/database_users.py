"""The database users: the owner for migrations and tools, and for the functions the same users as on AWS."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg.conninfo import make_conninfo

from functions.migrator.database_user import DatabaseUser, set_up_database_user
from functions.migrator.grants import ROLES
from functions.migrator.user_secret import user_of_secret
from functions.shared.database import Database
from scripts.local.emulator import Emulator
from scripts.local.postgres import OWNER, Postgres
from scripts.manifest import DATABASE_OWNER, NAME_PREFIX

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


@dataclass(frozen=True)
class DatabaseUsers:
    """The users other than the owner, and the ARN of each user's secret, by their names in the manifest."""

    users: Mapping[str, DatabaseUser]
    secret_arns: Mapping[str, str]

    @property
    def owner_arn(self) -> str:
        return self.secret_arns[DATABASE_OWNER]

    def connections(self, postgres: Postgres) -> dict[str, str]:
        """Return each user's connection string by the secret's ARN."""
        owner = postgres.dsn()
        return {self.owner_arn: owner} | {
            self.secret_arns[name]: make_conninfo(owner, user=user.username, password=user.password)
            for name, user in self.users.items()
        }

    def set_up(self, database: Database) -> None:
        """Create the users with their grants, after the migrations. `database` connects as the owner."""
        for name, user in self.users.items():
            set_up_database_user(database, user, ROLES[name].grants)


def create_database_users(emulator: Emulator) -> DatabaseUsers:
    """Create the secrets, with new passwords, because the emulator does not keep secrets."""
    client: SecretsManagerClient = emulator.client("secretsmanager")
    owner = client.create_secret(Name=f"{NAME_PREFIX}-owner", SecretString=json.dumps({"username": OWNER}))["ARN"]
    arns = {name: client.create_secret(Name=f"{NAME_PREFIX}-database-{name}")["ARN"] for name in ROLES}
    users = {name: user_of_secret(client, arns[name], role.username, 1) for name, role in ROLES.items()}
    return DatabaseUsers(users, {DATABASE_OWNER: owner, **arns})


def fixed_database_users() -> DatabaseUsers:
    """Return users with known passwords and secrets that exist nowhere, for a Data API endpoint on its own."""
    prefix = "arn:aws:secretsmanager:us-east-1:000000000000:secret:alex"
    return DatabaseUsers(
        {name: DatabaseUser(username=role.username, password="a" * 40) for name, role in ROLES.items()},
        {name: f"{prefix}-{name}" for name in (DATABASE_OWNER, *ROLES)},
    )
