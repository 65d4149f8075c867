"""Two statements about one job overlap: each begins before the other has committed.

The second one waits for a lock that the first one holds, and then sees the first one's changes. It must leave the job
as if it had begun after the first one.
"""

import json
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from functions.api.errors import Refused
from functions.api.repositories.jobs import Jobs as ApiJobs
from functions.charter.declaration import Charts
from functions.dead_letters.jobs import JobEnded, JobHeld, fail_job
from functions.planner.jobs import ClaimRefused, JobCancelled, PlannerJobs
from functions.shared.agent_declaration import JobType
from functions.shared.database import Database
from functions.shared.database.settings import DatabaseSettings
from functions.shared.database.transport import Response
from functions.shared.jobs import Jobs, LeaseLost
from functions.shared.plans import PLANS
from functions.shared.progress.model import completed, initial_progress
from functions.shared.sections import Summary
from functions.shared.tasks import Claim, JobMessage
from scripts.benchmarks.database import CLUSTER_ARN, SECRET_ARNS
from tests.simulation.database import START, SimulatedDatabase
from tests.simulation.invariants import CHECKS, violations

USER = "user"
PROGRESS = initial_progress(PLANS[JobType.CHARTS], 1, frozenset()).model_dump_json()
SUMMARY = Summary(total_value=Decimal(0), accounts=0, positions=0, as_of=datetime(2027, 1, 4, tzinfo=UTC))
_PREPARE = """
    WITH owner AS (INSERT INTO users (id) VALUES (%(user)s) RETURNING id), job AS (
        INSERT INTO jobs (id, user_id, job_type, sections, event_seq, status, attempt, worker, lease_expires_at,
                          started_at, progress_data)
        SELECT %(job)s, id, 'charts', '{charts}', 2, 'running', 1, 'A', now() + interval '60 seconds', now(),
               %(progress)s::jsonb || jsonb_build_object('started_at', iso8601(now()))
          FROM owner
        RETURNING id
    )
    INSERT INTO job_events (job_id, seq, kind, details)
    SELECT id, seq, kind, '{"attempt": 1}'
      FROM job CROSS JOIN (VALUES (1, 'queued'), (2, 'claimed')) AS event (seq, kind)
"""
_SNAPSHOT = """
    INSERT INTO job_results (job_id, section, attempt, payload, started_at, duration_ms)
    VALUES (%s, 'snapshot', 1, '{"accounts": []}', now(), 1)
"""
_LEASE_OVER = "UPDATE simulation.clock SET at = at + interval '100 seconds'"
_STATE = """
    SELECT status, attempt, failures, round, worker, lease_expires_at, stalled_since, error_message, event_seq,
           progress_data -> 'stage', (SELECT jsonb_agg(section ORDER BY section) FROM job_results),
           (SELECT jsonb_agg(kind ORDER BY seq) FROM job_events)
      FROM jobs
"""
_PAUSE_S = 0.001


class Prepared:
    """A job whose planner A, in attempt 1, has not renewed its lease for a while. Its only section may be committed."""

    def __init__(self, database: SimulatedDatabase, *, is_finished: bool) -> None:
        self.sql = database.sql
        database.clear()
        self.sql.execute("UPDATE simulation.clock SET at = %s::timestamptz", [START])
        self.message = JobMessage(job_id=uuid4())
        self.claim = Claim(job_id=self.message.job_id, attempt=1)
        self.sql.execute(_PREPARE.encode(), {"user": USER, "job": self.message.job_id, "progress": PROGRESS})
        self.sql.execute(_SNAPSHOT, [self.message.job_id])
        self.api, self.workers = (
            Database(
                DatabaseSettings(db_cluster_arn=CLUSTER_ARN, db_secret_arn=SECRET_ARNS[user]),
                retry_budget_s=0,
                transport=_transport(database),
            )
            for user in ("api", "workers")
        )
        self.planner, self.worker = PlannerJobs(self.workers, lease_s=60), Jobs(self.workers)
        if is_finished:
            self.commit()
        self.sql.execute(_LEASE_OVER)

    def commit(self) -> object:
        return self.worker.commit_section(
            self.claim, "charts", Charts({}), duration_ms=1, change=completed("charter", "Done"), agent="charter"
        )

    def broken(self) -> list[str]:
        """Broken invariants, ignoring those that require an ended job or a committed, readable snapshot."""
        allowed = (next(iter(CHECKS)), "I3 every", "I3 a job", "I4 every section was")
        return [line for line in violations(self.sql, [self.message.job_id]) if not line.startswith(allowed)]


