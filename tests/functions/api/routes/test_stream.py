"""A job's events as finite Server-Sent Events: over all rounds, none is lost and none repeats."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.api.handler import Application
from functions.api.schemas.job_responses import StreamedEvent
from functions.shared.section_names import SNAPSHOT
from scripts.local.data_api import FaultControl
from tests.functions.api.at_work import AtWork
from tests.functions.api.calling import Api, ApiResponse
from tests.functions.api.job_states import JobThatIs, Sql


class Sent(NamedTuple):
    id: int | None
    event: str
    data: Any


class Stream:
    """A client that follows the standard: it keeps the last id and sends it with the next round."""

    def __init__(self, api: Api, job_id: str) -> None:
        self._api = api
        self._path = f"/api/jobs/{job_id}/stream"
        self.last_id = ""

    def get(self, **query: str) -> ApiResponse:
        headers = {"last-event-id": self.last_id} if self.last_id else {}
        return self._api.get(self._path, headers={"accept": "text/event-stream", **headers}, query=query)

    def round(self) -> list[Sent]:
        response = self.get()
        assert (response.status, response.headers["Content-Type"]) == (200, "text/event-stream")
        sent = list(parse(response.text))
        self.last_id = next((str(event.id) for event in reversed(sent) if event.id is not None), self.last_id)
        return sent

    def names(self) -> list[tuple[int | None, str]]:
        return [(event.id, event.event) for event in self.round()]


def parse(text: str) -> Iterator[Sent]:
    retry, _, blocks = text.removesuffix("\n\n").partition("\n")
    assert retry == "retry: 2000"
    for block in blocks.split("\n\n"):
        fields = [line.partition(": ") for line in block.split("\n")]
        assert [name for name, _, _ in fields][-2:] == ["event", "data"]
        number = next((int(value) for name, _, value in fields if name == "id"), None)
        event = next(value for name, _, value in fields if name == "event")
        data = json.loads(fields[-1][2])
        StreamedEvent.model_validate(data)
        yield Sent(number, event, data)


@pytest.fixture
def submitted(api: Api) -> str:
    job_id: str = api.post("/api/analyze").json()["job_id"]
    return job_id


@pytest.fixture
def stream(api: Api, submitted: str) -> Stream:
    return Stream(api, submitted)


def test_stream_covers_job_from_start_to_end(submitted: str, stream: Stream) -> None:
    assert stream.names() == [(1, "status")]
    assert stream.names() == [(None, "heartbeat")]
    worker = AtWork(submitted)
    worker.start_progress()
    assert stream.names() == [(2, "status"), (3, "progress")]
    worker.commit(SNAPSHOT)
    worker.report_progress(30)
    assert stream.names() == [(4, "status"), (5, "progress")]
    worker.complete()
    assert stream.names() == [(6, "status"), (7, "status"), (8, "status"), (9, "complete")]
    assert (stream.get().status, stream.get().text) == (204, "")


def test_section_is_served_as_soon_as_it_is_committed(api: Api, submitted: str, stream: Stream) -> None:
    worker = AtWork(submitted)
    worker.commit(SNAPSHOT)
    stream.round()
    etag = api.get(f"/api/jobs/{submitted}").headers["ETag"]
    worker.commit("charts")

    assert [event.event for event in stream.round()] == ["status"]
    polled = api.get(f"/api/jobs/{submitted}", headers={"if-none-match": etag})
    assert polled.status == 200
    assert polled.json()["charts_payload"]
    assert polled.json()["report_payload"] is None


def test_stream_without_progress_has_only_status_events(submitted: str, stream: Stream) -> None:
    AtWork(submitted).complete()

    assert [event.event for event in stream.round()] == ["status"] * 6 + ["complete"]


def test_each_event_has_its_own_state_and_last_one_includes_job(api: Api, submitted: str, stream: Stream) -> None:
    worker = AtWork(submitted)
    worker.start_progress()
    worker.report_progress(30, "Drafting 3 of 7 sections")

    events = stream.round()
    (heartbeat,) = stream.round()

    history = api.get(f"/api/jobs/{submitted}/events").json()["events"]
    assert [{key: event.data[key] for key in history[0]} for event in events] == history
    assert [event.data["job"] for event in events[:-1]] == [None] * 3
    (listed,) = api.get("/api/jobs").json()["jobs"]
    for event in (events[-1], heartbeat):
        assert event.data["job"].keys() <= listed.keys()
        assert (event.data["job"]["id"], event.data["job"]["version"]) == (submitted, 4)
    progress = heartbeat.data["job"]["progress_data"]
    assert {key: heartbeat.data[key] for key in ("seq", "kind", "agent", "progress_percent", "message")} == {
        "seq": None,
        "kind": "heartbeat",
        "agent": progress["current_agent"],
        "progress_percent": progress["progress_percent"],
        "message": progress["message"],
    }


def test_event_of_starting_agent_names_that_agent(api: Api, submitted: str) -> None:
    worker = AtWork(submitted)
    worker.start_progress()
    for agent in ("reporter", "retirement"):
        worker.start_agent(agent)

    messages = [(event.data["agent"], event.data["message"]) for event in Stream(api, submitted).round()[3:]]

    assert messages == [("reporter", "Running Reporter..."), ("retirement", "Running Retirement...")]


def test_heartbeats_show_progress_between_writes(submitted: str, stream: Stream, sql: Sql) -> None:
    AtWork(submitted).start_progress()
    before = stream.round()[-1].data["job"]["progress_data"]
    sql(
        """UPDATE jobs SET version = version + 1, progress_data = jsonb_set(jsonb_set(progress_data,
           '{anchor,at}', to_jsonb(now() - interval '20 s')),
           '{agents,0,started_at}', to_jsonb(now() - interval '20 s')) WHERE id = %s""",
        submitted,
    )

    (heartbeat,) = stream.round()

    assert heartbeat.event == "heartbeat"
    assert before["progress_percent"] + 10 < heartbeat.data["progress_percent"] < 100


@pytest.mark.parametrize(("status", "name"), [("failed", "failed"), ("cancelled", "failed"), ("completed", "complete")])
def test_every_end_is_sent_once(api: Api, job_that_is: JobThatIs, status: str, name: str) -> None:
    stream = Stream(api, job_that_is(api, status))

    ended = stream.round()[-1]

    assert (ended.event, ended.data["job"]["status"]) == (name, status)
    assert stream.get().status == 204


def test_returning_client_gets_missed_end(submitted: str, stream: Stream) -> None:
    worker = AtWork(submitted)
    stream.round()
    worker.fail()

    assert stream.names() == [(3, "failed")]


def test_returning_client_continues_after_retry(api: Api, submitted: str, stream: Stream) -> None:
    AtWork(submitted).fail()
    assert stream.names()[-1] == (3, "failed")
    assert stream.get().status == 204

    api.post(f"/api/jobs/{submitted}/retry")

    assert stream.names() == [(4, "status")]
    AtWork(submitted, "another", job_round=1).complete()
    assert stream.names()[-1] == (10, "complete")
    assert stream.get().status == 204


def test_failure_before_retry_is_not_an_end(api: Api, submitted: str, stream: Stream) -> None:
    AtWork(submitted).fail()
    api.post(f"/api/jobs/{submitted}/retry")

    assert stream.names() == [(1, "status"), (2, "status"), (3, "status"), (4, "status")]


def test_query_can_set_last_event_id(submitted: str, stream: Stream) -> None:
    AtWork(submitted)

    assert [event.id for event in parse(stream.get(last_event_id="1").text)] == [2]
    assert [event.id for event in parse(stream.get(last_event_id="").text)] == [1, 2]
    stream.last_id = "2"
    assert [event.id for event in parse(stream.get(last_event_id="1").text)] == [None], "the header takes precedence"


@pytest.mark.parametrize("last_id", ["7", "999999999", "x", "-1", "1.5", "1,2", "", "9" * 30])
def test_unknown_last_id_starts_from_beginning(stream: Stream, last_id: str) -> None:
    stream.last_id = last_id

    assert stream.names() == [(1, "status")]


@pytest.mark.parametrize("last_id", ["x", "-1", "9" * 10])
def test_invalid_last_id_in_query_is_refused(stream: Stream, last_id: str) -> None:
    response = stream.get(last_event_id=last_id)

    assert (response.status, response.fields()) == (422, {"last_event_id"})


def test_end_is_sent_even_without_stored_events(api: Api, submitted: str, sql: Sql) -> None:
    AtWork(submitted).complete()
    sql("DELETE FROM job_events WHERE job_id = %s", submitted)
    stream = Stream(api, submitted)

    assert stream.names() == [(7, "complete")]
    assert stream.get().status == 204


def test_events_beyond_one_round_come_in_next_rounds(submitted: str, stream: Stream, sql: Sql) -> None:
    worker = AtWork(submitted)
    sql(
        """WITH more AS (INSERT INTO job_events (job_id, seq, kind)
           SELECT %s, n, 'released' FROM generate_series(3, 1100) AS n)
           UPDATE jobs SET event_seq = 1100, version = version + 1 WHERE id = %s""",
        submitted,
        submitted,
    )
    worker.fail()

    rounds = [stream.names() for _ in range(3)]

    assert [len(names) for names in rounds] == [500, 500, 101]
    assert [number for names in rounds for number, _ in names] == list(range(1, 1102))
    assert [name for names in rounds for _, name in names if name != "status"] == ["failed"]
    assert stream.get().status == 204


def test_round_is_one_statement_that_writes_nothing(
    api: Api, job_that_is: JobThatIs, sql: Sql, faults: FaultControl
) -> None:
    stream = Stream(api, job_that_is(api, "running"))
    before = sql("SELECT xmin::text, jobs::text FROM jobs WHERE user_id = %s", api.user)
    faults.reset_statements()

    for _ in range(5):
        stream.round()

    assert len(faults.statements()) == 5
    assert sql("SELECT xmin::text, jobs::text FROM jobs WHERE user_id = %s", api.user) == before


def test_stream_must_not_be_stored(stream: Stream) -> None:
    assert stream.get().headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("kind", "retry"), [("resuming", 10_000), ("throttling", 5_000)])
def test_unavailable_database_sets_client_retry_time(
    api: Api, submitted: str, faults: FaultControl, fail_fast: Application, kind: str, retry: int
) -> None:
    stream = Stream(api.using(fail_fast), submitted)
    stream.round()
    faults.inject(kind, times=1000)

    response = stream.get()

    assert (response.status, response.headers["Content-Type"]) == (200, "text/event-stream")
    requested, waiting = response.text.replace("\n", " ", 1).split(" event: ")
    assert requested == f"retry: {retry}"
    assert waiting.startswith('heartbeat\ndata: {"seq": null')
    assert waiting.endswith('"message": "The database is waking up...", "job": null}\n\n')
    faults.clear()
    assert stream.names() == [(None, "heartbeat")]


def test_message_content_stays_within_its_event(api: Api, submitted: str) -> None:
    AtWork(submitted).fail("One\nid: 99\r\nevent: complete\n\ndata: {}\n\n\u2028end")

    (_, _, ended) = Stream(api, submitted).round()

    assert ended.event == "failed"
    assert ended.data["job"]["error_message"].startswith("One\nid: 99\r\nevent: complete\n\ndata: {}")


Step = Callable[[AtWork], object]
STEPS: list[Step] = [
    AtWork.start_progress,
    lambda worker: worker.report_progress(10),
    lambda worker: worker.report_progress(60),
    lambda worker: worker.commit("report"),
    lambda worker: worker.commit("charts"),
]


@settings(max_examples=15)
@given(attempts=st.lists(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2)), max_size=5), min_size=1, max_size=3))
def test_interleaved_rounds_and_steps_send_each_event_once(
    api: Api, sql: Sql, attempts: list[list[tuple[int, int]]]
) -> None:
    job_id = api.post("/api/analyze").json()["job_id"]
    stream = Stream(api, job_id)
    seen: list[tuple[int | None, str]] = []
    for number, steps in enumerate(attempts):
        if number:
            api.post(f"/api/jobs/{job_id}/retry")
        worker = AtWork(job_id, f"worker {number}", job_round=number)
        worker.start_progress()
        for step, rounds in steps:
            STEPS[step](worker)
            for _ in range(rounds):
                seen += stream.names()
        worker.fail()
    seen += stream.names()

    assert stream.get().status == 204
    numbered = [number for number, _ in seen if number is not None]
    assert numbered == [seq for (seq,) in sql("SELECT seq FROM job_events WHERE job_id = %s ORDER BY seq", job_id)]
    assert [name for _, name in seen].count("failed") == 1
    assert seen[-1] == (numbered[-1], "failed")
