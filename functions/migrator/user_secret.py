"""The secret of a database user. The migrator generates its password, so that no person ever sees it."""

import secrets
import string
from typing import TYPE_CHECKING

from functions.migrator.database_user import DatabaseUser

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

_LENGTH = 40
_ALPHABET = string.ascii_letters + string.digits


def user_of_secret(client: "SecretsManagerClient", arn: str, username: str, password_version: int) -> DatabaseUser:
    """Return the user in the secret, after replacing a password that is missing or of another version.

    The caller must then set the same password in the database, or no function can sign in; if that fails, call again.
    Raises botocore's errors, ValidationError if the secret has an unknown format, and ValueError if it belongs to
    another user, which would give one function the other's privileges (do not retry).
    """
    user = _stored(client, arn)
    if user is not None and user.username != username:
        raise ValueError(f"the secret {arn} belongs to {user.username}, not to {username}")
    if user is None or user.password_version != password_version:
        password = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
        user = DatabaseUser(username=username, password=password, password_version=password_version)
        client.put_secret_value(SecretId=arn, SecretString=user.model_dump_json())
    return user


def _stored(client: "SecretsManagerClient", arn: str) -> DatabaseUser | None:
    """Return None if the secret has no value yet."""
    try:
        value = client.get_secret_value(SecretId=arn).get("SecretString")
    except client.exceptions.ResourceNotFoundException:
        return None
    return DatabaseUser.model_validate_json(value) if value else None
