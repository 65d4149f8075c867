"""The one statement over past runs, for all users and for one: what it reads does not grow with what there is."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest

from functions.shared import history
from functions.shared.database import Database, Statement
from functions.shared.history import Runs, read_history, read_runs
from functions.shared.plans import AGENTS
from functions.shared.sections import SNAPSHOT
from tests.rows import Rows

SECTIONS = [SNAPSHOT, *(agent.section for agent in AGENTS)]
JOBS = 20_000
#: Every fourth job is the busy user's; rows are as long as real ones, with their progress.
FILL = """
    INSERT INTO jobs (id, user_id, job_type, sections, status, created_at, completed_at, error_message,
                      request_payload)
    SELECT gen_random_uuid(), CASE WHEN n % 4 = 0 THEN :busy ELSE :other || n % 500 END, 'portfolio',
           '{report,charts,retirement}', CASE n % 10 WHEN 8 THEN 'failed' ELSE 'completed' END,
           now() - n * interval '1 minute', now(), CASE n % 10 WHEN 8 THEN 'It failed.' END,
           jsonb_build_object('options', repeat('x', 1000))
      FROM generate_series(1, :jobs::integer) AS n"""
FILL_RESULTS = """
    INSERT INTO job_results (job_id, section, attempt, payload, started_at, duration_ms, model, created_at)
    SELECT id, section, 1, '{}', created_at, 1000, 'old-model', created_at
      FROM jobs CROSS JOIN unnest('{snapshot,report,charts,retirement}'::text[]) AS section
     WHERE (user_id = :busy OR user_id LIKE :other || '%') AND NOT (status = 'failed' AND section = 'report')"""


class Undo(Exception):
    """Ends a transaction as if it had never been."""


@pytest.fixture
def read_rows(owner: Database, rows: Rows) -> Iterator[Callable[..., dict[str, int]]]:
    """`read_rows(user_id=…, model=…)`: how many rows of each table the statement reads, among 80,000 results."""
    busy = rows.user()
    with suppress(Undo), owner.transaction() as transaction:

        def run(sql: str, **parameters: Any) -> list[list[Any]]:
            return owner.rows(Statement(sql, idempotent=False), parameters, transaction)

        run("INSERT INTO users (id) SELECT :other || n FROM generate_series(0, 499) AS n", other=f"{busy}-")
        for table in ("jobs", "job_results"):
            run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        run(FILL, busy=busy, other=f"{busy}-", jobs=JOBS)
        run(FILL_RESULTS, busy=busy, other=f"{busy}-")
        run("ANALYZE jobs, job_results")

        def explain(user: str | None = None, model: str | None = None) -> dict[str, int]:
            user_id = {None: None, "busy": busy, "other": f"{busy}-1", "unknown": "nobody"}[user]
            ((plan,),) = run(
                "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + history._READ.sql,
                sections="{" + ",".join(SECTIONS) + "}",
                models="{" + ",".join([f'"{model or ""}"'] * len(SECTIONS)) + "}",
                user_id=user_id,
            )
            read = {"jobs": 0, "job_results": 0}
            for node in nodes(json.loads(plan)[0]["Plan"]):
                if node.get("Relation Name") in read:
                    assert node["Node Type"] != "Seq Scan", node
                    seen = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
                    read[node["Relation Name"]] += round(seen * node["Actual Loops"])
            return read

        yield explain
        raise Undo


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", []):
        yield from nodes(child)


def test_it_reads_by_indexes_and_no_more_than_it_answers(read_rows: Callable[..., dict[str, int]]) -> None:
    assert read_rows(model="old-model") == {"jobs": 0, "job_results": 50 * len(SECTIONS)}
    assert read_rows(model="a-new-model") == {"jobs": 0, "job_results": 0}
    assert read_rows(model=None)["job_results"] <= 50 * len(SECTIONS)  # what other tests left
    busy = read_rows(user="busy")
    assert busy["jobs"] == 500
    assert busy["job_results"] <= 500 * len(SECTIONS)
    assert read_rows(user="other")["jobs"] <= JOBS / 500
    assert read_rows(user="unknown") == {"jobs": 0, "job_results": 0}


def test_what_one_user_waited_for_counts_for_all(database: Database, rows: Rows) -> None:
    user_id = rows.user()
    job_id = rows.job(user_id)
    rows.start(job_id)
    rows.run(
        "INSERT INTO job_results (job_id, section, attempt, payload, started_at, duration_ms, model)"
        " VALUES (:id::uuid, 'charts', 1, '{}', now(), 1234, 'shared-by-both')",
        id=job_id,
    )

    assert read_runs(database, SECTIONS, user_id)["charts"] == Runs(durations_ms=[1234])
    assert read_history(database, dict.fromkeys(SECTIONS, "shared-by-both")).durations_ms["charts"] == [1234]
    assert read_runs(database, SECTIONS, rows.user()) == dict.fromkeys(SECTIONS, Runs())


def test_quantiles_only_grow() -> None:
    runs = Runs(durations_ms=[5000, 1000, 4000, 2000.5])
    quantiles = [runs.quantile_s(step / 20) or 0 for step in range(21)]

    assert (quantiles[0], quantiles[-1]) == (1, 5)
    assert all(lower <= higher for lower, higher in pairwise(quantiles))
