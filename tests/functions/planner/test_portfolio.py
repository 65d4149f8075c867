"""Reading portfolios and snapshots: one statement for a small one, pages for a large one, never a mix of two states."""

import json
from collections.abc import Callable
from decimal import Decimal
from uuid import uuid4

import pytest

from functions.planner.jobs import ClaimedJob
from functions.planner.portfolio import committed_snapshot, load_sample, load_snapshot, with_rules
from functions.shared.analysis.valuation import value_portfolio
from functions.shared.database import Database, DatabaseUnavailable
from functions.shared.database.settings import DatabaseSettings
from functions.shared.database.transport import Response
from functions.shared.jobs import Jobs
from functions.shared.portfolio import IncomeStream, Profile, Snapshot
from functions.shared.progress.model import ProgressChange
from functions.shared.sample import EXAMPLE_GOALS, SAMPLE_PURPOSES
from functions.shared.section_names import SNAPSHOT
from scripts.packaging.sample import sample_snapshot
from tests import portfolios
from tests.rows import Rows
from tests.sizes import Measuring

PAGE = 200
COST = "UPDATE positions SET cost_basis = 12.5 FROM accounts WHERE accounts.id = account_id AND user_id = :user_id"
ADD = """
    WITH account AS (
        INSERT INTO accounts (user_id, account_name, cash_balance) VALUES (:user_id, :name, 10) RETURNING id
    )
    INSERT INTO positions (account_id, symbol, quantity, price, price_as_of)
    SELECT id, 'S' || lpad(n::text, 4, '0'), n, 2.5, current_date
      FROM account CROSS JOIN generate_series(1, :positions::integer) AS n"""
IMPORTED = """
    INSERT INTO imports (id, user_id, created_at, undone_at, accounts, warnings, replaced)
    SELECT gen_random_uuid(), :user_id, now() - make_interval(days => :age::integer),
           CASE WHEN :undone::boolean THEN now() END, :accounts::text[], :warnings::jsonb, '[]'"""
SELL = "DELETE FROM positions USING accounts WHERE accounts.id = account_id AND user_id = :user_id AND symbol = 'S0001'"

HOLD = """
    WITH account AS (
        INSERT INTO accounts (user_id, account_name) VALUES (:user_id, :symbol) RETURNING id
    )
    INSERT INTO positions (account_id, symbol, quantity) SELECT id, :symbol, 1 FROM account"""
CLASSIFY = """
    INSERT INTO classifications (user_id, symbol, instrument_type, allocation_asset_class, allocation_regions,
                                 allocation_sectors)
    VALUES (:user_id, :symbol, 'bond', '{"fixed_income": 100}', '{"global": 100}', '{"treasury": 100}')"""
SET_GOALS = """
    UPDATE users
       SET birth_year = extract(year FROM now())::integer - 61, target_retirement_income = 50000.25,
           income_streams = '[{"name": "Pension", "annual_amount": 1234.5, "start_age": 65}]'
     WHERE id = :user_id"""


class Interrupted(Measuring):
    """Another client, which writes after each of the first `times` statements."""

    def __init__(self, settings: DatabaseSettings, write: Callable[[], object], times: int = 1) -> None:
        super().__init__(settings)
        self._write = write
        self._times = times

    def __call__(self, path: str, body: bytes, read_timeout_s: float) -> Response:
        response = super().__call__(path, body, read_timeout_s)
        if len(self.calls) <= self._times:
            self._write()
        return response


@pytest.fixture
def measuring(database_settings: DatabaseSettings) -> Measuring:
    return Measuring(database_settings)


@pytest.fixture
def measured(database_settings: DatabaseSettings, measuring: Measuring) -> Database:
    return Database(database_settings, retry_budget_s=5, transport=measuring)


def quantities(snapshot: Snapshot | None) -> list[tuple[str, list[int]]]:
    assert snapshot is not None
    return [(account.name, [int(held.quantity) for held in account.positions]) for account in snapshot.accounts]


def test_usual_portfolio_is_read_with_one_statement(measured: Database, measuring: Measuring, rows: Rows) -> None:
    user_id = rows.user()
    for name, positions in (("a", 5), ("b", 6), ("c", 6)):
        rows.run(ADD, user_id=user_id, name=name, positions=positions)

    snapshot = load_snapshot(measured, user_id)

    assert quantities(snapshot) == [("a", [*range(1, 6)]), ("b", [*range(1, 7)]), ("c", [*range(1, 7)])]
    assert len(measuring.calls) == 1


