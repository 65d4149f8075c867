"""Kill, pause and restart everything during 25 jobs: each job ends with every section exactly once."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

import psutil
import psycopg
import pytest

from functions.shared.plans import AGENTS
from scripts.api_client import AlexApi, ApiError
from scripts.local.stack import LocalStack
from scripts.local.temporary import temporary_stack
from scripts.manifest import ROOT
from tests.browser.directing import DIRECTED_AGENT, Director
from tests.simulation.invariants import violations
from tests.waiting import until

FIRST_JOBS, HELD_JOBS = 20, 5
JOBS = FIRST_JOBS + HELD_JOBS
LEASE_S = 4


@pytest.fixture(scope="module")
def director(tmp_path_factory: pytest.TempPathFactory) -> Director:
    director = Director(tmp_path_factory.mktemp("directed") / "directions.json")
    director.take(1)
    return director


@pytest.fixture(scope="module")
def busy_stack(director: Director) -> Iterator[LocalStack]:
    """Agents that take a second, short leases, and more jobs than the four planners can run at once."""
    environment = {
        "api": {"MAX_CONCURRENT_JOBS": str(JOBS), "MAX_JOBS_A_DAY": "1000"},
        "planner": {"ENABLE_PROGRESS_TRACKING": "true", "LEASE_S": str(LEASE_S)},
        **{agent.name: {"AGENT": agent.name, "DIRECTIONS": str(director.file)} for agent in AGENTS},
    }
    with temporary_stack(
        environment=environment,
        code={agent.name: DIRECTED_AGENT for agent in AGENTS},
        visibility_timeout_s=LEASE_S + 1,
        max_concurrency=4,
    ) as it:
        yield it


def test_jobs_survive_kills_pauses_and_restarts_of_every_part(busy_stack: LocalStack, director: Director) -> None:
    """The last jobs' agents work until the outage is over, so that it meets unfinished jobs on every machine."""
    alex = AlexApi(busy_stack.info.api_url, busy_stack.info.token)
    alex.post("/api/populate-test-data")
    jobs = [UUID(alex.post("/api/analyze")["job_id"]) for _ in range(FIRST_JOBS)]
    until(lambda: len(unfinished(busy_stack, jobs)) < FIRST_JOBS)

    # A paused planner loses its lease, and its agents' sections are refused once another planner has claimed the job.
    with paused(busy_stack.workers("planner"), LEASE_S + 2):
        pass
    with paused([*busy_stack.processes("data api"), *busy_stack.processes("postgres")], 3):
        pass
    with paused(busy_stack.processes("emulator"), 3):
        pass
    director.hold()
    jobs += [UUID(alex.post("/api/analyze")["job_id"]) for _ in range(HELD_JOBS)]
    for function in ("planner", *(agent.name for agent in AGENTS)):
        for worker in busy_stack.workers(function):
            with suppress(psutil.NoSuchProcess):
                worker.kill()
    assert len(unfinished(busy_stack, jobs)) >= HELD_JOBS
    with busy_stack.without_database(), pytest.raises(ApiError, match="temporarily unavailable") as refused:
        alex.post("/api/analyze")
    assert refused.value.status == 503
    with busy_stack.without_emulator():
        pass

    # SQS keeps messages, but the emulator loses them: owners and the operator enqueue their jobs again, the operator
    # only those without a lease.
    until(lambda: leased(busy_stack, jobs) == 0)
    for job in unfinished(busy_stack, jobs)[::2]:
        alex.post(f"/api/jobs/{job}/cancel")
        alex.post(f"/api/jobs/{job}/retry")
    assert run_redrive(busy_stack, "--unfinished").returncode == 0
    director.take(1)

    until(lambda: not unfinished(busy_stack, jobs))
    with psycopg.connect(busy_stack.postgres.dsn()) as connection:
        assert violations(connection, jobs) == []
    assert {job["id"] for job in alex.get(f"/api/jobs?limit={JOBS}")["jobs"]} == set(map(str, jobs))


@contextmanager
def paused(processes: list[psutil.Process], seconds: float) -> Iterator[None]:
    """Stop the processes with SIGSTOP, and continue them after `seconds`. Skips those that end meanwhile."""
    assert processes
    stopped = []
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.suspend()
            stopped.append(process)
    time.sleep(seconds)
    yield
    for process in stopped:
        with suppress(psutil.NoSuchProcess):
            process.resume()


def run_redrive(stack: LocalStack, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, str(ROOT / "scripts" / "redrive.py"), *arguments]
    return subprocess.run([*command, "--stack", str(stack.state / "stack.json")], check=False)


def unfinished(stack: LocalStack, jobs: list[UUID]) -> list[UUID]:
    with psycopg.connect(stack.postgres.dsn()) as connection:
        active = "SELECT id FROM jobs WHERE status IN ('pending', 'running') AND id = ANY (%s) ORDER BY created_at"
        return [job_id for (job_id,) in connection.execute(active, [jobs]).fetchall()]


def leased(stack: LocalStack, jobs: list[UUID]) -> int:
    with psycopg.connect(stack.postgres.dsn()) as connection:
        row = connection.execute(
            "SELECT count(*) FROM jobs WHERE lease_expires_at > now() AND id = ANY (%s)", [jobs]
        ).fetchone()
    assert row is not None
    return int(row[0])


def test_dead_letter_without_job_is_acknowledged(busy_stack: LocalStack) -> None:
    sqs = busy_stack.boto3_client("sqs")
    dead = sqs.get_queue_url(QueueName="alex-analysis-jobs-dlq")["QueueUrl"]

    sqs.send_message(QueueUrl=dead, MessageBody="poison")

    until(lambda: any("The message names no job" in line for line in busy_stack.logs("dead_letters")))
    assert not any("poison" in line for line in busy_stack.logs("dead_letters"))
