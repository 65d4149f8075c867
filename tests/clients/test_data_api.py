"""Clients of the RDS Data API against the local endpoint. Each has its own table."""

from __future__ import annotations

import json
from collections.abc import Mapping

from scripts.packaging.toolchains import uv
from tests.clients.conftest import Program, output


def test_javascript_clients_work(run_node: Program) -> None:
    printed = json.loads(run_node("data_api_clients.mjs"))

    assert printed["sdk"] == {
        "record": [{"longValue": 1}, {"stringValue": "12.50"}, {"isNull": True}],
        "error": "DatabaseErrorException",
    }
    assert printed["drizzle"] == {"rows": [{"id": 1, "document": '{"a":1}'}], "undone": "rolled back"}
    assert printed["client"] == {"inserted": 1, "records": [{"id": 7, "amount": "1.5"}, {"id": 8, "amount": None}]}


def test_python_clients_work(python: Program) -> None:
    assert python("data_api_clients.py") == {
        "dbapi": {"rows": [["1", "12.5"]]},
        "sqlalchemy": {"rows": [[1, "Ada"]]},
    }


def test_aws_cli_works(settings: Mapping[str, str]) -> None:
    aws = [
        uv(),
        "tool",
        "run",
        "--quiet",
        "--exclude-newer",
        "2026-11-28",
        "--from",
        "awscli==1.45.11",
        "aws",
        "rds-data",
    ]
    target = [
        *("--endpoint-url", settings["DATA_API_URL"], "--region", "us-east-1", "--database", settings["DATABASE"]),
        *("--resource-arn", settings["CLUSTER_ARN"], "--secret-arn", settings["SECRET_ARN"]),
    ]
    credentials = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
    parameters = json.dumps([{"name": "n", "value": {"longValue": 41}}])

    printed = output(
        [*aws, "execute-statement", *target, "--sql", "SELECT :n + 1 AS n", "--parameters", parameters],
        {**settings, **credentials},
    )

    assert json.loads(printed)["records"] == [[{"longValue": 42}]]
