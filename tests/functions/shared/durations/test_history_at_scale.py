"""Statements over past runs read no more rows among 80,000 results than among a few."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest

from functions.api.repositories.statistics import READ_RUNS, Runs, read_runs
from functions.shared.database import Database, Statement
from functions.shared.durations.history import READ_HISTORY
from functions.shared.plans import AGENTS
from functions.shared.section_names import SNAPSHOT
from tests.rows import Rows

SECTIONS = [SNAPSHOT, *(agent.section for agent in AGENTS)]
JOBS = 20_000
#: Every fourth job is the busy user's. Rows are as long as real ones, including their progress.
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


FILL_SUMMARIES = """
    INSERT INTO job_results (job_id, section, attempt, payload, started_at, duration_ms, created_at)
    SELECT id, 'summary', 1, '{"positions": 3}', created_at, 0, created_at
      FROM jobs WHERE (user_id = :busy OR user_id LIKE :other || '%') AND status = 'completed'"""


class Undo(Exception):
    """Raised to roll back a transaction."""


@pytest.fixture
def read_rows(owner: Database, rows: Rows) -> Iterator[Callable[..., dict[str, int]]]:
    """`read_rows(user_id=…, model=…)` returns the rows per table that the statement reads among 80,000 results."""
    busy = rows.user()
    with suppress(Undo), owner.transaction() as transaction:

        def run(sql: str, **parameters: Any) -> list[list[Any]]:
            return owner.rows(Statement(sql, idempotent=False), parameters, transaction)

        run("INSERT INTO users (id) SELECT :other || n FROM generate_series(0, 499) AS n", other=f"{busy}-")
        for table in ("jobs", "job_results"):
            run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        run(FILL, busy=busy, other=f"{busy}-", jobs=JOBS)
        run(FILL_RESULTS, busy=busy, other=f"{busy}-")
        run(FILL_SUMMARIES, busy=busy, other=f"{busy}-")
        run("ANALYZE jobs, job_results")

        def explain(user: str, model: str | None = None) -> dict[str, int]:
            """Explain the statistics, or with a model, the history."""
            parameters = {"sections": "{" + ",".join(SECTIONS) + "}"}
            parameters["user_id"] = {"busy": busy, "other": f"{busy}-1", "unknown": "nobody"}[user]
            if model is not None:
                parameters["models"] = "{" + ",".join([f'"{model}"'] * len(SECTIONS)) + "}"
            sql = (READ_RUNS if model is None else READ_HISTORY).sql
            ((plan,),) = run("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + sql, **parameters)
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


def test_statistics_use_indexes_and_read_only_returned_rows(read_rows: Callable[..., dict[str, int]]) -> None:
    busy = read_rows("busy")

    assert busy["jobs"] == 500
    assert busy["job_results"] <= 500 * len(SECTIONS)
    assert read_rows("other")["jobs"] <= JOBS / 500
    assert read_rows("unknown") == {"jobs": 0, "job_results": 0}


@pytest.mark.parametrize("user", ["busy", "other", "unknown"])
def test_history_uses_indexes_and_reads_a_bounded_number(read_rows: Callable[..., dict[str, int]], user: str) -> None:
    """Candidates are 200 runs of each section and 20 jobs of the user. Each has a summary and its durations."""
    read = read_rows(user, model="old-model")

    assert read["jobs"] <= 20 + 200 * len(SECTIONS) + 20
    assert read["job_results"] <= (200 + 20) * len(SECTIONS) * 2 + 400


def test_history_of_new_model_reads_no_runs_of_old_one(read_rows: Callable[..., dict[str, int]]) -> None:
    assert read_rows("unknown", model="a-new-model") == {"jobs": 0, "job_results": 0}


def test_statistics_cover_own_jobs_only(api_database: Database, rows: Rows) -> None:
    user_id = rows.user()
    job_id = rows.job(user_id)
    rows.start(job_id)
    rows.run(
        "INSERT INTO job_results (job_id, section, attempt, payload, started_at, duration_ms, model)"
        " VALUES (:id::uuid, 'charts', 1, '{}', now(), 1234, 'any')",
        id=job_id,
    )

    assert read_runs(api_database, SECTIONS, user_id)["charts"] == Runs(durations_ms=[1234])
    assert read_runs(api_database, SECTIONS, rows.user()) == dict.fromkeys(SECTIONS, Runs())


def test_quantiles_are_interpolated_and_increasing() -> None:
    runs = Runs(durations_ms=[5000, 1000, 4000, 2000.5])
    quantiles = [runs.quantile_s(percent) or 0 for percent in range(1, 100)]

    assert runs.quantile_s(50) == 3
    assert all(1 <= lower <= higher <= 5 for lower, higher in pairwise(quantiles))
    assert Runs(durations_ms=[1500]).quantile_s(90) == 1.5
    assert Runs().quantile_s(50) is None
