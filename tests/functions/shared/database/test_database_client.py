"""The retry policy: resend statements that did not run, and those that may have run only if that is safe."""

import json
from decimal import Decimal
from typing import Any

import pytest

from functions.shared.database import (
    AccessRefused,
    AnswerLost,
    Database,
    DatabaseResuming,
    DatabaseUnavailable,
    Statement,
    StatementFailed,
)
from functions.shared.database.client import _field
from functions.shared.database.connections import Connections
from functions.shared.database.settings import DatabaseSettings
from functions.shared.database.transport import NoAnswer, NotSent, Response
from scripts.local.data_api import DataApi
from tests.functions.clock import FakeClock

READ = Statement("SELECT 1", idempotent=True)
WRITE = Statement("INSERT INTO t VALUES (1)", idempotent=False)
SETTINGS = DatabaseSettings(db_cluster_arn="arn:cluster", db_secret_arn="arn:secret")

Exchange = Response | Exception


def of_fields(*fields: dict[str, Any]) -> Response:
    return Response(200, "", json.dumps({"records": [list(fields)]}).encode())


def of_rows(*rows: tuple[str | int | None, ...]) -> Response:
    records = [[_field(value) for value in row] for row in rows]
    return Response(200, "", json.dumps({"records": records}).encode())


def error(status: int, code: str, message: str = "no") -> Response:
    return Response(status, code, json.dumps({"message": message}).encode())


OK = of_fields({"longValue": 1})
RESUMING = error(400, "DatabaseResumingException")
THROTTLED = error(400, "ThrottlingException")
DEADLOCK = error(400, "DatabaseErrorException", "ERROR: deadlock detected; SQLState: 40P01")
STARTING = error(400, "DatabaseErrorException", "FATAL: the database system is starting up; SQLState: 57P03")
SHUT_DOWN = error(400, "DatabaseErrorException", "FATAL: terminating connection; SQLState: 57P01")
UNAVAILABLE = error(503, "ServiceUnavailableError")


class FakeTransport:
    """Returns its responses in order and repeats the last one forever. Records its requests."""

    def __init__(self, *exchanges: Exchange) -> None:
        self._exchanges = list(exchanges)
        self.sent: list[dict[str, Any]] = []

    def __call__(self, path: str, body: bytes, read_timeout_s: float) -> Response:
        self.sent.append(json.loads(body))
        exchange = self._exchanges.pop(0) if len(self._exchanges) > 1 else self._exchanges[0]
        if isinstance(exchange, Exception):
            raise exchange
        return exchange


def database(transport: FakeTransport, retry_budget_s: float = 90, clock: FakeClock | None = None) -> Database:
    time = clock or FakeClock()
    return Database(SETTINGS, retry_budget_s=retry_budget_s, transport=transport, clock=time, sleep=time.sleep)


@pytest.mark.parametrize("exchange", [RESUMING, THROTTLED, DEADLOCK, STARTING, NotSent()], ids=str)
@pytest.mark.parametrize("statement", [READ, WRITE], ids=["idempotent", "not idempotent"])
def test_statement_that_did_not_run_is_always_resent(exchange: Exchange, statement: Statement) -> None:
    transport = FakeTransport(exchange, exchange, OK)

    assert database(transport).rows(statement) == [[1]]
    assert len(transport.sent) == 3


@pytest.mark.parametrize(
    "exchange",
    [UNAVAILABLE, error(504, "DatabaseUnavailableException"), SHUT_DOWN, NoAnswer(), Response(502, "", b"<html>")],
    ids=str,
)
def test_statement_that_may_have_run_is_resent_only_if_safe(exchange: Exchange) -> None:
    assert database(FakeTransport(exchange, OK)).rows(READ) == [[1]]

    transport = FakeTransport(exchange, OK)
    with pytest.raises(AnswerLost):
        database(transport).rows(WRITE)
    assert len(transport.sent) == 1


def test_statement_in_transaction_is_not_resent() -> None:
    with pytest.raises(AnswerLost):
        database(FakeTransport(UNAVAILABLE, OK)).rows(READ, transaction="t1")


def test_database_resuming_for_40_s_is_waited_for() -> None:
    clock = FakeClock()

    class Resuming(FakeTransport):
        def __call__(self, path: str, body: bytes, read_timeout_s: float) -> Response:
            return RESUMING if clock.now < 40 else OK

    assert database(Resuming(OK), clock=clock).rows(WRITE) == [[1]]
    assert 40 <= clock.now < 43


def test_retry_budget_is_limited() -> None:
    clock = FakeClock()

    with pytest.raises(DatabaseResuming):
        database(FakeTransport(RESUMING), retry_budget_s=4, clock=clock).rows(READ)

    assert 1 < clock.now <= 4


def test_statement_without_retry_budget_is_sent_once() -> None:
    transport = FakeTransport(NotSent())

    with pytest.raises(DatabaseUnavailable):
        database(transport, retry_budget_s=0).rows(READ)

    assert len(transport.sent) == 1


def test_sql_error_is_raised_at_once_with_its_sqlstate() -> None:
    transport = FakeTransport(error(400, "DatabaseErrorException", "ERROR: nope; Position: 8; SQLState: 42703"))

    with pytest.raises(StatementFailed) as raised:
        database(transport).rows(READ)

    assert raised.value.sqlstate == "42703"
    assert len(transport.sent) == 1


