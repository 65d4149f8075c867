"""The whole stack passes work from the API to the database, and leaves nothing running."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
import urllib3

from functions.shared.database import Statement
from scripts.local.gateway import PortTaken
from scripts.local.info import StackInfo
from scripts.local.processes import Entry, Registry
from scripts.local.stack import AlreadyRunning, LocalStack
from scripts.local.temporary import remove_leftovers, temporary_stack
from scripts.manifest import ROOT, read_manifest
from tests.local.listening import addresses
from tests.waiting import until

FUNCTIONS = Path(__file__).parent / "functions"
STAND_INS = {name: FUNCTIONS / name for name in ("api", "planner", "reporter")}
WITH_DATABASE = {name: function for name, function in read_manifest().functions.items() if function.database_user}

#: Where the reporter's stand-in stores its input.
STORED = Statement("CREATE TABLE stored (name text, event text)", idempotent=False)
MAY_STORE = Statement("GRANT INSERT ON stored TO alex_workers", idempotent=True)
EVENTS = Statement("SELECT event FROM stored WHERE name = :name", idempotent=True)
NAMES = Statement("SELECT display_name FROM users WHERE id = :id", idempotent=True)
SIGNED_IN = Statement(
    "SELECT DISTINCT usename::text FROM pg_stat_activity WHERE datname = 'alex' ORDER BY 1", idempotent=True
)
KNOWN = Statement("INSERT INTO users (id) VALUES (:id) ON CONFLICT DO NOTHING", idempotent=True)
JOB = Statement(
    "INSERT INTO jobs (id, user_id, job_type, sections, request_payload, status, completed_at)"
    " VALUES (gen_random_uuid(), 'someone', 'charts', '{charts}', '{}', :status,"
    " CASE WHEN :status = 'cancelled' THEN now() END) RETURNING id::text",
    idempotent=False,
)

SERVER = """
import sys, time
from pathlib import Path
from scripts.local.stack import LocalStack
with LocalStack(Path(sys.argv[1]), durable=False):
    time.sleep(60)