OPERATIONS: dict[str, Callable[[Prepared], object]] = {
    "claim": lambda job: job.planner.claim(job.message, "B").attempt,
    "renew": lambda job: job.planner.renew(job.claim),
    "commit": lambda job: job.commit(),
    "complete": lambda job: job.planner.complete(job.claim, SUMMARY),
    "fail": lambda job: job.planner.fail(job.claim, ["It failed."]),
    "release": lambda job: job.planner.release(job.claim, "It was away."),
    "cancel": lambda job: bool(ApiJobs(job.api, 2).cancel(USER, job.message.job_id)),
    "give up": lambda job: fail_job(job.workers, job.message),
}
UNFINISHED = [name for name in OPERATIONS if name != "complete"]
FINISHED = ["claim", "complete", "cancel", "give up"]

#: A statement that changes nothing reads the job as of its own start, and its caller acts once on that state: a planner
#: works until its next heartbeat, or returns a message that the next planner acknowledges.
READ_TOO_EARLY: dict[str, dict[str, object]] = {
    "renew": dict.fromkeys(("claim", "fail", "cancel"), None),
    "release": dict.fromkeys(("claim", "fail", "cancel"), True),
    "fail": {"fail": "LeaseLost"},
    "complete": {"complete": "LeaseLost"},
}


@pytest.mark.parametrize(
    ("first", "is_finished"),
    [*((name, False) for name in UNFINISHED), *((name, True) for name in FINISHED)],
)
def test_second_statement_has_same_effect_as_a_later_one(
    database: SimulatedDatabase, first: str, *, is_finished: bool
) -> None:
    for second in FINISHED if is_finished else UNFINISHED:
        later = Prepared(database, is_finished=is_finished)
        expected_results = [result(name, later) for name in (first, second)]
        expected_state = later.sql.execute(_STATE).fetchone()

        overlapping = Prepared(database, is_finished=is_finished)
        results = overlapped(database, overlapping, first, second)

        assert overlapping.sql.execute(_STATE).fetchone() == expected_state, second
        assert overlapping.broken() == [], second
        too_early = READ_TOO_EARLY.get(second, {})
        assert results[0] == expected_results[0], second
        assert results[1] == too_early.get(first, expected_results[1]), second


def test_completion_overlapping_a_commit_misses_it(database: SimulatedDatabase) -> None:
    """Planners therefore wait for receipts: a completion begun before a commit has ended finds the section missing."""
    job = Prepared(database, is_finished=False)

    assert overlapped(database, job, "commit", "complete")[1] == ("charts",)
    assert result("complete", job) == ()


def result(name: str, job: Prepared) -> object:
    try:
        return OPERATIONS[name](job)
    except (ClaimRefused, LeaseLost, JobCancelled, JobEnded, JobHeld, Refused) as refusal:
        return type(refusal).__name__


def overlapped(database: SimulatedDatabase, job: Prepared, *names: str) -> list[object]:
    """The results of operations that wait for the job's row, and then proceed in this order."""
    with ThreadPoolExecutor() as pool, psycopg.connect(database.dsn) as gate:
        gate.execute("SELECT FROM jobs FOR UPDATE")
        started: list[Future[object]] = []
        for name in names:
            started.append(pool.submit(result, name, job))
            while waiting(job) < len(started):
                assert not started[-1].done(), f"{name} did not wait"
                time.sleep(_PAUSE_S)
        gate.rollback()
        return [future.result(timeout=60) for future in started]


def waiting(job: Prepared) -> int:
    found = job.sql.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()
    assert found is not None
    count: int = found[0]
    return count


def _transport(database: SimulatedDatabase) -> Any:
    def send(path: str, body: bytes, read_timeout_s: float) -> Response:
        return Response(200, "", json.dumps(database.api.call(path.removeprefix("/"), body)).encode())

    return send
