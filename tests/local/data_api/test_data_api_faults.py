"""Conformance of the local Data API, case 20: timeouts and injected faults, and a database that restarts underneath."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ConnectionClosedError

from scripts.local.data_api import DataApi, FaultControl
from scripts.local.postgres import SUPERUSER, Postgres

if TYPE_CHECKING:
    from mypy_boto3_rds_data import RDSDataServiceClient

Run = Callable[..., dict[str, Any]]
Count = Callable[[], int]
Value = Callable[..., Any]
Refusal = Callable[..., tuple[int, str, str]]
ClientOf = Callable[[str], "RDSDataServiceClient"]


REFUSALS = {
    "resuming": (400, "DatabaseResumingException"),
    "unavailable_503": (503, "ServiceUnavailableError"),
    "unavailable_504": (504, "DatabaseUnavailableException"),
    "internal_error": (500, "InternalServerErrorException"),
    "throttling": (400, "ThrottlingException"),
    "statement_timeout": (400, "StatementTimeoutException"),
}


@pytest.mark.parametrize("kind", REFUSALS)
def test_case_20_a_refused_call_was_not_run_and_the_next_one_is(
    run: Run, refusal: Refusal, faults: FaultControl, numbers: Count, kind: str
) -> None:
    faults.inject(kind)

    assert refusal(run, "INSERT INTO numbers VALUES (1)")[:2] == REFUSALS[kind]
    assert numbers() == 0
    assert faults.fired() == {kind: 1}


def test_case_20_a_cluster_resumes_for_a_while_from_the_first_call_on(
    run: Run, value: Value, refusal: Refusal, faults: FaultControl
) -> None:
    faults.inject("resuming", seconds=0.2)
    time.sleep(0.25)  # paused, not resuming: nobody has called yet

    for _ in range(3):
        assert refusal(run, "SELECT 1")[1] == "DatabaseResumingException"
    time.sleep(0.25)
    assert value("SELECT 1") == {"longValue": 1}


def test_case_20_a_lost_answer_was_committed(run: Run, faults: FaultControl, numbers: Count) -> None:
    faults.inject("answer_lost", match="INSERT")

    with pytest.raises(ConnectionClosedError):
        run("INSERT INTO numbers VALUES (1)")

    assert numbers() == 1


def test_case_20_a_lost_request_was_not_run(run: Run, faults: FaultControl, numbers: Count) -> None:
    faults.inject("request_lost")

    with pytest.raises(ConnectionClosedError):
        run("INSERT INTO numbers VALUES (1)")

    assert numbers() == 0


def test_case_20_a_delay_lets_the_call_succeed_later(value: Value, faults: FaultControl) -> None:
    faults.inject("delay", seconds=0.2)
    started = time.monotonic()

    assert value("SELECT 1") == {"longValue": 1}
    assert time.monotonic() - started >= 0.2


def test_case_20_a_fault_hits_only_what_matches_and_only_so_often(
    run: Run, refusal: Refusal, faults: FaultControl
) -> None:
    faults.inject("throttling", times=2, match="AS second")

    assert run("SELECT 1 AS first")["records"] == [[{"longValue": 1}]]
    for _ in range(2):
        assert refusal(run, "SELECT 1 AS second")[1:] == ("ThrottlingException", "Rate exceeded")
    assert run("SELECT 1 AS second")["records"] == [[{"longValue": 1}]]
    assert faults.fired() == {"throttling": 2}


def test_case_20_a_fault_may_hit_an_operation_that_has_no_sql(
    client: RDSDataServiceClient, cluster: dict[str, Any], run: Run, refusal: Refusal, faults: FaultControl
) -> None:
    faults.inject("unavailable_503", match="BeginTransaction")

    assert run("SELECT 1")["records"] == [[{"longValue": 1}]]
    assert refusal(client.begin_transaction, **cluster)[1] == "ServiceUnavailableError"


def test_case_20_cleared_faults_do_no_harm(value: Value, faults: FaultControl) -> None:
    faults.inject("throttling", times=100)
    faults.clear()

    assert value("SELECT 1") == {"longValue": 1}
    assert faults.fired() == {}


def test_case_20_a_statement_that_takes_too_long_is_cancelled(
    hasty_run: Run, hasty_client: RDSDataServiceClient, numbers: Count
) -> None:
    slow = "INSERT INTO numbers SELECT 1 FROM pg_sleep(0.6)"

    with pytest.raises(hasty_client.exceptions.StatementTimeoutException) as caught:
        hasty_run(slow)

    assert cast("dict[str, Any]", caught.value.response)["dbConnectionId"] > 0
    time.sleep(0.5)
    assert numbers() == 0


def test_case_20_a_statement_may_continue_after_the_timeout(hasty_run: Run, refusal: Refusal, numbers: Count) -> None:
    slow = "INSERT INTO numbers SELECT 1 FROM pg_sleep(0.6)"

    assert refusal(hasty_run, slow, {"continueAfterTimeout": True})[1] == "StatementTimeoutException"

    time.sleep(0.5)
    assert numbers() == 1


def test_statements_are_listed_without_the_values_of_parameters(
    client: RDSDataServiceClient, cluster: dict[str, Any], run: Run, refusal: Refusal, faults: FaultControl
) -> None:
    faults.reset_statements()
    run("SELECT :secret" + " " * 300, secret={"stringValue": "hidden"})
    refusal(run, "SELECT nothing")
    client.begin_transaction(**cluster)

    listed = faults.statements()
    assert [(call["operation"], call["sql"], call["ok"]) for call in listed] == [
        ("Execute", "SELECT :secret".ljust(200), True),
        ("Execute", "SELECT nothing", False),
        ("BeginTransaction", None, True),
    ]
    assert all(0 < call["seconds"] < 5 for call in listed)


def test_a_database_that_restarts_is_reported_and_found_again(
    tmp_path: Any, client_of: ClientOf, cluster: dict[str, Any], refusal: Refusal
) -> None:
    server = Postgres(tmp_path, durable=False)
    try:
        server.start()
        server = Postgres(tmp_path, durable=False, port=_stopped(server))
        with DataApi({cluster["secretArn"]: server.dsn()}, cluster_arn=cluster["resourceArn"]) as api:
            client = client_of(api.url)
            assert refusal(client.execute_statement, **cluster, sql="SELECT 1")[:2] == (
                504,
                "DatabaseUnavailableException",
            )

            server.start()
            transaction = {"transactionId": client.begin_transaction(**cluster)["transactionId"]}
            client.execute_statement(**cluster, sql="SELECT 1")
            server.stop()
            server.start()

            assert client.execute_statement(**cluster, sql="SELECT 1")["records"] == [[{"longValue": 1}]]
            assert refusal(client.execute_statement, **cluster, **transaction, sql="SELECT 1")[:2] == (
                404,
                "TransactionNotFoundException",
            )
    finally:
        server.stop()
        server.erase()


def test_a_backend_that_is_terminated_within_a_statement_is_reported(run: Run, value: Value, refusal: Refusal) -> None:
    assert refusal(run, "SELECT pg_terminate_backend(pg_backend_pid())")[:2] == (504, "DatabaseUnavailableException")
    assert value("SELECT 1") == {"longValue": 1}


def test_the_endpoint_runs_as_a_process_of_its_own_and_ends_on_sigterm(
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
            answer = client_of(url).execute_statement(**cluster, sql="SELECT 1")

            assert answer["records"] == [[{"longValue": 1}]]
            assert control.fired() == {"delay": 1}
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=5) == 0


def test_each_secret_signs_in_its_own_user(
    postgres: Postgres, client_of: ClientOf, cluster: dict[str, Any], refusal: Refusal
) -> None:
    secrets = {"arn:of:owner": postgres.dsn(), "arn:of:superuser": postgres.dsn(user=SUPERUSER)}
    with DataApi(secrets, cluster_arn=cluster["resourceArn"]) as api:
        client = client_of(api.url)
        for arn, user in (("arn:of:owner", "alex"), ("arn:of:superuser", "postgres"), ("arn:of:owner", "alex")):
            asked = {**cluster, "secretArn": arn, "sql": "SELECT current_user::text"}
            assert client.execute_statement(**asked)["records"] == [[{"stringValue": user}]]

        unknown = {**cluster, "secretArn": "arn:of:nobody", "sql": "SELECT 1"}
        assert refusal(client.execute_statement, **unknown)[1] == "SecretsErrorException"


def test_many_callers_at_once_each_get_their_own_answer(run: Run) -> None:
    def ask(number: int) -> int:
        return int(run("SELECT :n", n={"longValue": number})["records"][0][0]["longValue"])

    with ThreadPoolExecutor(20) as threads:
        assert list(threads.map(ask, range(400))) == list(range(400))


def test_a_stopped_endpoint_answers_nobody(postgres: Postgres, client_of: ClientOf, cluster: dict[str, Any]) -> None:
    with DataApi({cluster["secretArn"]: postgres.dsn()}, cluster_arn=cluster["resourceArn"]) as api:
        client = client_of(api.url)
        client.execute_statement(**cluster, sql="SELECT 1")

    with pytest.raises(Exception, match=r"Could not connect|Connection was closed"):
        client.execute_statement(**cluster, sql="SELECT 1")


def _stopped(server: Postgres) -> int:
    server.stop()
    return server.port