"""


@pytest.fixture(scope="module")
def stack() -> Iterator[LocalStack]:
    with temporary_stack(code=STAND_INS) as stack:
        stack.database.rows(STORED)
        stack.database.rows(MAY_STORE)
        yield stack


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "state"
    LocalStack(tmp_path / "state").erase()


def ask(info: StackInfo, method: str, path: str, token: str | None = None, **options: Any) -> urllib3.BaseHTTPResponse:
    headers = {"Authorization": f"Bearer {token or info.token}"}
    return urllib3.request(method, info.api_url + path, headers=headers, retries=False, timeout=30, **options)


def entries(state: Path) -> list[Entry]:
    """The children in the registries of a state folder."""
    return [entry for file in ("processes.json", "postgres.json") for entry in Registry(state / file).entries()]


def started_since(before: set[psutil.Process]) -> list[psutil.Process]:
    """The descendants of this process that started since, without the descendants of `before` (another stack's)."""
    found = []
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if child not in before and before.isdisjoint(child.parents()):
                found.append(child)
    return found


def messages(stack: LocalStack, function: str) -> list[str]:
    """The messages that the function logged, without Lambda's own lines."""
    return [json.loads(line)["message"] for line in stack.logs(function) if line.startswith("{")]


def runs(pid: int) -> bool:
    return bool(psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)


def test_work_goes_from_api_through_queue_and_functions(stack: LocalStack) -> None:
    response = ask(stack.info, "POST", "/api/jobs", json={"user": "through"})

    assert response.status == 200
    rows = until(lambda: stack.database.rows(EVENTS, {"name": "through"}))
    assert json.loads(rows[0][0]) == {"user": "through"}  # SQS may deliver it more than once
    until(lambda: "Received through, delivery 1" in messages(stack, "planner"))


def test_message_of_killed_function_is_redelivered(stack: LocalStack, tmp_path: Path) -> None:
    """The first delivery works until it is killed. The test then ends the time for which its message is invisible."""
    begun = tmp_path / "begun"
    ask(stack.info, "POST", "/api/jobs", json={"user": "twice", "hangs_once": str(begun)})
    until(begun.exists)

    for worker in stack.workers("planner"):
        worker.kill()
    sqs = stack.boto3_client("sqs")
    sqs.change_message_visibility(
        QueueUrl=sqs.get_queue_url(QueueName="alex-analysis-jobs")["QueueUrl"],
        ReceiptHandle=begun.read_text(),
        VisibilityTimeout=0,
    )

    until(lambda: stack.database.rows(EVENTS, {"name": "twice"}))
    later = re.compile(r"Received twice, delivery ([2-9]|\d\d)")
    until(lambda: any(later.fullmatch(message) for message in messages(stack, "planner")))


def test_functions_log_json_lines(stack: LocalStack) -> None:
    ask(stack.info, "GET", "/api/logged")

    until(lambda: "Asked for /api/logged" in messages(stack, "api"))
    assert stack.logs("retirement") == []


def test_each_token_signs_in_its_own_user(stack: LocalStack) -> None:
    def user(token: str) -> Any:
        return ask(stack.info, "GET", "/api/x", token).json()["requestContext"]["authorizer"]["jwt"]["claims"]["sub"]

    assert user(stack.info.token) != user(stack.info.token_other_user)


def test_token_of_another_stack_is_refused(stack: LocalStack, state: Path) -> None:
    with LocalStack(state, durable=False, code=STAND_INS) as other:
        assert other.info.api_url != stack.info.api_url
        assert ask(other.info, "GET", "/api/x").status == 200
        assert ask(other.info, "GET", "/api/x", stack.info.token).status == 401
        assert ask(stack.info, "GET", "/api/x", other.info.token).status == 401


def test_functions_connect_as_their_database_users(stack: LocalStack) -> None:
    functions, secrets = stack.boto3_client("lambda"), stack.boto3_client("secretsmanager")

    def database_user(function: str) -> Any:
        arn = functions.get_function_configuration(FunctionName=f"alex-{function}")["Environment"]["Variables"].get(
            "DB_SECRET_ARN"
        )
        return arn and json.loads(secrets.get_secret_value(SecretId=arn)["SecretString"])["username"]

    users = {name: database_user(name) for name in read_manifest().functions}
    assert {user: [name for name in users if users[name] == user] for user in set(users.values())} == {
        "alex": ["migrator"],
        "alex_api": ["api"],
        "alex_workers": [name for name in WITH_DATABASE if name not in {"api", "migrator"}],
    }
    ask(stack.info, "POST", "/api/jobs", json={"user": "signed in"})
    until(lambda: stack.database.rows(EVENTS, {"name": "signed in"}))
    assert stack.database.rows(SIGNED_IN) == [["alex"], ["alex_workers"]]


def test_everything_listens_on_loopback_only(stack: LocalStack) -> None:
    children = [process for name in ("postgres", "data api", "emulator") for process in stack.processes(name)]

    listening = addresses(psutil.Process(), *children)

    assert len(listening) >= 4
    assert {ip for ip, _ in listening} == {"127.0.0.1"}


def test_stop_leaves_nothing_and_restart_finds_data_users_and_jobs(state: Path) -> None:
    before = set(psutil.Process().children(recursive=True))
    with LocalStack(state, durable=False, code=STAND_INS) as first:
        children = entries(state)
        assert StackInfo.model_validate_json((state / "stack.json").read_text()) == first.info
        first.database.rows(KNOWN, {"id": "someone"})
        ((pending,),) = first.database.rows(JOB, {"status": "pending"})
        first.database.rows(JOB, {"status": "cancelled"})
        user = ask(first.info, "GET", "/api/x").json()["requestContext"]["authorizer"]["jwt"]["claims"]["sub"]
        assert len([process for child in children for process in child.processes()]) > len(children)
        assert len(started_since(before)) > len(children)

    assert not (state / "stack.json").exists()
    assert not [process for child in children for process in child.processes()]
    assert not started_since(before)
    assert entries(state) == []
    assert not (state / "emulator" / "tmp").exists()

    real_planner = {name: folder for name, folder in STAND_INS.items() if name != "planner"}
    with LocalStack(state, durable=False, code=real_planner) as second:
        claims = ask(second.info, "GET", "/api/x", first.info.token).json()["requestContext"]["authorizer"]["jwt"]
        assert claims["claims"]["sub"] == user
        until(lambda: second.logs("planner"))
        claimed = [line for line in second.logs("planner") if "Claimed job" in line]
        assert [json.loads(line)["job_id"] for line in claimed] == [pending]


def test_fresh_start_deletes_data(state: Path) -> None:
    with LocalStack(state, durable=False) as first:
        first.database.rows(KNOWN, {"id": "someone"})

    with LocalStack(state, durable=False, fresh=True) as second:
        assert second.database.rows(NAMES, {"id": "someone"}) == []
        assert second.info.token != first.info.token


def test_next_start_ends_leftovers_of_killed_parent(state: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", SERVER, str(state)], cwd=ROOT) as parent:
        until((state / "stack.json").exists)
        left = entries(state)
        parent.kill()
    assert {entry.name for entry in left} == {"postgres", "emulator", "data api"}
    assert all(runs(entry.pid) for entry in left)

    with LocalStack(state, durable=False) as stack:
        assert not any(runs(entry.pid) for entry in left)
        assert ask(stack.info, "GET", "/api/x").status != 401


IN_BACKGROUND = ["sh", "-c", 'trap "" INT; exec "$@"', "sh"]
"""Shells start background commands this way, so they ignore Ctrl-C."""


@pytest.mark.parametrize(
    ("number", "prefix"),
    [(signal.SIGTERM, []), (signal.SIGINT, []), (signal.SIGINT, IN_BACKGROUND)],
    ids=["SIGTERM", "Ctrl-C", "Ctrl-C in the background"],
)
def test_signals_stop_dev_server_cleanly(state: Path, number: signal.Signals, prefix: list[str]) -> None:
    """Several signals to the process group, as from a supervisor and `uv run`."""
    server_py = ROOT / "scripts" / "start_dev_server.py"
    command = [*prefix, sys.executable, str(server_py), "--port", "0", "--state", str(state)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as server:
        assert server.stdout
        assert any("Alex runs at http://127.0.0.1:" in line for line in server.stdout)
        children = entries(state)
        for _ in range(5):
            os.killpg(server.pid, number)
            time.sleep(0.001)
        server.communicate()

    assert server.returncode == 0
    assert {entry.name for entry in children} == {"postgres", "emulator", "data api", "converse"}
    assert not any(runs(entry.pid) for entry in children)
    assert entries(state) == []
    assert not (state / "stack.json").exists()


def test_second_stack_on_one_folder_is_refused(stack: LocalStack) -> None:
    with pytest.raises(AlreadyRunning, match="Another server already runs"):
        LocalStack(stack.state).start()

    assert ask(stack.info, "GET", "/api/200").status == 200
    assert (stack.state / "stack.json").exists()


def test_taken_port_is_reported_before_anything_starts(stack: LocalStack, tmp_path: Path) -> None:
    port = int(stack.info.api_url.rpartition(":")[2])

    with pytest.raises(PortTaken):
        LocalStack(tmp_path, port=port).start()

    assert entries(tmp_path) == []


def test_database_can_restart_under_running_stack(stack: LocalStack) -> None:
    stack.database.rows(KNOWN, {"id": "someone"})

    stack.postgres.stop()
    stack.postgres.start()

    assert stack.database.rows(NAMES, {"id": "someone"}) == [["Investor"]]


def test_leftovers_of_temporary_stacks_are_removed(
    stack: LocalStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    killed, new, foreign = (tmp_path / name for name in ("alex-stack-killed", "alex-stack-new", "else-stack-killed"))
    running = tmp_path / "alex-stack-running"
    running.symlink_to(stack.state)
    for folder in (killed, new, foreign):
        folder.mkdir()
    for folder in (killed, foreign, running):
        os.utime(folder, (0, 0))
    with subprocess.Popen(["sleep", "60"]) as child:  # noqa: S607
        created = psutil.Process(child.pid).create_time()
        Registry(killed / "processes.json").add(Entry("emulator", child.pid, created, "token", child.pid, 0.0))
        os.utime(killed, (0, 0))

        remove_leftovers()

    assert sorted(tmp_path.iterdir()) == [new, running, foreign]
    assert ask(stack.info, "GET", "/api/200").status == 200


def test_stack_json_appears_only_when_stack_is_ready(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        assert not list(state.glob("stack*"))
        raise RuntimeError("the last step failed")

    monkeypatch.setattr("scripts.local.stack.Gateway.start", fail)

    with pytest.raises(RuntimeError, match="the last step failed"):
        LocalStack(state, durable=False).start()

    assert not list(state.glob("stack*"))
    assert entries(state) == []