@pytest.mark.parametrize(
    "code",
    ["AccessDeniedException", "InvalidSecretException", "DatabaseNotFoundException", "HttpEndpointNotEnabledException"],
)
def test_refused_access_is_raised_at_once(code: str) -> None:
    with pytest.raises(AccessRefused, match=code):
        database(FakeTransport(error(403, code))).rows(READ)


def test_values_are_sent_as_data_api_fields() -> None:
    transport = FakeTransport(OK)

    database(transport).rows(READ, {"a": None, "b": True, "c": 2, "d": 0.5, "e": Decimal("1.10"), "f": "text"})

    assert [parameter["value"] for parameter in transport.sent[0]["parameters"]] == [
        {"isNull": True},
        {"booleanValue": True},
        {"longValue": 2},
        {"doubleValue": 0.5},
        {"stringValue": "1.10"},
        {"stringValue": "text"},
    ]


def test_fields_are_returned_as_values() -> None:
    fields = ({"isNull": True}, {"longValue": 2}, {"stringValue": ""}, {"booleanValue": False})

    assert database(FakeTransport(of_fields(*fields))).rows(READ) == [[None, 2, "", False]]


@pytest.mark.parametrize(
    ("response", "document"),
    [
        (of_fields({"stringValue": '{"a":1}'}), '{"a":1}'),
        (of_fields({"isNull": True}), None),
        (Response(200, "", b'{"records": []}'), None),
    ],
    ids=["a row", "a null", "no row"],
)
def test_document_is_text_of_the_only_field(response: Response, document: str | None) -> None:
    assert database(FakeTransport(response)).document(READ) == document


def test_document_is_joined_from_its_rows() -> None:
    response = of_rows(("[1,", 7), ("2,", 7), ("3]", 7))

    assert database(FakeTransport(response)).document(READ) == "[1,2,3]"
    assert database(FakeTransport(response)).record(READ) == ["[1,2,3]", 7]


def test_record_without_document_keeps_its_other_fields() -> None:
    assert database(FakeTransport(of_rows((None, 7)))).record(READ) == [None, 7]
    assert database(FakeTransport(of_rows())).record(READ) is None


def test_all_pages_are_read() -> None:
    transport = FakeTransport(of_rows(("[1,", "a"), ("2]", "a")), of_rows(("[3]", "b")), of_rows(("[]", None)))

    assert database(transport).pages(READ, after="0", user_id="me") == ["[1,2]", "[3]", "[]"]
    assert [sent["parameters"][0] for sent in transport.sent] == [
        {"name": "after", "value": {"stringValue": after}} for after in ("0", "a", "b")
    ]


def test_row_deleted_between_two_pages_yields_no_pages() -> None:
    assert database(FakeTransport(of_rows(("[1]", "a")), of_rows())).pages(READ) == []


def test_request_contains_characters_instead_of_escapes() -> None:
    """An escaped emoji would take 12 bytes of the 4 MiB that a request may have."""
    bodies: list[bytes] = []

    class Bodies(FakeTransport):
        def __call__(self, path: str, body: bytes, read_timeout_s: float) -> Response:
            bodies.append(body)
            return super().__call__(path, body, read_timeout_s)

    database(Bodies(OK)).rows(READ, {"name": "\N{GRINNING FACE}"})

    assert "\N{GRINNING FACE}".encode() in bodies[0]


def test_transaction_commits_at_end_of_block_and_rolls_back_on_error() -> None:
    paths: list[str] = []

    class Paths(FakeTransport):
        def __call__(self, path: str, body: bytes, read_timeout_s: float) -> Response:
            paths.append(path)
            return Response(200, "", b'{"transactionId": "t1"}')

    with database(Paths(OK)).transaction() as transaction:
        assert transaction == "t1"

    with pytest.raises(ValueError, match="no"), database(Paths(OK)).transaction():
        raise ValueError("no")

    assert paths == ["/BeginTransaction", "/CommitTransaction", "/BeginTransaction", "/RollbackTransaction"]


def test_failed_rollback_does_not_hide_error() -> None:
    """The Data API itself ends the transaction after a result over its limits."""

    class EndedByTheDataApi(FakeTransport):
        def __call__(self, path: str, body: bytes, read_timeout_s: float) -> Response:
            if path == "/RollbackTransaction":
                return Response(404, "TransactionNotFoundException", b'{"message": "Transaction t1 is not found"}')
            return Response(200, "", b'{"transactionId": "t1"}')

    with pytest.raises(ValueError, match="no") as raised, database(EndedByTheDataApi(OK)).transaction():
        raise ValueError("no")

    assert "TransactionNotFoundException" in raised.value.__notes__[0]


def test_idle_connections_are_closed_with_their_client(product_data_api: DataApi) -> None:
    connections = Connections(product_data_api.url, connect_timeout_s=3)
    connections.post("/Execute", b"{}", {"Content-Type": "application/json"}, read_timeout_s=5)
    (connection,) = connections._idle

    del connections

    assert connection.sock is None
