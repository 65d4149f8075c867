"""The largest content that can be stored, to be read within the Data API's limits.

Each character of a user has four bytes in a response: an emoji, or a quotation mark that is escaped twice.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from uuid import UUID

from functions.shared.agent_declaration import JobType
from functions.shared.plans import MAX_PAYLOAD_BYTES, PLANS
from functions.shared.portfolio import AssetClass, Region, Sector
from functions.shared.progress.model import initial_progress
from functions.shared.section_names import SERVED, SNAPSHOT
from tests.rows import Rows

EMOJI = "\N{GRINNING FACE}"
QUANTITY = Decimal("999999999.123456")
CASH = Decimal("999999999.99")
NUMBER = 1_000
"""The number of positions, accounts and instruments."""
MODEL = "largest"
"""The model of the jobs' durations. No other test bases estimates on it."""
_MARK = "ZZLARGEST"
"""The first letters of all symbols."""

_PORTFOLIO = """
    WITH account AS (
        INSERT INTO accounts (user_id, account_name, account_purpose, cash_balance, cash_interest)
        SELECT :user_id, lpad(n::text, 4, '0') || repeat(:emoji, 96), repeat(:emoji, 200), 999999999.99, 99.999
          FROM generate_series(1, :accounts::integer) AS n
        RETURNING id, left(account_name, 4)::integer AS number
    )
    INSERT INTO positions (account_id, symbol, quantity, name, price, price_as_of)
    SELECT account.id, :mark || lpad(n::text, 11, '0'), 999999999.123456, repeat(:emoji, 200), 9999999.123456,
           current_date
      FROM account JOIN generate_series(1, :positions::integer) AS n
           ON 1 + n % :accounts::integer = account.number"""
_IMPORTS = """
    INSERT INTO imports (id, user_id, created_at, accounts, warnings, replaced)
    SELECT gen_random_uuid(), user_id, now() + number * interval '1 second', array_agg(account_name), :warnings::jsonb,
           '[]'
      FROM accounts CROSS JOIN generate_series(1, 10) AS number
     WHERE user_id = :user_id GROUP BY user_id, number"""
_INSTRUMENTS = """
    INSERT INTO instruments (symbol, name, instrument_type, current_price, price_as_of, allocation_asset_class,
                             allocation_regions, allocation_sectors, allocation_source, allocation_as_of)
    SELECT :mark || lpad(n::text, 11, '0'), repeat(:emoji, 200), 'money_market', 9999999.123456, current_date,
           :asset_classes::jsonb, :regions::jsonb, :sectors::jsonb, 'A test', current_date
      FROM generate_series(1, :number::integer) AS n"""
_COPIES = """
    INSERT INTO jobs
    SELECT copy.*
      FROM jobs CROSS JOIN generate_series(1, :jobs::integer) AS n
     CROSS JOIN LATERAL jsonb_populate_record(jobs, jsonb_build_object(
               'id', gen_random_uuid(), 'status', 'running', 'attempt', 1, 'event_seq', :events::integer,
               'created_at', now() - (:jobs::integer - n) * interval '1 millisecond', 'started_at', now(),
               'lease_expires_at', now(), 'progress_data', :progress::jsonb,
               'request_payload', jsonb_build_object('options', repeat(:emoji, 2000)))) AS copy
     WHERE jobs.id = :job_id::uuid
    RETURNING id"""
_PENDING = """
    INSERT INTO jobs
    SELECT copy.*
      FROM jobs CROSS JOIN generate_series(1, :jobs::integer) AS n
     CROSS JOIN LATERAL jsonb_populate_record(
               jobs, jsonb_build_object('id', gen_random_uuid(), 'request_hash', n)) AS copy
     WHERE jobs.id = :job_id::uuid"""
_EVENTS = """
    INSERT INTO job_events (job_id, seq, kind, agent, progress_percent, message, details)
    SELECT id, seq, 'section_committed', 'retirement', 99, repeat(:emoji, 200), '{}'
      FROM jobs CROSS JOIN generate_series(1, event_seq) AS seq WHERE user_id = :user_id"""
_DURATIONS = """
    INSERT INTO job_results (job_id, section, attempt, payload, started_at, duration_ms, model)
    SELECT id, section, 1, CASE section WHEN 'charts' THEN '{}' ELSE
               '{"accounts": [], "content": "x", "analysis": "x", "fan": [1], "success_rate": 1, "total_value": 1,
                 "positions": 1}'
               END::jsonb, now(), 2000000000, :model
      FROM jobs CROSS JOIN unnest(:sections::text[]) AS section WHERE user_id = :user_id AND status = 'running'"""
