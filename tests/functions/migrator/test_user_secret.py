"""The migrator creates a database user's password once, and again for each new version."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws
from pydantic import ValidationError

from functions.migrator.user_secret import user_of_secret

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


@pytest.fixture
def client() -> "Iterator[SecretsManagerClient]":
    with mock_aws():
        yield boto3.client("secretsmanager", region_name="us-east-1")


@pytest.fixture
def arn(client: "SecretsManagerClient") -> str:
    """A secret without a value, as Terraform leaves it."""
    return client.create_secret(Name="alex-database")["ARN"]


def test_empty_secret_gets_user_and_password(client: "SecretsManagerClient", arn: str) -> None:
    user = user_of_secret(client, arn, "alex_api", password_version=1)

    stored = json.loads(client.get_secret_value(SecretId=arn)["SecretString"])
    assert (stored["username"], stored["password"]) == (user.username, user.password)
    assert len(user.password) == 40


def test_password_stays_until_new_version_is_requested(client: "SecretsManagerClient", arn: str) -> None:
    first, again, renewed, still = (
        user_of_secret(client, arn, "alex_api", version).password for version in (1, 1, 2, 2)
    )

    assert first == again != renewed == still


def test_secret_written_by_others_is_left_alone(client: "SecretsManagerClient", arn: str) -> None:
    client.put_secret_value(SecretId=arn, SecretString='{"username": "alex_api", "password": "mine"}')

    with pytest.raises(ValidationError):
        user_of_secret(client, arn, "alex_api", password_version=1)

    assert "mine" in client.get_secret_value(SecretId=arn)["SecretString"]


def test_secret_of_another_user_is_refused(client: "SecretsManagerClient", arn: str) -> None:
    """Otherwise exchanged ARNs would give one function the other's privileges."""
    workers = user_of_secret(client, arn, "alex_workers", password_version=1)

    with pytest.raises(ValueError, match="belongs to alex_workers, not to alex_api"):
        user_of_secret(client, arn, "alex_api", password_version=2)

    assert workers.password in client.get_secret_value(SecretId=arn)["SecretString"]
