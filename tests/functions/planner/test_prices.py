"""Prices are refreshed once per job, for that job alone, and a bad response never makes them worse."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import boto3
import pytest
from moto import mock_aws

from functions.planner import price_source
from functions.planner.price_source import Failure, PricesUnavailable
from functions.planner.prices import Quote, usable, with_quotes
from functions.planner.stand_ins import StandInAgents
from functions.reporter.declaration import Report
from functions.reporter.report import write_report
from functions.shared.analysis.wording import day
from functions.shared.portfolio import Snapshot
from functions.shared.tasks import JobMessage
from scripts.local.prices import Kind, PriceSource
from tests.functions.planner_calls import Planner
from tests.portfolios import account, instrument, position, snapshot
from tests.rows import Rows

KEY = "the-key-of-the-source"
NOW = datetime.now(UTC)
TODAY = NOW.date()


def quote(symbol: str, price: object, at: datetime | object = NOW) -> dict[str, object]:
    return {"symbol": symbol, "price": price, "timestamp": int(at.timestamp()) if isinstance(at, datetime) else at}


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> Iterator[PriceSource]:
    monkeypatch.setattr(price_source, "_key", lambda secret_arn: KEY)
    with PriceSource(prices={"ZZA": Decimal("110.5"), "ZZB-B": Decimal(210)}) as source:
        yield source


@pytest.fixture
def analyze(source: PriceSource, planner: Planner) -> Callable[[JobMessage], None]:
    def deliver(job: JobMessage) -> None:
        assert planner.deliver(
            job,
            StandInAgents(),
            PRICE_SOURCE="fmp",
            PRICE_SECRET_ARN="arn:the-secret",
            PRICE_SOURCE_URL=source.url,
        )

    return deliver


@pytest.fixture(autouse=True)
def _reference_data(rows: Rows) -> None:
    for symbol, price in (("ZZA", 100), ("ZZB.B", 200)):
        rows.run(
            """INSERT INTO instruments VALUES (:symbol, 'x', 'stock', :price::numeric, current_date - 400,
                   '{"equity": 100}', '{"global": 100}', '{"diversified": 100}', 'A test', current_date)
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


def frozen(rows: Rows, job_id: UUID) -> Snapshot:
    """The portfolio that the agents received."""
    ((payload,),) = rows.run(
        "SELECT payload FROM job_results WHERE job_id = :id::uuid AND section = 'snapshot'", id=job_id
    )
    return Snapshot.model_validate_json(payload)


def analyzed(rows: Rows, job_id: UUID) -> dict[str, Decimal | None]:
    """The prices that the agents received."""
    return {
        position.symbol: position.instrument.current_price
        for account in frozen(rows, job_id).accounts
        for position in account.positions
    }


def report_of(rows: Rows, job_id: UUID) -> Report:
    return write_report(frozen(rows, job_id), NOW, lambda _fraction, _message: None)


def test_one_call_requests_all_symbols_with_key_in_header(
    analyze: Callable[[JobMessage], None], source: PriceSource, rows: Rows, a_waiting_job: JobMessage
) -> None:
    hold(rows, a_waiting_job.job_id, "ZZA")
    hold(rows, a_waiting_job.job_id, "ZZB.B")

    analyze(a_waiting_job)

    assert source.asked == [(["ZZA", "ZZB-B"], KEY)]
    assert analyzed(rows, a_waiting_job.job_id) == {"ZZA": Decimal("110.5"), "ZZB.B": 210}
    assert [shared(rows, symbol) for symbol in ("ZZA", "ZZB.B")] == [100, 200], "shared prices do not change"
    assert (
        f"Prices were refreshed on {day(TODAY)}, and all 2 are up to date."
        in report_of(rows, a_waiting_job.job_id).content
    )


