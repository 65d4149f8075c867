"""Prices are refreshed once a job, for everyone, and never made worse by what a source answers."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import boto3
import pytest
from moto import mock_aws

from functions.planner import prices
from functions.planner.handler import handle_job
from functions.planner.prices import PricesUnavailable, Quote, usable, with_quotes
from functions.planner.settings import PlannerSettings
from functions.planner.stand_ins import StandInAgents
from functions.shared.settings import DatabaseSettings
from functions.shared.tasks import JobMessage
from tests.portfolios import account, instrument, position, snapshot
from tests.rows import Rows

KEY = "the-key-of-the-source"
NOW = datetime.now(UTC)
TODAY = NOW.date()


def quote(symbol: str, price: object, at: datetime | object = NOW) -> dict[str, object]:
    return {"symbol": symbol, "price": price, "timestamp": int(at.timestamp()) if isinstance(at, datetime) else at}


class Source:
    """A market-data provider of the test's own, and what it was asked."""

    def __init__(self) -> None:
        self.status = 200
        self.body = b"[]"
        self.asked: list[tuple[str, str | None]] = []
        source = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                source.asked.append((self.path, self.headers["apikey"]))
                self.send_response(source.status)
                self.send_header("Content-Length", str(len(source.body)))
                self.end_headers()
                self.wfile.write(source.body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
                """Silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/stable/batch-quote"

    def answers(self, *quotes: object) -> None:
        self.body = json.dumps(quotes).encode()


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> Iterator[Source]:
    monkeypatch.setattr(prices, "_key", lambda secret_arn: KEY)
    made = Source()
    serving = threading.Thread(target=made.server.serve_forever, args=(0.01,))
    serving.start()
    yield made
    made.server.shutdown()
    serving.join()
    made.server.server_close()


@pytest.fixture
def analyse(
    source: Source, database_settings: DatabaseSettings, monkeypatch: pytest.MonkeyPatch
) -> Callable[[JobMessage], None]:
    monkeypatch.setattr(DatabaseSettings, "load", lambda: database_settings)
    given = {"name_prefix": "alex", "agent_timeout_s": 180, "price_source": "fmp", "price_secret_arn": "arn:the-secret"}
    settings = PlannerSettings(**{**database_settings.model_dump(), **given, "price_source_url": source.url})
    return lambda job: handle_job(job, settings, StandInAgents())


@pytest.fixture(autouse=True)
def _reference_data(rows: Rows) -> None:
    for symbol, price in (("ZZA", 100), ("ZZB.B", 200)):
        rows.run(
            """INSERT INTO instruments VALUES (:symbol, 'x', 'stock', :price::numeric, current_date - 400,
                   '{"equity": 100}', '{"global": 100}', '{"diversified": 100}')
               ON CONFLICT (symbol) DO UPDATE
                  SET current_price = excluded.current_price, price_as_of = excluded.price_as_of""",
            symbol=symbol,
            price=price,
        )


def hold(rows: Rows, job_id: UUID, symbol: str, own_price: str | None = None, days_old: int = 0) -> None:
    rows.run(
        "WITH account AS (INSERT INTO accounts (user_id, account_name) SELECT user_id, :symbol"
        " FROM jobs WHERE id = :job_id::uuid RETURNING id)"
        " INSERT INTO positions (account_id, symbol, quantity, price, price_as_of) SELECT id, :symbol, 2,"
        " :price::numeric, CASE WHEN :price::numeric IS NOT NULL THEN current_date - :days::integer END FROM account",
        job_id=job_id,
        symbol=symbol,
        price=own_price,
        days=days_old,
    )


def shared(rows: Rows, symbol: str) -> Decimal | None:
    document = rows.run("SELECT current_price::text FROM instruments WHERE symbol = :symbol", symbol=symbol)
    return Decimal(document[0][0]) if document else None


def analysed(rows: Rows, job_id: UUID) -> dict[str, Decimal]:
    """The prices that the agents saw."""
    ((payload,),) = rows.run(
        "SELECT payload FROM job_results WHERE job_id = :id::uuid AND section = 'snapshot'", id=job_id
    )
    accounts = json.loads(payload)["accounts"]
    return {
        position["symbol"]: Decimal(position["instrument"]["current_price"])
        for account in accounts
        for position in account["positions"]
    }


def test_one_call_asks_for_the_symbols_of_the_portfolio_with_the_key_in_a_header(
    analyse: Callable[[JobMessage], None], source: Source, rows: Rows, a_waiting_job: JobMessage
) -> None:
    hold(rows, a_waiting_job.job_id, "ZZA")
    hold(rows, a_waiting_job.job_id, "ZZB.B")
    source.answers(quote("ZZA", 110.5), quote("ZZB-B", 210))

    analyse(a_waiting_job)

    assert source.asked == [("/stable/batch-quote?symbols=ZZA,ZZB-B", KEY)]
    assert analysed(rows, a_waiting_job.job_id) == {"ZZA": Decimal("110.5"), "ZZB.B": 210}
    assert (shared(rows, "ZZA"), shared(rows, "ZZB.B")) == (Decimal("110.5"), Decimal(210))


@pytest.mark.parametrize(
    "bad",
    [
        *(quote("ZZA", price) for price in (0, -1, 1e300, float("nan"), float("inf"), "110", None, True)),
        *(quote("ZZA", 110, at) for at in (NOW - timedelta(days=8), NOW + timedelta(days=2), "today", None, -1, 1e30)),
        quote("ZZOTHER", 110),
        {},
    ],
    ids=repr,
)
def test_what_makes_no_sense_is_no_quote(bad: dict[str, object]) -> None:
    assert usable([bad, quote("ZZB-B", 210)], ["ZZA", "ZZB.B"], TODAY) == {"ZZB.B": Quote(Decimal(210), TODAY)}


@pytest.mark.parametrize("far_off", [501, 19])
def test_a_price_that_is_far_off_changes_nothing(
    analyse: Callable[[JobMessage], None], source: Source, rows: Rows, a_waiting_job: JobMessage, far_off: int
) -> None:
    hold(rows, a_waiting_job.job_id, "ZZA")
    source.answers(quote("ZZA", far_off))

    analyse(a_waiting_job)

    assert analysed(rows, a_waiting_job.job_id) == {"ZZA": 100}
    assert shared(rows, "ZZA") == 100


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, b"[]"), (401, b"{}"), (302, b""), (200, b"<html>")],
)
def test_a_source_that_fails_keeps_the_last_known_price_and_the_job_goes_on(
    analyse: Callable[[JobMessage], None],
    source: Source,
    rows: Rows,
    a_waiting_job: JobMessage,
    caplog: pytest.LogCaptureFixture,
    status: int,
    body: bytes,
) -> None:
    hold(rows, a_waiting_job.job_id, "ZZA")
    source.status, source.body = status, body

    analyse(a_waiting_job)

    assert analysed(rows, a_waiting_job.job_id) == {"ZZA": 100}
    assert rows.of_job(a_waiting_job.job_id)["status"] == "completed"
    logged = str([vars(record) for record in caplog.records])
    assert "Prices were not refreshed" in logged
    assert [secret for secret in (KEY, "ZZA", source.url) if secret in logged] == []


def test_a_price_of_the_users_own_counts_until_there_is_one_of_a_later_day(
    analyse: Callable[[JobMessage], None], source: Source, rows: Rows, a_waiting_job: JobMessage
) -> None:
    hold(rows, a_waiting_job.job_id, "ZZA", own_price="120")
    hold(rows, a_waiting_job.job_id, "ZZB.B", own_price="120", days_old=3)
    source.answers(quote("ZZA", 110), quote("ZZB-B", 210))

    analyse(a_waiting_job)

    assert analysed(rows, a_waiting_job.job_id) == {"ZZA": 120, "ZZB.B": 210}
    assert shared(rows, "ZZA") == 110


def test_a_user_can_not_move_the_price_that_others_see(
    analyse: Callable[[JobMessage], None], source: Source, rows: Rows, a_waiting_job: JobMessage
) -> None:
    """A price of his own makes a quote look near; what is shared is measured by what is shared."""
    hold(rows, a_waiting_job.job_id, "ZZA", own_price="9000", days_old=2)
    source.answers(quote("ZZA", 9100))

    analyse(a_waiting_job)

    assert shared(rows, "ZZA") == 100


def test_a_symbol_that_nobody_knows_is_priced_in_this_analysis_only(
    analyse: Callable[[JobMessage], None], source: Source, rows: Rows, a_waiting_job: JobMessage
) -> None:
    hold(rows, a_waiting_job.job_id, "ZZUNKNOWN", own_price="10", days_old=30)
    source.answers(quote("ZZUNKNOWN", 12))

    analyse(a_waiting_job)

    assert analysed(rows, a_waiting_job.job_id) == {"ZZUNKNOWN": 12}
    assert shared(rows, "ZZUNKNOWN") is None


def test_an_unpriced_holding_takes_the_first_price_there_is() -> None:
    held = snapshot(account("A", position(instrument("NEW", None), "1")))
    answer = usable([quote("NEW", 5)], ["NEW"], TODAY)

    priced = with_quotes(held, answer).accounts[0].positions[0].instrument

    assert (priced.current_price, priced.price_as_of) == (Decimal(5), TODAY)
    assert answer == {"NEW": Quote(Decimal("5.000000"), TODAY)}


def test_the_key_comes_from_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        arn = boto3.client("secretsmanager").create_secret(Name="prices", SecretString=KEY)["ARN"]

        assert prices._key(arn) == KEY
        with pytest.raises(PricesUnavailable):
            prices._key(arn + "-gone")
