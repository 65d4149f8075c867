"""The largest portfolio that can be imported is listed, analyzed, exported and reported like any other."""

import json
from collections.abc import Callable
from uuid import UUID

import pytest

from functions.api.http.events_csv import events_csv
from functions.api.limits import MAX_ACCOUNTS, MAX_POSITIONS
from functions.api.logic.imports import import_portfolio
from functions.api.portfolio_csv import parse_portfolio_csv
from functions.api.repositories.accounts import Accounts
from functions.api.repositories.events import JobEvents
from functions.api.repositories.jobs import Jobs
from functions.api.repositories.portfolio import Portfolio
from functions.api.repositories.positions import Positions
from functions.planner.portfolio import committed_snapshot
from functions.shared.database import Database
from functions.shared.durations.expectation import Expectation
from functions.shared.portfolio import InstrumentType, Snapshot
from functions.shared.tasks import AgentTask, TaggerAnswer, TaggerTask
from tests.functions.largest import EMOJI, in_response
from tests.functions.whole_jobs import Analyzed, analyze
from tests.rows import Rows

LARGEST_INVOCATION = 6_000_000
"""Limits of an invocation's event and of its response in bytes; "Invoke" (AWS Lambda API reference): at most 6 MB."""
LARGEST_SERVED = 600_000
LARGEST_FILE = 1_000_000
LONGEST_ACCOUNT, LONGEST_HOLDING = 100, 200
HEADER = "account,symbol,name,quantity,price\n"

Import = Callable[[list[str]], str]
Analyze = Callable[[str], Analyzed]


def in_one_account() -> list[str]:
    return [f"IRA,{n:Z>20},{EMOJI * LONGEST_HOLDING},999999999.123456,9.123456\n" for n in range(MAX_POSITIONS)]


def in_an_account_each() -> list[str]:
    return [
        f"{n:04}{EMOJI * (LONGEST_ACCOUNT - 4)},{n:Z>20},{EMOJI * LONGEST_HOLDING},999999999.123456,9.123456\n"
        for n in range(MAX_ACCOUNTS)
    ]


def named_by_quotation_marks() -> list[str]:
    """Each takes two characters in the file, and four in a Data API result, as JSON within JSON."""
    account, holding = '""' * (LONGEST_ACCOUNT - 4), '""' * LONGEST_HOLDING
    return [f'"{n:04}{account}",{n:Z>20},"{holding}",999999999.123456,9.123456\n' for n in range(MAX_ACCOUNTS)]


def of_a_known_fund() -> list[str]:
    """A fund spread over many sectors, which adds data to every position."""
    return [
        f"{n:04}{EMOJI * (LONGEST_ACCOUNT - 4)},QQQ,{EMOJI * LONGEST_HOLDING},1000000.123456,9.123456\n"
        for n in range(MAX_ACCOUNTS)
    ]


@pytest.fixture
def imported(api_database: Database, rows: Rows) -> Import:
    """`imported(lines)` imports lines in as many files as they need, and returns the id of their user."""

    def import_lines(lines: list[str]) -> str:
        user_id = rows.user()
        in_a_file = MAX_POSITIONS if lines[0].startswith("IRA") else MAX_POSITIONS // 2
        for start in range(0, len(lines), in_a_file):
            content = (HEADER + "".join(lines[start : start + in_a_file])).encode()
            assert len(content) <= LARGEST_FILE
            import_portfolio(Portfolio(api_database), user_id, parse_portfolio_csv(content))
        return user_id

    return import_lines


@pytest.fixture
def analyzed(api_database: Database, database_settings: object, rows: Rows) -> Analyze:
    """`analyzed(user_id)` runs a job with the real agents and returns its results."""
    return lambda user_id: analyze(user_id, api_database, rows)


@pytest.mark.parametrize(
    "lines", [in_one_account, in_an_account_each, named_by_quotation_marks, of_a_known_fund], ids=lambda f: f.__name__
)
def test_largest_portfolio_is_listed_analyzed_exported_and_reported(
    lines: Callable[[], list[str]],
    imported: Import,
    analyzed: Analyze,
    api_database: Database,
    database: Database,
    rows: Rows,
) -> None:
    user_id = imported(lines())
    analysis = analyzed(user_id)

    assert listed_positions(api_database, user_id) == MAX_POSITIONS
    assert analysis.results.summary_payload is not None
    assert analysis.results.summary_payload.positions == MAX_POSITIONS
    assert len(analysis.page.encode()) < LARGEST_SERVED
    assert "Portfolio report" in analysis.page
    assert bytes_served(analysis) <= LARGEST_SERVED

    ((job_id,),) = rows.run("SELECT id FROM jobs WHERE user_id = :user_id", user_id=user_id)
    assert [job["id"] for job in json.loads(Jobs(api_database, 2).page(user_id, None, 100, None))["jobs"]] == [job_id]
    history = JobEvents(api_database, kept_days=90, planners=2).page(user_id, UUID(job_id), after=0)
    assert "section_committed" in events_csv(json.loads(history.events))

    snapshot = committed_snapshot(database, UUID(job_id))
    assert sum(len(account.positions) for account in snapshot.accounts) == MAX_POSITIONS
    assert largest_invocation(snapshot) <= LARGEST_INVOCATION


def listed_positions(database: Database, user_id: str) -> int:
    """The number of listed positions, given that the first accounts have equally many."""
    accounts = json.loads(Accounts(database).all_of(user_id))
    counts = set()
    for account in accounts[:5]:
        document = Positions(database).in_account(user_id, UUID(account["id"]))
        assert in_response(document) <= LARGEST_INVOCATION
        counts.add(len(json.loads(document)["positions"]))
    (count,) = counts
    return count * len(accounts)


def bytes_served(analysis: Analyzed) -> int:
    """The bytes of all payloads together in a Data API response."""
    payloads = [*analysis.results.payloads.values(), analysis.results.summary_payload]
    return sum(in_response(payload.model_dump_json()) for payload in payloads if payload is not None)


def largest_invocation(snapshot: Snapshot) -> int:
    """The largest of all agents' and the tagger's tasks and the tagger's response, in bytes."""
    job_id = UUID(int=0)
    task = AgentTask(job_id=job_id, attempt=1, snapshot=snapshot, expected=Expectation(30, 0.35))
    held = {position.symbol: position.instrument for account in snapshot.accounts for position in account.positions}
    unknown = {s: i.name for s, i in held.items() if i.instrument_type is InstrumentType.UNCLASSIFIED} or {"X": "X"}
    tagging = TaggerTask(job_id=job_id, attempt=1, symbols=tuple(unknown), names=unknown)
    response = TaggerAnswer(instruments=tuple(held.values()))
    return max(len(message.model_dump_json().encode()) for message in (task, tagging, response))
