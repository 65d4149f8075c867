"""Measures how the cost of the API's reads grows from 1,000 to 1,000,000 jobs in PostgreSQL.

Every tenth job belongs to one user, who polls. Each job has a result, an event, and progress of realistic length. In
both databases 1,000 jobs of other users are queued, which is the limit for counting a position in the queue.
The cost of a read is PostgreSQL's own time, planning included: the median of many, alternating between the databases.
Budget: 1.2 times for each read, and no read scans a whole table.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import md5
from statistics import median
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from functions.api.repositories.events import NOTHING, READ_EVENTS, READ_NEWS
from functions.api.repositories.jobs import LIST_JOBS, NEWEST, READ_JOB
from functions.shared.agent_declaration import JobType
from functions.shared.database import Database, Statement, Value
from functions.shared.plans import PLANS
from functions.shared.progress.model import initial_progress
from scripts.arguments import at_least
from scripts.benchmarks.database import SECRET_ARNS, connect, migrated, state_folder
from scripts.cli import run

BUDGET = 1.2
USER = "busy"
_KEPT_DAYS = 90
_TABLES = ("jobs", "job_results", "job_events")
#: Higher numbers are older jobs. The 300 oldest failed; the others completed.
_FILL = (
    "INSERT INTO users (id) SELECT 'busy' UNION SELECT 'other-' || n FROM generate_series(0, 999) AS n",
    """
    INSERT INTO jobs (id, user_id, job_type, sections, status, created_at, started_at, completed_at,
                      error_message, event_seq, progress_data)
    SELECT md5(n::text)::uuid, CASE WHEN n %% 10 = 0 THEN 'busy' ELSE 'other-' || n %% 1000 END, 'portfolio',
           '{report,charts,retirement}', CASE WHEN failed THEN 'failed' ELSE 'completed' END,
           now() - n * interval '1 second', now(), now(), CASE WHEN failed THEN 'It failed.' END, 1, %(progress)s::jsonb
      FROM (SELECT n, n > %(jobs)s::integer - 300 AS failed FROM generate_series(1, %(jobs)s::integer) AS n) AS made""",
    """
    INSERT INTO job_results (job_id, section, attempt, payload, started_at, duration_ms)
    SELECT md5(n::text)::uuid, 'report', 1, '{"content": "# Report"}', now(), 1000
      FROM generate_series(1, %(jobs)s::integer) AS n""",
    """
    INSERT INTO job_events (job_id, seq, kind, message)
    SELECT md5(n::text)::uuid, 1, 'queued', 'Waiting to start...'
      FROM generate_series(1, %(jobs)s::integer) AS n""",
    """
    INSERT INTO jobs (id, user_id, job_type, sections, queued_at)
    SELECT md5('waits ' || n)::uuid, 'other-' || n %% 1000, 'portfolio', '{report}'::text[], now() - interval '1 hour'
      FROM generate_series(1, 1000) AS n
     UNION ALL
    SELECT md5('0')::uuid, 'busy', 'portfolio', '{report}', now()""",
)


class Plan(NamedTuple):
    """The cost of one read: milliseconds, buffers, and the tables that it scanned sequentially."""

    ms: float
    buffers: int
    scanned: set[str]


def _job_id(number: int) -> str:
    """Return the id that `_FILL` assigns."""
    return str(UUID(md5(str(number).encode(), usedforsecurity=False).hexdigest()))


_PLANNERS = 2
_OF_JOB: Mapping[str, Value] = {"user_id": USER, "job_id": _job_id(10)}
_OF_LIST: Mapping[str, Value] = {
    "user_id": USER,
    "status": None,
    "limit": 20,
    "before": NEWEST[0],
    "before_id": NEWEST[1],
    "planners": _PLANNERS,
}
_READS: Mapping[str, tuple[Statement, Mapping[str, Value]]] = {
    "poll": (READ_JOB, {**_OF_JOB, "known": "", "planners": _PLANNERS}),
    "poll of a waiting job": (
        READ_JOB,
        {"user_id": USER, "job_id": _job_id(0), "known": "", "planners": _PLANNERS},
    ),
    "list": (LIST_JOBS, _OF_LIST),
    "list of failed ones": (LIST_JOBS, {**_OF_LIST, "status": "failed"}),
    "list of running ones": (LIST_JOBS, {**_OF_LIST, "status": "running"}),
    "events": (READ_EVENTS, {**_OF_JOB, "after": 0, "limit": 500, "kept_days": _KEPT_DAYS}),
    "stream": (READ_NEWS, {**_OF_JOB, "seen": NOTHING, "kept_days": _KEPT_DAYS, "planners": _PLANNERS}),
}


def main() -> int:
    """Return 0 if the budget is met, otherwise 1."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=at_least(1), default=1_000_000, help="jobs in the large database [1,000,000]")
    parser.add_argument("--reads", type=at_least(1), default=200, help="reads of each kind, for the median [200]")
    arguments = parser.parse_args()
    with _with_jobs(1_000) as few, _with_jobs(arguments.jobs) as many:
        # Alternate, so that other load on the machine slows both.
        plans = [
            {name: (_plan(few, *read), _plan(many, *read)) for name, read in _READS.items()}
            for _ in range(arguments.reads)
        ]
    return 0 if _print({name: [each[name] for each in plans] for name in _READS}) else 1


@contextmanager
def _with_jobs(jobs: int) -> Iterator[Database]:
    """Yield a database with `jobs` jobs, connected as the api function's user."""
    with state_folder() as state, migrated(state) as (api, dsn):
        with psycopg.connect(dsn, autocommit=True) as connection:
            _fill(connection, jobs)
        yield connect(api, SECRET_ARNS["api"])


def _fill(connection: psycopg.Connection[Any], jobs: int) -> None:
    progress = initial_progress(PLANS[JobType.PORTFOLIO], 1, frozenset()).model_dump_json()
    for table in _TABLES:
        connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())  # results require an attempt
    for sql in _FILL:
        connection.execute(sql.encode(), {"jobs": jobs, "progress": progress})
    for table in _TABLES:
        connection.execute(f"VACUUM ANALYZE {table}".encode())


def _plan(database: Database, statement: Statement, parameters: Mapping[str, Value]) -> Plan:
    explain = Statement(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {statement.sql}", idempotent=True)
    ((explained,),) = database.rows(explain, parameters)
    (plan,) = json.loads(explained)
    top = plan["Plan"]
    scanned = {str(node["Relation Name"]) for node in _nodes(top) if node["Node Type"] == "Seq Scan"}
    buffers = top["Shared Hit Blocks"] + top["Shared Read Blocks"]
    return Plan(plan["Planning Time"] + plan["Execution Time"], buffers, scanned)


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for child in plan.get("Plans", []):
        yield from _nodes(child)


def _print(plans: Mapping[str, list[tuple[Plan, Plan]]]) -> bool:
    print(f"{'':24}{'ms with few':>12}{'with many':>11}{'ratio':>8}{'buffers':>16}   looked through with many")
    within = True
    for name, pairs in plans.items():
        few_ms, many_ms = (median(pair[place].ms for pair in pairs) for place in (0, 1))
        few, many = pairs[-1]
        buffers = f"{few.buffers} to {many.buffers}"
        scanned = ", ".join(many.scanned) or "-"
        print(f"{name:24}{few_ms:12.3f}{many_ms:11.3f}{many_ms / few_ms:8.3f}{buffers:>16}   {scanned}")
        within &= many_ms <= BUDGET * few_ms and not many.scanned
    print(f"budget: {BUDGET}")
    return within


if __name__ == "__main__":
    run(main)
