"""Which deployment a script finds."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

import pytest

from functions.shared.database import DatabaseUnavailable, Statement
from scripts.deployment import Deployment, Unknown, add_arguments, find
from scripts.local.info import StackInfo

NOBODY = 2**22 + 1
"""No process has this id, because Linux assigns none above 2^22."""

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
        pid=NOBODY,
    )
    file = tmp_path / "stack.json"
    file.write_text(stack.model_dump_json())

    with pytest.raises(Unknown, match="The local stack was killed"):
        find(arguments("--stack", str(file)))


def test_unavailable_database_is_reported_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("scripts.deployment._RETRY_BUDGET_S", 1)

    with pytest.raises(DatabaseUnavailable):
        AWAY.connect().rows(Statement("SELECT 1", idempotent=True))

    assert capsys.readouterr().err == "The database can't answer yet: waiting for up to 1 s.\n"


def test_wait_for_database_can_be_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("scripts.deployment.time.sleep", interrupted)

    with pytest.raises(Unknown, match="Stopped waiting for the database"):
        AWAY.connect().rows(Statement("SELECT 1", idempotent=True))