@pytest.mark.parametrize(
    "bad",
    [
        *(quote("ZZA", price) for price in (0, -1, 1e300, float("nan"), float("inf"), "110", None, True)),
        *(quote("ZZA", 110, at) for at in (NOW - timedelta(days=8), NOW + timedelta(days=2), "today", None, -1, 1e30)),
        quote("ZZOTHER", 110),
        {},
    ],
)
def test_invalid_quote_is_ignored(bad: dict[str, object]) -> None:
    assert usable([bad, quote("ZZB-B", 210)], ["ZZA", "ZZB.B"], TODAY) == {"ZZB.B": Quote(Decimal(210), TODAY)}


@pytest.mark.parametrize("far_off", [501, 19])
def test_implausible_price_changes_nothing(
    analyze: Callable[[JobMessage], None], source: PriceSource, rows: Rows, a_waiting_job: JobMessage, far_off: int
) -> None:
    hold(rows, a_waiting_job.job_id, "ZZA")
    source.prices = {"ZZA": Decimal(far_off)}

    analyze(a_waiting_job)

    assert analyzed(rows, a_waiting_job.job_id) == {"ZZA": 100}
    assert shared(rows, "ZZA") == 100


#: The reported reason for each failure. If an entry has none, the quotes themselves are unusable.
WHOLLY_FAILED = {
    Kind.SLOW: Failure.SILENT,
    Kind.DRIP: Failure.SILENT,
    Kind.DISCONNECT: Failure.UNREACHABLE,
    Kind.ERROR: Failure.ERROR,
    Kind.THROTTLE: Failure.BUSY,
    Kind.BAD_KEY: Failure.REFUSED,
    Kind.OTHER_PLAN: Failure.REFUSED,
    Kind.REDIRECT: Failure.REFUSED,
    Kind.GARBAGE: Failure.UNREADABLE,
    Kind.CUT_OFF: Failure.UNREADABLE,
    Kind.MESSAGE: Failure.UNREADABLE,
    Kind.HUGE: Failure.UNREADABLE,
}


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in {Kind.OK, Kind.PARTIAL}])
def test_failing_source_keeps_last_prices_and_is_reported(
    analyze: Callable[[JobMessage], None],
    source: PriceSource,
    rows: Rows,
    a_waiting_job: JobMessage,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    kind: Kind,
) -> None:
    if kind in {Kind.SLOW, Kind.DRIP}:
        monkeypatch.setattr(price_source, "DEADLINE_S", 0.3)
    hold(rows, a_waiting_job.job_id, "ZZA")
    hold(rows, a_waiting_job.job_id, "ZZB.B", own_price="190", days_old=10)
    source.kind = kind

    analyze(a_waiting_job)

    assert rows.of_job(a_waiting_job.job_id)["status"] == "completed"
    assert analyzed(rows, a_waiting_job.job_id) == {"ZZA": 100, "ZZB.B": 190}
    assert [shared(rows, symbol) for symbol in ("ZZA", "ZZB.B")] == [100, 200]
    report = report_of(rows, a_waiting_job.job_id)
    reason = WHOLLY_FAILED.get(kind, "the price source had no usable price")
    oldest = TODAY - timedelta(days=400)
    notice = f"Prices could not be refreshed on {day(TODAY)} ({reason}); the last known prices are used, "
    assert f"{notice}the oldest from {day(oldest)}." in report.content
    assert report.figures["data_quality"]["price_refresh"]["message"] == f"{notice}the oldest from {day(oldest)}."
    assert report.figures["total_value"] == 2 * (100 + 190)
    logged = str([vars(record) for record in caplog.records])
    assert ("Prices were not refreshed" in logged) == (kind in WHOLLY_FAILED)
    assert [secret for secret in (KEY, "ZZA", source.url, "evil") if secret in logged] == []


def test_symbol_unknown_to_source_is_named(
    analyze: Callable[[JobMessage], None], source: PriceSource, rows: Rows, a_waiting_job: JobMessage
) -> None:
    hold(rows, a_waiting_job.job_id, "ZZA")
    hold(rows, a_waiting_job.job_id, "ZZB.B")
    source.kind = Kind.PARTIAL

    analyze(a_waiting_job)

    assert analyzed(rows, a_waiting_job.job_id) == {"ZZA": Decimal("110.5"), "ZZB.B": 200}
    message = report_of(rows, a_waiting_job.job_id).figures["data_quality"]["price_refresh"]["message"]
    assert message.startswith(f"Prices were refreshed on {day(TODAY)}, but not ZZB.B (")


