"""The secret of the functions' database user. The migrator makes its password, so that nobody else ever holds it."""

import secrets
import string
from typing import TYPE_CHECKING

from functions.migrator.application_user import ApplicationUser

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

USERNAME = "alex_application"
_LENGTH = 40
_ALPHABET = string.ascii_letters + string.digits


def user_of_secret(client: "SecretsManagerClient", arn: str, password_version: int) -> ApplicationUser:
    """Who the secret says. A secret without a value, or with a password of another version, is given a new one.

    The user in the database has to be given it too, or else nobody can sign in; the caller does so, and may be called
    again when that fails. Raises botocore's errors, ValidationError for a secret that somebody else has written.
    """
    user = _stored(client, arn)
    if user is None or user.password_version != password_version:
        password = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
        user = ApplicationUser(username=USERNAME, password=password, password_version=password_version)
        client.put_secret_value(SecretId=arn, SecretString=user.model_dump_json())
    return user


def _stored(client: "SecretsManagerClient", arn: str) -> ApplicationUser | None:
    """None when the secret has no value yet."""
    try:
        value = client.get_secret_value(SecretId=arn).get("SecretString")
    except client.exceptions.ResourceNotFoundException:
        return None
    return ApplicationUser.model_validate_json(value) if value else None
