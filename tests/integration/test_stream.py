"""A whole job watched by third-party clients, through a kill in the middle: no event is lost or repeated."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from requests_sse import EventSource, InvalidStatusCodeError

from functions.shared.plans import AGENTS
from scripts.api_client import AlexApi
from scripts.local.stack import LocalStack
from scripts.local.temporary import temporary_stack
from scripts.packaging.node import put_node_on_path
from tests.browser.directing import DIRECTED_AGENT, Director
from tests.rows import Rows
from tests.waiting import until

NODE_CLIENT = Path(__file__).parent / "stream_clients"
KILLED_AFTER = 4
"""The number of events. The next client starts from the last one that the killed client saw."""
ROUNDS = 4
"""The number of responses for which the reporter waits."""
TIMEOUT_S = 300


@dataclass
class Watched:
    """A client's view of a job, in order. `heartbeats` and `rounds` are counts, `ended_by` is a status."""

    events: list[tuple[int, str]] = field(default_factory=list)
    views: list[dict[str, Any]] = field(default_factory=list)
    rounds: int = 0
    heartbeats: int = 0
    ended_by: int = 0

    def see(self, name: str, number: int | None, view: dict[str, Any]) -> None:
        self.views.append(view)
        if number is None:
            self.heartbeats += 1
        else:
            self.events.append((number, name))


class Killed(Exception):
    """The client was killed. Events that it received and did not report are lost."""


def watch_with_python(url: str, token: str, last_id: str, see: Callable[..., None], opened: Callable[[], None]) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    try:
        with EventSource(url, headers=headers, timeout=TIMEOUT_S, latest_event_id=last_id, on_open=opened) as source:
            for event in source:
                see(event.type, int(event.last_event_id) if event.type != "heartbeat" else None, json.loads(event.data))
    except InvalidStatusCodeError as error:
        return error.status_code
    raise AssertionError("a stream ends with a status")


