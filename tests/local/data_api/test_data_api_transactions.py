"""Conformance of the local Data API, case 18: transactions across calls."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mypy_boto3_rds_data import RDSDataServiceClient

Run = Callable[..., dict[str, Any]]
Count = Callable[[], int]
Refusal = Callable[..., tuple[int, str, str]]


class Transaction:
    """A transaction that has begun, as its client sees it."""

    def __init__(self, client: RDSDataServiceClient, cluster: dict[str, Any], run: Run) -> None:
        self.member = {"transactionId": client.begin_transaction(**cluster)["transactionId"]}
        self._request: dict[str, Any] = {name: arn for name, arn in cluster.items() if name != "database"} | self.member
        self._client = client
        self._run = run

    def run(self, sql: str) -> dict[str, Any]:
        return self._run(sql, self.member)

    def commit(self) -> str:
        return self._client.commit_transaction(**self._request)["transactionStatus"]

    def rollback(self) -> str:
        return self._client.rollback_transaction(**self._request)["transactionStatus"]


@pytest.fixture
def transaction(client: RDSDataServiceClient, cluster: dict[str, Any], run: Run) -> Transaction:
    return Transaction(client, cluster, run)


@pytest.fixture
def hasty_transaction(hasty_client: RDSDataServiceClient, cluster: dict[str, Any], hasty_run: Run) -> Transaction:
    """One that expires after 0.2 s without a call."""
    return Transaction(hasty_client, cluster, hasty_run)


def test_case_18_a_commit_keeps_what_was_done_and_says_so(numbers: Count, transaction: Transaction) -> None:
    transaction.run("INSERT INTO numbers VALUES (1)")
    assert numbers() == 0

    assert transaction.commit() == "Transaction Committed"
    assert numbers() == 1


def test_case_18_a_rollback_undoes_what_was_done_and_says_so(numbers: Count, transaction: Transaction) -> None:
    transaction.run("INSERT INTO numbers VALUES (1)")

    assert transaction.rollback() == "Rollback Complete"
    assert numbers() == 0


def test_case_18_an_idle_transaction_expires_and_is_rolled_back(
    hasty_transaction: Transaction, run: Run, refusal: Refusal, numbers: Count
) -> None:
    hasty_transaction.run("INSERT INTO numbers VALUES (1)")
    time.sleep(0.5)

    assert refusal(hasty_transaction.run, "SELECT 1")[:2] == (404, "TransactionNotFoundException")
    assert numbers() == 0
    assert run("INSERT INTO numbers VALUES (1)") == {"numberOfRecordsUpdated": 1}  # and it holds no lock


def test_case_18_each_call_keeps_a_transaction_from_expiring(hasty_transaction: Transaction) -> None:
    for _ in range(4):
        time.sleep(0.1)
        assert hasty_transaction.run("SELECT 1")["records"] == [[{"longValue": 1}]]


def test_case_18_after_an_error_everything_is_refused_until_the_end(refusal: Refusal, transaction: Transaction) -> None:
    refusal(transaction.run, "SELECT 1/0")

    assert refusal(transaction.run, "SELECT 1") == (
        400,
        "DatabaseErrorException",
        "ERROR: current transaction is aborted, commands ignored until end of transaction block; SQLState: 25P02",
    )
    assert transaction.rollback() == "Rollback Complete"


def test_case_18_a_commit_after_an_error_does_not_claim_success(refusal: Refusal, transaction: Transaction) -> None:
    refusal(transaction.run, "SELECT 1/0")

    assert refusal(transaction.commit)[2].endswith("SQLState: 25P02")


def test_case_18_of_two_calls_at_once_one_is_refused(refusal: Refusal, transaction: Transaction) -> None:
    with ThreadPoolExecutor() as threads:
        first = threads.submit(transaction.run, "SELECT pg_sleep(0.4)")
        time.sleep(0.15)
        assert refusal(transaction.run, "SELECT 1")[:2] == (400, "BadRequestException")
        assert first.result()["records"] == [[{"stringValue": ""}]]

    assert transaction.run("SELECT 1")["records"] == [[{"longValue": 1}]]
    transaction.rollback()


def test_case_18_an_ended_or_unknown_transaction_is_not_found(
    run: Run, refusal: Refusal, transaction: Transaction
) -> None:
    transaction.commit()

    for call in (transaction.commit, transaction.rollback, lambda: transaction.run("SELECT 1")):
        assert refusal(call)[:2] == (404, "TransactionNotFoundException")
    assert refusal(run, "SELECT 1", {"transactionId": "none"}) == (
        404,
        "TransactionNotFoundException",
        "Transaction none is not found",
    )


def test_case_18_a_constraint_that_fails_at_commit_fails_the_commit(
    run: Run, refusal: Refusal, numbers: Count, transaction: Transaction
) -> None:
    run("ALTER TABLE numbers ADD parent int REFERENCES numbers DEFERRABLE INITIALLY DEFERRED")
    transaction.run("INSERT INTO numbers (n, parent) VALUES (1, 2)")

    assert refusal(transaction.commit)[2].endswith("SQLState: 23503")
    assert numbers() == 0


def test_case_18_another_database_than_the_transaction_s_is_refused(
    run: Run, refusal: Refusal, transaction: Transaction
) -> None:
    assert refusal(run, "SELECT 1", {**transaction.member, "database": "postgres"}) == (
        400,
        "BadRequestException",
        "Database name is not the same as transaction",
    )
    transaction.rollback()


def test_session_state_lives_only_inside_a_transaction(run: Run, transaction: Transaction) -> None:
    transaction.run("SET work_mem = '5MB'")
    transaction.run("CREATE TEMP TABLE passing (n int)")
    assert transaction.run("SHOW work_mem")["records"] == [[{"stringValue": "5MB"}]]
    transaction.commit()

    run("SET work_mem = '6MB'")
    assert run("SHOW work_mem")["records"] == [[{"stringValue": "4MB"}]]
    assert run("SELECT to_regclass('passing')::text")["records"] == [[{"isNull": True}]]


def test_a_statement_can_not_leave_a_transaction_open(run: Run, numbers: Count) -> None:
    run("BEGIN")
    run("INSERT INTO numbers VALUES (1)")
    run("ROLLBACK")

    assert numbers() == 1