def test_unreachable_source_is_reported(
    analyze: Callable[[JobMessage], None], source: PriceSource, rows: Rows, a_waiting_job: JobMessage
) -> None:
    hold(rows, a_waiting_job.job_id, "ZZA")
    source.__exit__(None, None, None)

    analyze(a_waiting_job)

    assert str(Failure.UNREACHABLE) in report_of(rows, a_waiting_job.job_id).content


def test_own_price_counts_until_a_later_quote(
    analyze: Callable[[JobMessage], None], source: PriceSource, rows: Rows, a_waiting_job: JobMessage
) -> None:
    hold(rows, a_waiting_job.job_id, "ZZA", own_price="120")
    hold(rows, a_waiting_job.job_id, "ZZB.B", own_price="120", days_old=3)

    analyze(a_waiting_job)

    assert analyzed(rows, a_waiting_job.job_id) == {"ZZA": 120, "ZZB.B": 210}
    assert shared(rows, "ZZA") == 100


def test_user_cannot_move_shared_price(
    analyze: Callable[[JobMessage], None], source: PriceSource, rows: Rows, a_waiting_job: JobMessage
) -> None:
    """A quote is compared with the shared price, even if it is close to the user's own price."""
    hold(rows, a_waiting_job.job_id, "ZZA", own_price="9000", days_old=2)
    source.prices = {"ZZA": Decimal(9100)}

    analyze(a_waiting_job)

    assert shared(rows, "ZZA") == 100


def test_unknown_symbol_is_priced_in_this_analysis_only(
    analyze: Callable[[JobMessage], None], source: PriceSource, rows: Rows, a_waiting_job: JobMessage
) -> None:
    hold(rows, a_waiting_job.job_id, "ZZUNKNOWN", own_price="10", days_old=30)
    source.prices = {"ZZUNKNOWN": Decimal(12)}

    analyze(a_waiting_job)

    assert analyzed(rows, a_waiting_job.job_id) == {"ZZUNKNOWN": 12}
    assert shared(rows, "ZZUNKNOWN") is None


def test_unpriced_holding_takes_first_available_price() -> None:
    held = snapshot(account("A", position(instrument("NEW", None), "1")))
    response = usable([quote("NEW", 5)], ["NEW"], TODAY)

    priced = with_quotes(held, response).accounts[0].positions[0].instrument

    assert (priced.current_price, priced.price_as_of) == (Decimal(5), TODAY)
    assert response == {"NEW": Quote(Decimal("5.000000"), TODAY)}


def test_holding_known_by_value_keeps_it_at_any_quote() -> None:
    by_value = position(instrument("FUND", "1"), "3011.50").model_copy(update={"is_value_only": True})
    held = snapshot(account("A", by_value))

    assert with_quotes(held, usable([quote("FUND", 301)], ["FUND"], TODAY)) == held


def test_report_without_source_does_not_mention_refresh() -> None:
    report = write_report(snapshot(account("A", position(instrument("FUND"), "1"))), NOW, lambda _share, _message: None)

    assert report.figures["data_quality"]["price_refresh"] is None
    assert "refresh" not in report.content


def test_snapshot_of_another_version_can_be_read() -> None:
    held = snapshot(account("A", position(instrument("FUND"), "1")))
    document = held.model_dump(mode="json")

    assert "price_refresh" not in document, "fields unknown to an earlier version are omitted unless needed"
    assert Snapshot.model_validate(document | {"of_a_later_version": 1}) == held


def test_key_comes_from_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        arn = boto3.client("secretsmanager").create_secret(Name="prices", SecretString=KEY)["ARN"]

        assert price_source._key(arn) == KEY
        with pytest.raises(PricesUnavailable):
            price_source._key(arn + "-gone")