@pytest.fixture(scope="module")
def node_client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the Node client, with its packages. Requires Node and npm."""
    folder = tmp_path_factory.mktemp("node") / "client"
    shutil.copytree(NODE_CLIENT, folder, ignore=shutil.ignore_patterns("node_modules"))
    put_node_on_path()
    npm = shutil.which("npm")
    assert npm, "npm is missing: install Node.js 20 or later"
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    installed = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    assert installed.returncode == 0, installed.stderr
    return folder


@pytest.fixture(scope="module")
def watch_with_node(node_client: Path) -> Callable[..., int]:
    def watch(url: str, token: str, last_id: str, see: Callable[..., None], opened: Callable[[], None]) -> int:
        node = shutil.which("node")
        assert node, "node is missing: install Node.js 20 or later"
        command = [node, "watch.js", f"{url}?last_event_id={last_id}"]
        environment = {**os.environ, "TOKEN": token}
        with subprocess.Popen(command, cwd=node_client, env=environment, stdout=subprocess.PIPE, text=True) as client:
            assert client.stdout
            try:
                for line in client.stdout:
                    event = json.loads(line)
                    if event["name"] == "closed":
                        return int(event["code"])
                    if event["name"] == "open":
                        opened()
                    else:
                        see(event["name"], event["id"], event["data"])
            finally:
                client.kill()
        raise AssertionError("a stream ends with a status")

    return watch


def watch_through_a_kill(watched: Watched, watch: Callable[..., int], url: str, token: str) -> None:
    """Watch the whole job with a client that is killed in the middle, and another that continues."""

    def opened() -> None:
        watched.rounds += 1

    def see_until_killed(*event: Any) -> None:
        watched.see(*event)
        if len(watched.events) == KILLED_AFTER:
            raise Killed

    with pytest.raises(Killed):
        watch(url, token, "", see_until_killed, opened)
    watched.ended_by = watch(url, token, str(watched.events[-1][0]), watched.see, opened)


@pytest.fixture(scope="module")
def director(tmp_path_factory: pytest.TempPathFactory) -> Director:
    return Director(tmp_path_factory.mktemp("directed") / "directions.json")


@pytest.fixture(scope="module")
def directed_stack(director: Director) -> Iterator[LocalStack]:
    """A stack whose agents follow directions."""
    environment = {
        "planner": {"ENABLE_PROGRESS_TRACKING": "true"},
        **{agent.name: {"AGENT": agent.name, "DIRECTIONS": str(director.file)} for agent in AGENTS},
    }
    with temporary_stack(environment=environment, code={agent.name: DIRECTED_AGENT for agent in AGENTS}) as stack:
        yield stack


@pytest.fixture(scope="module")
def alex(directed_stack: LocalStack) -> AlexApi:
    return AlexApi(directed_stack.info.api_url, directed_stack.info.token)


@pytest.fixture(scope="module")
def job_id(alex: AlexApi, director: Director) -> str:
    """The job of an analysis whose reporter works until it is released."""
    director.hold("reporter")
    alex.post("/api/populate-test-data")
    submitted: str = alex.post("/api/analyze")["job_id"]
    return submitted


@pytest.fixture(scope="module")
def watched(
    directed_stack: LocalStack, watch_with_node: Callable[..., int], job_id: str, director: Director
) -> dict[str, Watched]:
    """One job, watched by both clients from its submission. It ends after each has reconnected several times."""
    seen = {"python": Watched(), "node": Watched()}
    url, token = f"{directed_stack.info.api_url}/api/jobs/{job_id}/stream", directed_stack.info.token
    with ThreadPoolExecutor() as pool:
        clients = [
            pool.submit(watch_through_a_kill, seen[name], watch, url, token)
            for name, watch in {"python": watch_with_python, "node": watch_with_node}.items()
        ]
        try:
            until(
                lambda: any(client.done() for client in clients) or all(one.rounds >= ROUNDS for one in seen.values())
            )
        finally:
            director.release("reporter")
        for client in clients:
            client.result(TIMEOUT_S)
    return seen


@pytest.mark.parametrize("client", ["python", "node"])
class TestClient:
    def test_client_sees_every_event_once(
        self, directed_stack: LocalStack, watched: dict[str, Watched], job_id: Any, client: str
    ) -> None:
        happened = Rows(directed_stack.database).events(job_id)

        assert [number for number, _ in watched[client].events] == [seq for seq, _ in happened]
        assert len(happened) > KILLED_AFTER

    def test_client_sees_the_end_and_stops_polling(self, watched: dict[str, Watched], client: str) -> None:
        names = [name for _, name in watched[client].events]

        assert names[-1] == "complete"
        assert set(names[:-1]) == {"status", "progress"}
        assert watched[client].views[-1]["job"]["status"] == "completed"
        assert watched[client].ended_by == 204

    def test_client_reconnects_by_itself(self, watched: dict[str, Watched], client: str) -> None:
        assert watched[client].rounds >= ROUNDS

    def test_client_never_sees_progress_decrease(self, watched: dict[str, Watched], client: str) -> None:
        percents = [view["progress_percent"] for view in watched[client].views if view["progress_percent"] is not None]
        versions = [view["job"]["version"] for view in watched[client].views if view["job"]]

        assert percents == sorted(percents)
        assert percents[-1] == 100
        assert versions == sorted(versions)


def test_client_that_connects_after_the_end_sees_everything(
    directed_stack: LocalStack, watch_with_node: Callable[..., int], watched: dict[str, Watched], job_id: str
) -> None:
    late = Watched()
    url = f"{directed_stack.info.api_url}/api/jobs/{job_id}/stream"

    late.ended_by = watch_with_node(url, directed_stack.info.token, "", late.see, lambda: None)

    assert late.events == watched["node"].events
    assert late.ended_by == 204


@pytest.mark.parametrize(("token_name", "status"), [("token_other_user", 404), ("nobody", 401)])
def test_others_cannot_see_the_stream(directed_stack: LocalStack, job_id: str, token_name: str, status: int) -> None:
    url = f"{directed_stack.info.api_url}/api/jobs/{job_id}/stream"
    token = getattr(directed_stack.info, token_name, "no-token")

    assert watch_with_python(url, token, "", lambda *_: pytest.fail("received an event"), lambda: None) == status