@pytest.mark.parametrize(
    ("accounts", "pages"),
    [([PAGE - 1], 1), ([PAGE + 1], 2), ([150, 150, 150], 3), ([0, PAGE, 0, 2 * PAGE - 2], 4), ([0], 1)],
    ids=str,
)
def test_large_portfolio_is_read_in_pages(
    accounts: list[int], pages: int, measured: Database, measuring: Measuring, rows: Rows
) -> None:
    user_id = rows.user()
    for number, positions in enumerate(accounts):
        rows.run(ADD, user_id=user_id, name=f"account {number}", positions=positions)

    snapshot = load_snapshot(measured, user_id)

    assert quantities(snapshot) == [(f"account {n}", [*range(1, count + 1)]) for n, count in enumerate(accounts)]
    assert len(measuring.calls) == pages


def test_cost_of_a_holding_is_read(database: Database, rows: Rows) -> None:
    user_id = rows.user()
    rows.run(ADD, user_id=user_id, name="a", positions=1)
    rows.run(COST, user_id=user_id)

    snapshot = load_snapshot(database, user_id)

    assert snapshot is not None
    assert snapshot.accounts[0].positions[0].cost_basis == Decimal("12.50")
    assert snapshot.previous is None


def test_quantity_of_zero_is_left_out(database: Database, rows: Rows) -> None:
    user_id = rows.user()
    rows.run(ADD, user_id=user_id, name="a", positions=2)
    rows.run(ADD, user_id=user_id, name="b", positions=1)
    rows.run(
        "UPDATE positions SET quantity = 0 WHERE symbol = 'S0001' AND price = 2.5 AND account_id IN "
        "(SELECT id FROM accounts WHERE user_id = :user_id)",
        user_id=user_id,
    )

    assert quantities(load_snapshot(database, user_id)) == [("a", [2]), ("b", [])]


def test_user_without_accounts_has_an_empty_portfolio(database: Database, rows: Rows) -> None:
    snapshot = load_snapshot(database, rows.user())

    assert quantities(snapshot) == []


def test_warnings_of_current_imports_are_read(database: Database, rows: Rows) -> None:
    """Skips imports that were undone or replaced, or whose accounts are gone."""
    user_id = rows.user()
    for name in ("a", "b"):
        rows.run(ADD, user_id=user_id, name=name, positions=1)
    for age, accounts, undone, message in (
        (5, "{a,b}", False, "b is still from this one"),
        (4, "{a}", False, "replaced"),
        (3, "{a}", False, "a is from this one"),
        (2, "{a}", True, "undone"),
        (1, "{gone}", False, "gone"),
    ):
        rows.run(
            IMPORTED,
            user_id=user_id,
            age=age,
            accounts=accounts,
            undone=undone,
            warnings=json.dumps([{"line": None, "message": message}]),
        )

    snapshot = load_snapshot(database, user_id)

    assert snapshot is not None
    assert [warning.message for warning in snapshot.import_warnings] == [
        "a is from this one",
        "b is still from this one",
    ]
    sample = load_sample(database, user_id)
    assert sample is not None
    assert sample.import_warnings == ()


def test_goals_are_read_and_unset_ones_stay_unset(database: Database, rows: Rows) -> None:
    new, planning = rows.user(), rows.user()
    rows.run(SET_GOALS, user_id=planning)

    nothing, goals = (load_snapshot(database, user_id) for user_id in (new, planning))

    assert nothing is not None
    assert nothing.profile == Profile()
    assert goals is not None
    pension = IncomeStream(name="Pension", annual_amount=Decimal("1234.5"), start_age=65)
    assert (goals.profile.current_age, goals.profile.income_streams) == (61, (pension,))
    assert goals.profile.target_retirement_income == Decimal("50000.25")


def test_sample_is_read_without_users_accounts(measured: Database, measuring: Measuring, rows: Rows) -> None:
    user_id = rows.user()
    rows.run(ADD, user_id=user_id, name="a", positions=5)
    rows.run("UPDATE users SET years_until_retirement = 3 WHERE id = :user_id", user_id=user_id)

    snapshot = load_sample(measured, user_id)

    assert snapshot is not None
    assert snapshot.is_sample
    assert value_portfolio(snapshot).total == Decimal("301580.00")
    assert {account.name: len(account.positions) for account in snapshot.accounts} == {
        "401k Long-term": 5,
        "Brokerage": 6,
        "Roth IRA": 6,
    }
    assert snapshot.profile == EXAMPLE_GOALS
    assert {account.name: account.purpose for account in snapshot.accounts} == SAMPLE_PURPOSES
    assert len(measuring.calls) == 1
    built = sample_snapshot()
    assert built == snapshot.model_copy(update={"taken_at": built.taken_at})


def test_deleted_user_has_no_portfolio(database: Database) -> None:
    assert load_snapshot(database, f"nobody-{uuid4()}") is None
    assert load_sample(database, f"nobody-{uuid4()}") is None


