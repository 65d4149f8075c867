"""What applying again does: nothing, what a variable asks for, or, when a migration fails, no harm."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from scripts.api_client import AlexApi
from scripts.table import ROOT
from tests.deploy.applied.deployment import Deployment, outcome, submit
from tests.deploy.cloud import ARCH
from tests.deploy.terraform import TerraformFailed

#: What a second plan would change, by type: the emulator tells less than it was told, or more.
DIFFERENCES_OF_THE_EMULATOR = {
    # "2.0", where AWS has none for a JWT authorizer
    "aws_apigatewayv2_authorizer": {"authorizer_payload_format_version"},
    # DescribeAlarms in the protocol of this provider has only half of an alarm; in boto3's it has all
    "aws_cloudwatch_metric_alarm": {
        "actions_enabled",
        "alarm_description",
        "dimensions",
        "extended_statistic",
        "period",
        "statistic",
        "treat_missing_data",
    },
    # It keeps no tags of flow logs
    "aws_flow_log": {"tags_all"},
}


def test_a_second_apply_would_change_nothing_but_what_the_emulator_forgets(deployment: Deployment) -> None:
    changes = deployment.terraform.changes(**deployment.variables)

    unexplained = {
        address: set(attributes) - DIFFERENCES_OF_THE_EMULATOR.get(type_of(address), set())
        for address, attributes in changes.items()
    }
    assert {address: attributes for address, attributes in unexplained.items() if attributes} == {}


def test_a_migration_that_fails_fails_the_apply_and_the_old_version_keeps_working(
    deployment: Deployment, alex: AlexApi
) -> None:
    package = deployment.cloud.packages / ARCH / "migrator.zip"
    good = package.read_bytes()
    bad = deployment.terraform.folder.parent / "migrations" / f"{number_of_migrations() + 1:03}_bad.sql"
    bad.write_text("SELECT 1 / 0;")
    package.write_bytes(with_file(good, bad))
    try:
        with pytest.raises(TerraformFailed, match="division by zero"):
            deployment.apply(enable_progress_tracking=True)
    finally:
        bad.unlink()
        package.write_bytes(good)

    job = outcome(alex, submit(alex))
    assert (job["status"], job["progress_data"]) == ("completed", None)


def test_variables_switch_progress_tracking_on_and_give_the_database_user_a_new_password(
    deployment: Deployment, alex: AlexApi
) -> None:
    old_password = deployment.password_of("secret_arn")

    deployment.apply(enable_progress_tracking=True, database_password_version=2)

    job = outcome(alex, submit(alex))
    assert job["status"] == "completed"
    assert job["progress_data"]["progress_percent"] == 100
    assert deployment.password_of("secret_arn") != old_password
    assert deployment.cloud.data_api.users == ["alex", "alex_application", "alex_application"]


def with_file(package: bytes, migration: Path) -> bytes:
    buffer = io.BytesIO(package)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(f"migrations/{migration.name}", migration.read_bytes())
    return buffer.getvalue()


def number_of_migrations() -> int:
    return len(list((ROOT / "migrations").glob("*.sql")))


def type_of(address: str) -> str:
    """Of the resource at this address: `module.function["api"].aws_lambda_function.this` is an aws_lambda_function."""
    return next(part for part in address.split(".") if part.startswith("aws_"))
