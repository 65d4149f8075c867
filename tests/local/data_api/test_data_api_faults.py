"""Timeouts, injected faults, database restarts, and the life of the endpoint."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import psycopg
import pytest
from botocore.exceptions import ConnectionClosedError

from scripts.local.data_api import DataApi, FaultControl
from scripts.local.postgres import SUPERUSER, Postgres
from tests.local.data_api.fixture_types import ClientOf, Count, ErrorOf, Run, Value
from tests.waiting import until

if TYPE_CHECKING:
    from mypy_boto3_rds_data import RDSDataServiceClient

ERRORS = {
    "resuming": (400, "DatabaseResumingException"),
    "unavailable_503": (503, "ServiceUnavailableError"),
    "unavailable_504": (504, "DatabaseUnavailableException"),
    "internal_error": (500, "InternalServerErrorException"),
    "throttling": (400, "ThrottlingException"),
    "statement_timeout": (400, "StatementTimeoutException"),
}
BEHIND_LOCK = "INSERT INTO numbers SELECT 1 FROM pg_advisory_xact_lock(1)"
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@pytest.mark.parametrize("kind", ERRORS)
def test_injected_error_prevents_one_call_from_running(
    run: Run, error_of: ErrorOf, faults: FaultControl, numbers: Count, kind: str
) -> None:
    faults.inject(kind)

    assert error_of(run, "INSERT INTO numbers VALUES (1)")[:2] == ERRORS[kind]
    assert numbers() == 0
    assert faults.fired() == {kind: 1}


def test_every_call_in_resuming_window_fails(run: Run, error_of: ErrorOf, faults: FaultControl) -> None:
    faults.inject("resuming", seconds=3600)

    for _ in range(3):
        assert error_of(run, "SELECT 1")[1] == "DatabaseResumingException"


def test_resuming_window_opens_with_first_call(run: Run, value: Value, error_of: ErrorOf, faults: FaultControl) -> None:
    faults.inject("resuming", seconds=0.2)
    time.sleep(0.25)  # longer than the window, which has not opened yet

    assert error_of(run, "SELECT 1")[1] == "DatabaseResumingException"
    time.sleep(0.25)
    assert value("SELECT 1") == {"longValue": 1}


def test_statement_commits_although_its_response_is_lost(run: Run, faults: FaultControl, numbers: Count) -> None:
    faults.inject("answer_lost", match="INSERT")

    with pytest.raises(ConnectionClosedError):
        run("INSERT INTO numbers VALUES (1)")

    assert numbers() == 1


def test_lost_request_does_not_run(run: Run, faults: FaultControl, numbers: Count) -> None:
    faults.inject("request_lost")

    with pytest.raises(ConnectionClosedError):
        run("INSERT INTO numbers VALUES (1)")

    assert numbers() == 0


def test_delayed_call_succeeds(value: Value, faults: FaultControl) -> None:
    faults.inject("delay", seconds=0.2)
    started = time.monotonic()

    assert value("SELECT 1") == {"longValue": 1}
    assert time.monotonic() - started >= 0.2


def test_fault_affects_matching_calls_given_number_of_times(run: Run, error_of: ErrorOf, faults: FaultControl) -> None:
    faults.inject("throttling", times=2, match="AS second")

    assert run("SELECT 1 AS first")["records"] == [[{"longValue": 1}]]
    for _ in range(2):
        assert error_of(run, "SELECT 1 AS second")[1:] == ("ThrottlingException", "Rate exceeded")
    assert run("SELECT 1 AS second")["records"] == [[{"longValue": 1}]]
    assert faults.fired() == {"throttling": 2}


def test_fault_matches_operation_of_call_without_sql(
    client: RDSDataServiceClient, cluster: dict[str, Any], run: Run, error_of: ErrorOf, faults: FaultControl
) -> None:
    faults.inject("unavailable_503", match="BeginTransaction")

    assert run("SELECT 1")["records"] == [[{"longValue": 1}]]
    assert error_of(client.begin_transaction, **cluster)[1] == "ServiceUnavailableError"


def test_cleared_fault_does_not_fire(value: Value, faults: FaultControl) -> None:
    faults.inject("throttling", times=100)
    faults.clear()

    assert value("SELECT 1") == {"longValue": 1}
    assert faults.fired() == {}


def test_statement_over_timeout_is_cancelled(
    postgres: Postgres, impatient_run: Run, impatient_client: RDSDataServiceClient, value: Value, numbers: Count
) -> None:
    with lock_held(postgres):
        with pytest.raises(impatient_client.exceptions.StatementTimeoutException) as caught:
            impatient_run(BEHIND_LOCK)
        until(lambda: value(WAITING) == {"longValue": 0})

    assert cast("dict[str, Any]", caught.value.response)["dbConnectionId"] > 0
    assert numbers() == 0


def test_statement_continues_after_timeout_on_request(
    postgres: Postgres, impatient_run: Run, error_of: ErrorOf, numbers: Count
) -> None:
    with lock_held(postgres):
        assert error_of(impatient_run, BEHIND_LOCK, {"continueAfterTimeout": True})[1] == "StatementTimeoutException"
        assert numbers() == 0

    until(lambda: numbers() == 1)


@contextmanager
def lock_held(postgres: Postgres) -> Iterator[None]:
    """Keep BEHIND_LOCK waiting in the block."""
    with psycopg.connect(postgres.dsn()) as other:
        other.execute("SELECT pg_advisory_xact_lock(1)")
        yield


def test_statement_log_omits_parameter_values(
    client: RDSDataServiceClient, cluster: dict[str, Any], run: Run, error_of: ErrorOf, faults: FaultControl
) -> None:
    faults.reset_statements()
    run("SELECT :secret" + " " * 300, secret={"stringValue": "hidden"})
    error_of(run, "SELECT nothing")
    client.begin_transaction(**cluster)

    listed = faults.statements()
    assert [(call["operation"], call["sql"], call["ok"]) for call in listed] == [
        ("Execute", "SELECT :secret".ljust(200), True),
        ("Execute", "SELECT nothing", False),
        ("BeginTransaction", None, True),
    ]
    assert all(call["seconds"] > 0 for call in listed)


def test_endpoint_reconnects_after_database_restarts(
    tmp_path: Any, client_of: ClientOf, cluster: dict[str, Any], error_of: ErrorOf
) -> None:
    server = Postgres(tmp_path, durable=False)
    try:
        server.start()
        server = Postgres(tmp_path, durable=False, port=_stopped(server))
        with DataApi({cluster["secretArn"]: server.dsn()}, cluster_arn=cluster["resourceArn"]) as api:
            client = client_of(api.url)
            assert error_of(client.execute_statement, **cluster, sql="SELECT 1")[:2] == (
                504,
                "DatabaseUnavailableException",
            )

            server.start()
            transaction = {"transactionId": client.begin_transaction(**cluster)["transactionId"]}
            client.execute_statement(**cluster, sql="SELECT 1")
            server.stop()
            server.start()

            assert client.execute_statement(**cluster, sql="SELECT 1")["records"] == [[{"longValue": 1}]]
            assert error_of(client.execute_statement, **cluster, **transaction, sql="SELECT 1")[:2] == (
                404,
                "TransactionNotFoundException",
            )
    finally:
        server.stop()
        server.erase()


def test_terminated_backend_is_a_database_unavailable_error(run: Run, value: Value, error_of: ErrorOf) -> None:
    assert error_of(run, "SELECT pg_terminate_backend(pg_backend_pid())")[:2] == (504, "DatabaseUnavailableException")
    assert value("SELECT 1") == {"longValue": 1}


def test_endpoint_process_exits_cleanly_on_sigterm(
    postgres: Postgres, client_of: ClientOf, cluster: dict[str, Any]
) -> None:
    command = [sys.executable, "-m", "scripts.local.data_api", "--cluster-arn", cluster["resourceArn"]]
    command += ["--secret", cluster["secretArn"], postgres.dsn()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": "."}) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            control = FaultControl(url)
            control.inject("delay", seconds=0)
            response = client_of(url).execute_statement(**cluster, sql="SELECT 1")

            assert response["records"] == [[{"longValue": 1}]]
            assert control.fired() == {"delay": 1}
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=60) == 0


def test_each_secret_connects_as_its_own_user(
    postgres: Postgres, client_of: ClientOf, cluster: dict[str, Any], error_of: ErrorOf
) -> None:
    secrets = {"arn:of:owner": postgres.dsn(), "arn:of:superuser": postgres.dsn(user=SUPERUSER)}
    with DataApi(secrets, cluster_arn=cluster["resourceArn"]) as api:
        client = client_of(api.url)
        for arn, user in (("arn:of:owner", "alex"), ("arn:of:superuser", "postgres"), ("arn:of:owner", "alex")):
            request = {**cluster, "secretArn": arn, "sql": "SELECT current_user::text"}
            assert client.execute_statement(**request)["records"] == [[{"stringValue": user}]]

        unknown = {**cluster, "secretArn": "arn:of:nobody", "sql": "SELECT 1"}
        assert error_of(client.execute_statement, **unknown)[1] == "SecretsErrorException"


def test_concurrent_callers_get_their_own_responses(run: Run) -> None:
    def echo(number: int) -> int:
        return int(run("SELECT :n", n={"longValue": number})["records"][0][0]["longValue"])

    with ThreadPoolExecutor(20) as threads:
        assert list(threads.map(echo, range(400))) == list(range(400))


def test_stopped_endpoint_refuses_connections(postgres: Postgres, client_of: ClientOf, cluster: dict[str, Any]) -> None:
    with DataApi({cluster["secretArn"]: postgres.dsn()}, cluster_arn=cluster["resourceArn"]) as api:
        client = client_of(api.url)
        client.execute_statement(**cluster, sql="SELECT 1")

    with pytest.raises(Exception, match=r"Could not connect|Connection was closed"):
        client.execute_statement(**cluster, sql="SELECT 1")


def _stopped(server: Postgres) -> int:
    server.stop()
    return server.port