@pytest.mark.parametrize(
    "write",
    [
        SELL,
        "UPDATE positions SET quantity = 9 FROM accounts WHERE accounts.id = account_id AND user_id = :user_id",
        "UPDATE accounts SET cash_balance = 11 WHERE user_id = :user_id",
        "INSERT INTO accounts (user_id, account_name) VALUES (:user_id, 'A new one')",
    ],
    ids=["sold", "position changed", "account changed", "account added"],
)
def test_portfolio_written_between_two_pages_is_read_again(
    write: str, database_settings: DatabaseSettings, database: Database, rows: Rows
) -> None:
    user_id = rows.user()
    rows.run(ADD, user_id=user_id, name="a", positions=PAGE + 50)
    transport = Interrupted(database_settings, lambda: rows.run(write, user_id=user_id))

    snapshot = load_snapshot(Database(database_settings, retry_budget_s=5, transport=transport), user_id)

    after = load_snapshot(database, user_id)
    assert snapshot is not None
    assert after is not None
    assert snapshot.accounts == after.accounts
    assert len(transport.calls) == 4


def test_user_deleted_between_two_pages_has_no_portfolio(database_settings: DatabaseSettings, rows: Rows) -> None:
    user_id = rows.user()
    rows.run(ADD, user_id=user_id, name="a", positions=PAGE + 50)
    transport = Interrupted(database_settings, lambda: rows.run("DELETE FROM users WHERE id = :id", id=user_id))

    assert load_snapshot(Database(database_settings, retry_budget_s=5, transport=transport), user_id) is None


def test_portfolio_that_keeps_changing_is_unavailable(database_settings: DatabaseSettings, rows: Rows) -> None:
    user_id = rows.user()
    rows.run(ADD, user_id=user_id, name="a", positions=PAGE + 50)
    change = "UPDATE accounts SET cash_balance = cash_balance + 1 WHERE user_id = :user_id"
    transport = Interrupted(database_settings, lambda: rows.run(change, user_id=user_id), times=100)

    with pytest.raises(DatabaseUnavailable):
        load_snapshot(Database(database_settings, retry_budget_s=5, transport=transport), user_id)


@pytest.mark.parametrize(("positions", "pages"), [(17, 1), (1_000, 2)])
def test_committed_snapshot_is_read_unchanged(
    positions: int,
    pages: int,
    measured: Database,
    measuring: Measuring,
    database: Database,
    a_running_job: ClaimedJob,
) -> None:
    committed = portfolios.many(positions)
    commit(database, a_running_job, committed)

    assert committed_snapshot(measured, a_running_job.job_id) == committed
    assert len(measuring.calls) == pages


def test_snapshot_of_whole_pages_has_no_extra_page(
    measured: Database, measuring: Measuring, database: Database, rows: Rows, a_running_job: ClaimedJob
) -> None:
    size = 2 * 240_000
    name = "x" * (size - characters(rows, portfolios.all_cash()) + len("Savings"))
    (account,) = portfolios.all_cash().accounts
    committed = portfolios.all_cash().model_copy(update={"accounts": (account.model_copy(update={"name": name}),)})
    commit(database, a_running_job, committed)

    assert characters(rows, committed) == size
    assert committed_snapshot(measured, a_running_job.job_id) == committed
    assert len(measuring.calls) == 2


def test_job_without_snapshot_is_a_lookup_error(database: Database, a_running_job: ClaimedJob) -> None:
    for job_id in (a_running_job.job_id, uuid4()):
        with pytest.raises(LookupError):
            committed_snapshot(database, job_id)


def commit(database: Database, job: ClaimedJob, snapshot: Snapshot) -> None:
    Jobs(database).commit_section(job, SNAPSHOT, snapshot, duration_ms=5, change=ProgressChange(), agent="setup")


def characters(rows: Rows, snapshot: Snapshot) -> int:
    """The length of a snapshot as the database serializes it."""
    ((length,),) = rows.run("SELECT length(:document::jsonb::text)", document=snapshot.model_dump_json())
    return int(length)


def test_own_classification_overrides_reference_data_and_rules(database: Database, rows: Rows) -> None:
    user_id = rows.user()
    for symbol in ("VTI", "BTC", "ZZQQX"):
        rows.run(HOLD, user_id=user_id, symbol=symbol)
    for symbol in ("VTI", "BTC"):
        rows.run(CLASSIFY, user_id=user_id, symbol=symbol)

    snapshot = load_snapshot(database, user_id)

    assert snapshot is not None
    instruments = {
        position.symbol: position.instrument
        for account in with_rules(snapshot).accounts
        for position in account.positions
    }
    assert {symbol: each.classified_by for symbol, each in instruments.items()} == {
        "BTC": "user",
        "VTI": "user",
        "ZZQQX": None,
    }
    assert {symbol: each.instrument_type for symbol, each in instruments.items()} == {
        "BTC": "bond",
        "VTI": "bond",
        "ZZQQX": "unclassified",
    }
