"""How scripts find their deployment."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

import pytest

from functions.shared.database import DatabaseUnavailable, Statement
from scripts.deployment import Deployment, Unknown, add_arguments, find
from scripts.local.info import StackInfo

UNUSED_PID = 2**22 + 1
"""No process has this id, because Linux assigns none above 2^22."""

CLUSTER = "arn:aws:rds:eu-west-1:123456789012:cluster:alex"

#: Nothing listens at its database's address.
AWAY = Deployment(
    region="us-east-1",
    cluster_arn="cluster",
    secret_arn="secret",
    aws_endpoint_url="http://127.0.0.1:9",
    data_api_url="http://127.0.0.1:9",
)


def arguments(*given: str) -> Namespace:
    parser = ArgumentParser()
    add_arguments(parser)
    return parser.parse_args(given)


def test_killed_stack_is_reported(tmp_path: Path) -> None:
    stack = StackInfo(
        api_url="http://127.0.0.1:1",
        token="token",
        token_other_user="other",
        data_api_url="http://127.0.0.1:2",
        aws_endpoint_url="http://127.0.0.1:3",
        cluster_arn="cluster",
        secret_arn="secret",
        database="alex",
        region="us-east-1",
        log_folder="logs",
        pid=UNUSED_PID,
    )
    file = tmp_path / "stack.json"
    file.write_text(stack.model_dump_json())

    with pytest.raises(Unknown, match="its process was killed"):
        find(arguments("--stack", str(file)))


@pytest.fixture
def nothing(tmp_path: Path) -> tuple[str, ...]:
    """Arguments for a machine without a stack and without a deployment."""
    return "--stack", str(tmp_path / "stack.json"), "--terraform", str(tmp_path)


def test_missing_stack_never_selects_aws(nothing: tuple[str, ...]) -> None:
    with pytest.raises(Unknown, match=r"The local stack is not running\..* or add --aws"):
        find(arguments(*nothing))
    with pytest.raises(Unknown, match="name a database on AWS: add --aws"):
        find(arguments(*nothing, "--cluster-arn", CLUSTER, "--secret-arn", "secret"))


@pytest.mark.parametrize("given", [["--aws"], []], ids=["argument", "variable"])
def test_aws_is_named_before_it_is_used(
    nothing: tuple[str, ...], given: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALEX_TARGET", "local" if given else "aws")

    find(arguments(*nothing, *given, "--cluster-arn", CLUSTER, "--name-prefix", "alex-two"))

    assert capsys.readouterr().err == "AWS account 123456789012, eu-west-1 (alex-two)\n"


def test_api_alone_needs_no_aws(nothing: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    found = find(arguments(*nothing, "--api-url", "https://alex.example.com", "--token", "t"))

    assert found.api() == ("https://alex.example.com", "t")
    assert capsys.readouterr().err == "API at https://alex.example.com\n"


def test_unavailable_database_is_reported_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("scripts.deployment._RETRY_BUDGET_S", 1)

    with pytest.raises(DatabaseUnavailable):
        AWAY.connect().rows(Statement("SELECT 1", idempotent=True))

    assert capsys.readouterr().err == "The database is not available yet: waiting for up to 1 s.\n"


def test_wait_for_database_can_be_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("scripts.deployment.time.sleep", interrupted)

    with pytest.raises(Unknown, match="Stopped waiting for the database"):
        AWAY.connect().rows(Statement("SELECT 1", idempotent=True))
