"""Transactions across calls."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from scripts.local.data_api import DataApi
from scripts.local.postgres import Postgres
from tests.local.data_api.conftest import CLUSTER, runner
from tests.local.data_api.fixture_types import ClientOf, Count, ErrorOf, Run, Value
from tests.waiting import until

if TYPE_CHECKING:
    from mypy_boto3_rds_data import RDSDataServiceClient


class Transaction:
    """An open transaction."""

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


class Clock:
    """Advances only on request, and counts its readings."""

    def __init__(self) -> None:
        self.now = 0.0
        self.readings = 0

    def __call__(self) -> float:
        self.readings += 1
        return self.now

    def advance(self, seconds: float) -> None:
        """Return once the search for idle transactions, the clock's only reader between calls, has run since."""
        self.now += seconds
        enough = self.readings + 2
        until(lambda: self.readings >= enough)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def expiring_transaction(
    postgres: Postgres, clock: Clock, client_of: ClientOf, cluster: dict[str, Any]
) -> Iterator[Transaction]:
    """A transaction that expires after 0.2 s of `clock` without a call."""
    secrets = {CLUSTER["secretArn"]: postgres.dsn()}
    with DataApi(secrets, cluster_arn=CLUSTER["resourceArn"], idle_transaction_s=0.2, clock=clock) as api:
        client = client_of(api.url)
        yield Transaction(client, cluster, runner(client, cluster))


def test_commit_makes_changes_visible(numbers: Count, transaction: Transaction) -> None:
    transaction.run("INSERT INTO numbers VALUES (1)")
    assert numbers() == 0

    assert transaction.commit() == "Transaction Committed"
    assert numbers() == 1


def test_rollback_discards_changes(numbers: Count, transaction: Transaction) -> None:
    transaction.run("INSERT INTO numbers VALUES (1)")

    assert transaction.rollback() == "Rollback Complete"
    assert numbers() == 0


def test_idle_transaction_expires_and_is_rolled_back(
    expiring_transaction: Transaction, clock: Clock, run: Run, error_of: ErrorOf, numbers: Count
) -> None:
    expiring_transaction.run("INSERT INTO numbers VALUES (1)")
    clock.advance(0.25)

    assert error_of(expiring_transaction.run, "SELECT 1")[:2] == (404, "TransactionNotFoundException")
    assert numbers() == 0
    # The expired transaction no longer holds a lock on the row.
    assert run("INSERT INTO numbers VALUES (1)") == {"numberOfRecordsUpdated": 1}


def test_each_call_postpones_expiry(expiring_transaction: Transaction, clock: Clock) -> None:
    for _ in range(4):
        clock.advance(0.15)
        assert expiring_transaction.run("SELECT 1")["records"] == [[{"longValue": 1}]]


def test_statements_after_error_fail_until_rollback(error_of: ErrorOf, transaction: Transaction) -> None:
    error_of(transaction.run, "SELECT 1/0")

    assert error_of(transaction.run, "SELECT 1") == (
        400,
        "DatabaseErrorException",
        "ERROR: current transaction is aborted, commands ignored until end of transaction block; SQLState: 25P02",
    )
    assert transaction.rollback() == "Rollback Complete"


def test_commit_after_error_fails(error_of: ErrorOf, transaction: Transaction) -> None:
    error_of(transaction.run, "SELECT 1/0")

    assert error_of(transaction.commit)[2].endswith("SQLState: 25P02")


def test_concurrent_call_in_transaction_is_an_error(
    postgres: Postgres, value: Value, error_of: ErrorOf, transaction: Transaction
) -> None:
    with ThreadPoolExecutor() as threads, psycopg.connect(postgres.dsn()) as other:
        other.execute("SELECT pg_advisory_xact_lock(1)")
        first = threads.submit(transaction.run, "SELECT pg_advisory_xact_lock(1)::text")
        until(lambda: value("SELECT count(*) FROM pg_locks WHERE NOT granted") == {"longValue": 1})
        assert error_of(transaction.run, "SELECT 1") == (
            400,
            "DatabaseErrorException",
            "Transaction is still running a query",
        )
        other.rollback()
        assert first.result()["records"] == [[{"stringValue": ""}]]

    assert transaction.run("SELECT 1")["records"] == [[{"longValue": 1}]]
    transaction.rollback()


def test_ended_or_unknown_transaction_is_not_found(run: Run, error_of: ErrorOf, transaction: Transaction) -> None:
    transaction.commit()

    for call in (transaction.commit, transaction.rollback, lambda: transaction.run("SELECT 1")):
        _, code, message = error_of(call)
        assert code == "TransactionNotFoundException"
        assert message.endswith("is not found. One previous call resulted in a termination of your transaction.")
    assert error_of(run, "SELECT 1", {"transactionId": "none"}) == (
        404,
        "TransactionNotFoundException",
        "Transaction none is not found. Transaction may be expired.",
    )


@pytest.mark.parametrize(
    "too_large",
    [
        "SELECT repeat('x', 65536)",
        "SELECT repeat('x', 60000) FROM generate_series(1, 20)",
        "UPDATE numbers SET text = repeat('x', 65536) RETURNING text",
    ],
)
def test_oversized_result_ends_transaction(
    error_of: ErrorOf, numbers: Count, transaction: Transaction, too_large: str
) -> None:
    transaction.run("INSERT INTO numbers VALUES (1)")

    assert error_of(transaction.run, too_large)[1] == "UnsupportedResultException"

    for call in (transaction.commit, transaction.rollback, lambda: transaction.run("SELECT 1")):
        _, code, message = error_of(call)
        assert code == "TransactionNotFoundException"
        assert message.endswith("is not found. Transaction has been aborted due to an error from a previous call.")
    assert numbers() == 0


def test_unsupported_type_does_not_end_transaction(error_of: ErrorOf, transaction: Transaction) -> None:
    assert error_of(transaction.run, "SELECT interval '1 day'")[1] == "UnsupportedResultException"

    assert transaction.run("SELECT 1")["records"] == [[{"longValue": 1}]]
    transaction.rollback()


def test_deferred_constraint_fails_commit(
    run: Run, error_of: ErrorOf, numbers: Count, transaction: Transaction
) -> None:
    run("ALTER TABLE numbers ADD parent int REFERENCES numbers DEFERRABLE INITIALLY DEFERRED")
    transaction.run("INSERT INTO numbers (n, parent) VALUES (1, 2)")

    assert error_of(transaction.commit)[2].endswith("SQLState: 23503")
    assert numbers() == 0


def test_database_must_match_that_of_transaction(run: Run, error_of: ErrorOf, transaction: Transaction) -> None:
    assert error_of(run, "SELECT 1", {**transaction.member, "database": "postgres"}) == (
        400,
        "BadRequestException",
        "Database name is not the same as transaction",
    )
    transaction.rollback()


def test_session_state_is_limited_to_transaction(run: Run, transaction: Transaction) -> None:
    transaction.run("SET work_mem = '5MB'")
    transaction.run("CREATE TEMP TABLE passing (n int)")
    assert transaction.run("SHOW work_mem")["records"] == [[{"stringValue": "5MB"}]]
    transaction.commit()

    run("SET work_mem = '6MB'")
    assert run("SHOW work_mem")["records"] == [[{"stringValue": "4MB"}]]
    assert run("SELECT to_regclass('passing')::text")["records"] == [[{"isNull": True}]]


def test_begin_statement_does_not_leave_transaction_open(run: Run, numbers: Count) -> None:
    run("BEGIN")
    run("INSERT INTO numbers VALUES (1)")
    run("ROLLBACK")

    assert numbers() == 1
