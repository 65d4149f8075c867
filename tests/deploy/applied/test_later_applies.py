"""Later applies: without changes, with changed variables, and with a failing migration."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from scripts.api_client import AlexApi
from scripts.manifest import ROOT
from scripts.packaging.migrations import split_migrations
from tests.deploy.applied.deployment import Deployment, outcome, submit
from tests.deploy.cloud import ARCH
from tests.deploy.terraform import TerraformFailed

#: Attributes, by resource type, that a second plan would change because the emulator returns less or more than AWS.
DIFFERENCES_OF_THE_EMULATOR = {
    # The emulator returns "2.0"; on AWS, a JWT authorizer has none
    "aws_apigatewayv2_authorizer": {"authorizer_payload_format_version"},
    # In this provider's protocol, DescribeAlarms returns half of an alarm; in boto3's, all of it
    "aws_cloudwatch_metric_alarm": {
        "actions_enabled",
        "alarm_description",
        "dimensions",
        "extended_statistic",
        "period",
        "statistic",
        "treat_missing_data",
    },
    # Flow logs lose their tags
    "aws_flow_log": {"tags_all"},
}


def test_second_apply_would_change_nothing_on_aws(deployment: Deployment) -> None:
    changes = deployment.terraform.changes(**deployment.variables)

    unexplained = {
        address: set(attributes) - DIFFERENCES_OF_THE_EMULATOR.get(type_of(address), set())
        for address, attributes in changes.items()
    }
    assert {address: attributes for address, attributes in unexplained.items() if attributes} == {}


def test_failed_migration_fails_apply_and_old_code_works(deployment: Deployment, alex: AlexApi) -> None:
    package = deployment.cloud.packages / ARCH / "migrator.zip"
    good = package.read_bytes()
    bad = deployment.terraform.folder.parent / "migrations" / f"{number_of_migrations() + 1:03}_bad.sql"
    bad.write_text("SELECT 1 / 0;")
    package.write_bytes(with_migration(good, bad))
    try:
        with pytest.raises(TerraformFailed, match="division by zero"):
            deployment.apply(enable_progress_tracking=True)
    finally:
        bad.unlink()
        package.write_bytes(good)

    job = outcome(alex, submit(alex))
    assert (job["status"], job["progress_data"]) == ("completed", None)


def test_variables_turn_on_progress_and_rotate_passwords(deployment: Deployment, alex: AlexApi) -> None:
    old_passwords = deployment.passwords()

    deployment.apply(enable_progress_tracking=True, database_password_version=2)

    job = outcome(alex, submit(alex))
    assert job["status"] == "completed"
    assert job["progress_data"]["progress_percent"] == 100
    passwords = deployment.passwords()
    assert all(passwords[user] != old_passwords[user] for user in ("api", "workers"))
    assert deployment.cloud.data_api.users == ["alex", *2 * ["alex_api", "alex_workers"]]


def with_migration(package: bytes, source: Path) -> bytes:
    built = split_migrations(source.parent)[-1]
    buffer = io.BytesIO(package)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(f"migrations/{source.stem}.json", built.model_dump_json())
    return buffer.getvalue()


def number_of_migrations() -> int:
    return len(list((ROOT / "migrations").glob("*.sql")))


def type_of(address: str) -> str:
    """The resource type: `module.function["api"].aws_lambda_function.this` is an aws_lambda_function."""
    return next(part for part in address.split(".") if part.startswith("aws_"))
