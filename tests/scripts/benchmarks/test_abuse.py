"""The attackers of the abuse benchmark, and its verdict."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from scripts.benchmarks.abuse import tokens
from scripts.benchmarks.abuse_outcome import Measured, Outcome
from scripts.benchmarks.traffic import (
    MAX_CONCURRENT_JOBS,
    Answer,
    Documentation,
    Ordinary,
    Replay,
    SlowBodies,
    Storm,
    SubmitAndCancel,
)


@dataclass
class Recorder:
    """A client without an API: it records requests, and accepts analyses under the ids 1, 2, 3, …"""

    sent: list[tuple[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    jobs: int = 0
    page: bytes = b""

    def send(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        self.sent.append((method, path))
        self.headers.append(headers or {})
        self.bodies.append(body)
        if path != "/api/analyze":
            return Answer(200, body=self.page)
        self.jobs += 1
        return Answer(202, body=json.dumps({"job_id": str(self.jobs)}).encode())


def outcome(
    *,
    ordinary: Sequence[float] = (1, 1),
    attacked: Sequence[float] = (1, 1),
    statuses: Sequence[int] = (202,),
    late: int = 0,
    error: str = "",
    lost: Sequence[str] = (),
    cancelled: Sequence[int] = (),
    completed: Sequence[int] = (),
) -> Outcome:
    """The waits of the honest user, the statuses of a storm, and the tokens of each job."""
    storm = Storm(Recorder())
    measured = Measured({"poll": list(attacked)}, late=late)
    for status in statuses:
        measured.other(storm, status, is_late=False)
    if error:
        measured.errors[error] += 1
    return Outcome(
        ordinary=Measured({"poll": list(ordinary)}),
        attacked=measured,
        durations_s={},
        lost=list(lost),
        spent_cancelled=list(cancelled),
        spent_completed=list(completed),
    )


def test_canceller_keeps_its_limit_of_jobs_and_cancels_the_oldest() -> None:
    client = Recorder()
    attacker = SubmitAndCancel(client)

    for _ in range(MAX_CONCURRENT_JOBS + 4):
        attacker.send()

    assert attacker.cancelled == ["1", "2"]
    assert client.sent[MAX_CONCURRENT_JOBS:] == [
        ("POST", "/api/jobs/1/cancel"),
        ("POST", "/api/analyze"),
        ("POST", "/api/jobs/2/cancel"),
        ("POST", "/api/analyze"),
    ]


def test_stopped_canceller_leaves_no_job_running() -> None:
    attacker = SubmitAndCancel(Recorder())
    attacker.send()
    attacker.send()

    attacker.stop()

    assert attacker.cancelled == ["1", "2"]


def test_replays_repeat_one_key_and_storms_send_none() -> None:
    client = Recorder()

    Replay(client).send()
    Replay(client).send()
    Storm(client).send()

    keys = [headers.get("Idempotency-Key") for headers in client.headers]
    assert keys[0] is not None
    assert keys == [keys[0], keys[0], None]


def test_ordinary_user_starts_one_analysis_in_fifty_requests_and_polls_it() -> None:
    client = Recorder()
    user = Ordinary(client)

    for _ in range(100):
        user.send()

    assert client.sent.count(("POST", "/api/analyze")) == 2
    assert client.sent[1] == ("GET", "/api/jobs/1")
    assert client.sent[-2] == ("GET", "/api/jobs/2")
    assert {path for _, path in client.sent} >= {"/api/jobs", "/api/accounts"}


def test_slow_bodies_go_to_every_kind_of_route_and_repeat() -> None:
    client = Recorder()
    attacker = SlowBodies(client)

    for _ in range(100):
        attacker.send()

    assert {path for _, path in client.sent} == {"/api/portfolio/import", "/api/user", "/api/analyze"}
    assert max(map(len, client.bodies)) > 999_000
    assert len(set(client.bodies)) < 20


def test_documentation_includes_the_script_that_its_page_names() -> None:
    client = Recorder(page=b'<script src="/docs/swagger-1.js" defer></script>')
    attacker = Documentation(client)

    for _ in range(3):
        attacker.send()

    assert [path for _, path in client.sent] == ["/docs", "/openapi.json", "/docs/swagger-1.js"]


def test_ratio_compares_95th_percentiles() -> None:
    waits = [0.1] * 90 + [0.2] * 11

    assert outcome(ordinary=waits, attacked=[2 * wait for wait in waits]).times == pytest.approx(2)


def test_refused_attacks_are_not_faults() -> None:
    assert outcome(statuses=(202, 409, 413, 422, 429)).faults == []


@pytest.mark.parametrize(("status", "named"), [(500, "500"), (503, "503"), (0, "no response")])
def test_failed_request_of_an_attacker_is_a_fault(status: int, named: str) -> None:
    assert outcome(statuses=(202, status)).faults == [f"429 storm: {named}, 1 times"]


def test_every_failure_of_the_honest_user_is_a_fault() -> None:
    assert len(outcome(error="poll: 503").faults) == 1
    assert len(outcome(lost=["failed"]).faults) == 1


def test_ratio_over_budget_is_a_fault() -> None:
    assert outcome(attacked=(1.5, 1.5)).faults == []
    assert len(outcome(attacked=(1.6, 1.6)).faults) == 1


def test_rate_that_is_too_high_for_the_machine_is_a_fault() -> None:
    assert "lower --rate" in outcome(statuses=[429] * 9, late=1).faults[0]
    assert outcome(statuses=[429] * 10, late=1).faults == []


def test_cancelled_jobs_must_spend_fewer_tokens_than_completed_ones() -> None:
    assert outcome(cancelled=[0, 10], completed=[10]).faults == []
    assert len(outcome(cancelled=[10], completed=[0, 20]).faults) == 1


def test_tokens_of_finished_and_abandoned_calls_are_added_by_job() -> None:
    def line(message: str, job_id: str, read: int, written: int) -> str:
        return json.dumps({"message": message, "job_id": job_id, "input_tokens": read, "output_tokens": written})

    lines = [line("Asked the model", "1", 10, 5), "START", line("Stopped asking the model", "1", 3, 0)]

    assert tokens([*lines, line("Asked the model", "2", 1, 1), line("Another", "2", 9, 9)]) == {"1": 18, "2": 2}