_END = """
    UPDATE jobs SET status = :status, error_message = CASE :status WHEN 'failed' THEN repeat('x', 1000) END,
                    completed_at = now(), lease_expires_at = NULL, version = version + 1
     WHERE user_id = :user_id AND status = 'running'"""
_RESULT = """
    INSERT INTO job_results (job_id, section, attempt, payload, started_at, duration_ms)
    VALUES (:job_id::uuid, :section, 1, :payload::jsonb, now(), 5)"""


@contextmanager
def instruments(rows: Rows) -> Iterator[None]:
    """Reference data with a thousand more instruments, each with the longest name and every category."""
    rows.run(
        _INSTRUMENTS,
        mark=_MARK,
        emoji=EMOJI,
        number=NUMBER,
        asset_classes=_everywhere(list(AssetClass)),
        regions=_everywhere(list(Region)),
        sectors=_everywhere(list(Sector)),
    )
    yield
    rows.run("DELETE FROM instruments WHERE symbol LIKE :mark || '%'", mark=_MARK)


def portfolio(rows: Rows, *, accounts: int = 1, positions: int = NUMBER) -> str:
    """A user with this many accounts and positions spread over them. All names have the maximum length."""
    user_id = rows.user()
    rows.run(_PORTFOLIO, user_id=user_id, accounts=accounts, positions=positions, mark=_MARK, emoji=EMOJI)
    return user_id


def imports(rows: Rows, user_id: str) -> None:
    """As many imports of all accounts as are kept, each with the most and the longest warnings."""
    warnings = [{"line": n, "message": EMOJI * 300} for n in range(100)]
    rows.run(_IMPORTS, user_id=user_id, warnings=json.dumps(warnings))


def jobs(rows: Rows, user_id: str, number: int, events: int, status: str = "failed") -> list[UUID]:
    """Ended jobs with the longest messages, request and history, and durations of all sections."""
    progress = initial_progress(PLANS[JobType.PORTFOLIO], 1, frozenset()).model_dump(mode="json")
    progress["agents"] = [{**agent, "message": "x" * 200} for agent in progress["agents"]]
    progress["message"] = "x" * 200
    found = rows.run(
        _COPIES,
        job_id=rows.job(user_id),
        jobs=number,
        events=events,
        progress=json.dumps(progress),
        emoji=EMOJI,
    )
    rows.run(_EVENTS, user_id=user_id, emoji=EMOJI)
    rows.run(_DURATIONS, user_id=user_id, sections=f"{{{','.join([SNAPSHOT, *SERVED])}}}", model=MODEL)
    rows.run(_END, user_id=user_id, status=status)
    return [UUID(job_id) for (job_id,) in found]


def user(rows: Rows) -> str:
    """A new user with the longest id."""
    user_id = f"{rows.user():{EMOJI}<255}"
    rows.run("INSERT INTO users (id) VALUES (:id)", id=user_id)
    return user_id


def pending_jobs(rows: Rows, user_id: str, number: int) -> None:
    """More jobs than a user may have at a time."""
    rows.run(_PENDING, job_id=rows.job(user_id), jobs=number - 1)


def job_with_payloads(rows: Rows, user_id: str, filling: str) -> UUID:
    """A running job with the largest payloads that agents may commit, which consist mostly of `filling` as JSON."""
    job_id = rows.job(user_id)
    rows.start(job_id)
    payloads = {
        **dict.fromkeys(SERVED, '{"of":[%s]}'),
        "report": '{"content":"x","figures":{"of":[%s]}}',
        "charts": '{"one":{"title":"x","type":"pie","data":[1],"description":[%s]}}',
        "retirement": '{"analysis":"x","fan":[1],"success_rate":1,"assumptions":{"of":[%s]}}',
        "summary": '{"total_value":1,"of":[%s]}',
    }
    for section, template in payloads.items():
        room = MAX_PAYLOAD_BYTES - in_response(template)
        elements = room // (in_response(f"{filling},") - in_response(""))
        payload = template % ",".join([filling] * elements)
        assert MAX_PAYLOAD_BYTES - 20 < in_response(payload) <= MAX_PAYLOAD_BYTES
        rows.run(_RESULT, job_id=job_id, section=section, payload=payload)
    return job_id


def in_response(document: str) -> int:
    """Bytes of a document within a response: as a string within JSON."""
    return len(json.dumps(document, ensure_ascii=False).encode())


def _everywhere(keys: list[str]) -> str:
    """An allocation to every key, with three decimals."""
    first, *others = keys
    return json.dumps({first: float(f"{100 - 1.001 * len(others):.3f}"), **dict.fromkeys(others, 1.001)})
