"""The command line, and `--deploy` to an account."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from scripts.manifest import read_manifest
from scripts.packaging.archive import write_zip
from scripts.packaging.build import Built, Record
from scripts.packaging.command import main
from scripts.packaging.deploy import Deployment
from scripts.packaging.errors import PackagingError
from scripts.packaging.target import Target

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

REGION = "eu-west-1"
ARM = Target()


@pytest.fixture(autouse=True)
def no_aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An environment without the AWS account of the person who runs the tests."""
    for variable in (
        "AWS_PROFILE",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_LAMBDA",
    ):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")


@pytest.fixture
def signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")


@pytest.fixture
def account() -> Iterator[LambdaClient]:
    """An account with the function alex-api, for arm64."""
    with mock_aws():
        roles: Any = boto3.client("iam", region_name=REGION)
        role = roles.create_role(RoleName="alex", AssumeRolePolicyDocument=json.dumps({}))["Role"]["Arn"]
        client: LambdaClient = boto3.client("lambda", region_name=REGION)
        client.create_function(
            FunctionName="alex-api",
            Runtime="python3.13",
            Role=role,
            Handler="functions.api.handler.handler",
            Architectures=["arm64"],
            Code={"ZipFile": zipped("old")},
        )
        yield client


@pytest.fixture
def built(tmp_path: Path) -> Built:
    file = tmp_path / "api.zip"
    file.write_bytes(zipped("new"))
    record = Record(inputs="", sha256=hashlib.sha256(file.read_bytes()).hexdigest(), size_bytes=file.stat().st_size)
    return Built(read_manifest().functions["api"], file, record, is_new=True)


def zipped(content: str) -> bytes:
    buffer = io.BytesIO()
    write_zip(buffer, {"functions/api/handler.py": content.encode()})
    return buffer.getvalue()


def test_deployed_function_gets_new_code(account: LambdaClient, built: Built) -> None:
    assert Deployment("alex", REGION).update(built, ARM)

    deployed = account.get_function_configuration(FunctionName="alex-api")["CodeSha256"]
    assert base64.b64decode(deployed).hex() == built.record.sha256


def test_code_that_is_already_deployed_is_not_uploaded(account: LambdaClient, built: Built) -> None:
    Deployment("alex", REGION).update(built, ARM)

    assert not Deployment("alex", REGION).update(built, ARM)


@pytest.mark.parametrize(("prefix", "region"), [("alex", "us-east-1"), ("axel", REGION)])
@pytest.mark.usefixtures("account")
def test_missing_function_is_named_with_its_region(built: Built, prefix: str, region: str) -> None:
    with pytest.raises(PackagingError, match=rf"There is no function {prefix}-api at .*{region}.*terraform apply"):
        Deployment(prefix, region).update(built, ARM)


@pytest.mark.usefixtures("account")
def test_code_for_another_architecture_is_not_uploaded(built: Built) -> None:
    with pytest.raises(PackagingError, match="alex-api runs on arm64, the zip is for x86_64: build with --arch arm64"):
        Deployment("alex", REGION).update(built, Target("x86_64"))


def test_missing_credentials_are_reported_with_how_to_sign_in(built: Built) -> None:
    with pytest.raises(PackagingError, match=r"There are no AWS credentials: .*AWS_PROFILE"):
        Deployment("alex", REGION).update(built, ARM)


def test_missing_profile_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")

    with pytest.raises(PackagingError, match="nobody"):
        Deployment("alex", REGION)


def test_missing_region_is_reported_with_how_to_set_it() -> None:
    with pytest.raises(PackagingError, match="There is no AWS region: pass --region"):
        Deployment("alex")


def test_region_comes_from_argument_or_environment(
    monkeypatch: pytest.MonkeyPatch, account: LambdaClient, built: Built
) -> None:
    monkeypatch.setenv("AWS_REGION", REGION)

    assert Deployment("alex").update(built, ARM)
    with pytest.raises(PackagingError, match="us-east-1"):
        Deployment("alex", "us-east-1").update(built, ARM)


def test_invalid_region_is_refused() -> None:
    with pytest.raises(PackagingError, match="eu_west!"):
        Deployment("alex", "eu_west!")


@pytest.mark.usefixtures("signed_in")
def test_unreachable_endpoint_is_named(monkeypatch: pytest.MonkeyPatch, built: Built) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")

    with pytest.raises(PackagingError, match=r"http://127\.0\.0\.1:9/.* can't be reached"):
        Deployment("alex", REGION).update(built, ARM)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("ExpiredTokenException", "AWS rejects the credentials .*: sign in"),
        ("UnrecognizedClientException", "AWS rejects the credentials .*: sign in"),
        ("ResourceConflictException", "being changed by someone else"),
        ("AccessDeniedException", "AccessDeniedException.* no"),
    ],
)
@pytest.mark.usefixtures("signed_in")
def test_aws_errors_become_sentences(monkeypatch: pytest.MonkeyPatch, built: Built, code: str, sentence: str) -> None:
    def refuse(*_: object) -> None:
        raise ClientError({"Error": {"Code": code, "Message": "no"}}, "GetFunctionConfiguration")

    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", refuse)

    with pytest.raises(PackagingError, match=sentence):
        Deployment("alex", REGION).update(built, ARM)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--function", "reportr"], "invalid choice: 'reportr'"),
        (["--arch", "mips"], "invalid choice: 'mips'"),
        (["--deploy", "--python", "3.11"], "the functions on AWS run Python 3.13"),
    ],
)
def test_invalid_arguments_are_refused(
    capsys: pytest.CaptureFixture[str], arguments: list[str], complaint: str
) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)

    assert end.value.code == 2
    assert complaint in capsys.readouterr().err


def test_help_lists_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])

    output = capsys.readouterr().out
    assert [
        option for option in ("--function", "--arch", "--deploy", "--lock", "examples") if option not in output
    ] == []


def test_build_and_deployment_are_reported(
    account: LambdaClient, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    arguments = ["--function", "api", "--wheels", "--output", str(tmp_path), "--deploy", "--region", REGION]

    assert main(arguments) == 0
    assert main(arguments) == 0

    first, second = capsys.readouterr().out.split("For arm64 and Python 3.13, from prebuilt wheels")[1:]
    assert "built in" in first
    assert "alex-api has the new code." in first
    assert "unchanged" in second
    assert "alex-api had that code already." in second
    deployed = account.get_function_configuration(FunctionName="alex-api")["CodeSha256"]
    assert base64.b64decode(deployed) == hashlib.sha256((tmp_path / "api.zip").read_bytes()).digest()
    assert "functions/api/handler.py" in zipfile.ZipFile(tmp_path / "api.zip").namelist()


def test_failure_prints_one_sentence_and_exit_status(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["--deploy", "--output", str(tmp_path)]) == 1

    assert capsys.readouterr().err == "There is no AWS region: pass --region, or set AWS_REGION.\n"
    assert not list(tmp_path.iterdir())
