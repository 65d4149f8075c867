"""The emulator as a child process, and what is made in it from the table of functions."""

from __future__ import annotations

import base64
import io
import json
import os
import socket
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest
import urllib3

from scripts.local.emulator import Emulator
from scripts.local.functions import create_event_source_mappings, create_functions, zip_of
from scripts.local.processes import Registry
from scripts.local.queues import create_queues
from scripts.local.sign_in import start_with_sign_in
from scripts.table import Surroundings, Table, read_table

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_sqs import SQSClient

FUNCTIONS = Path(__file__).parent / "functions"
VISIBILITY_S = 1
ONE_FUNCTION = {"description": "Answers.", "trigger": "http", "memory_mb": 128, "timeout_s": 3}
NOTHING = Surroundings(cluster_arn="", secret_arn="", database="", queue_urls={})


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """With the queues and functions of the table; api and planner are stand-ins, and there is no database."""
    folder = tmp_path_factory.mktemp("emulator")
    with Emulator(folder / "emulator", registry=Registry(folder / "processes.json")) as emulator:
        table = read_table()
        urls = create_queues(emulator, table, VISIBILITY_S)
        made = Surroundings(cluster_arn="arn:c", secret_arn="arn:s", database="alex", queue_urls=urls)
        create_functions(
            emulator,
            table,
            made,
            endpoints={"AWS_ENDPOINT_URL": emulator.url, "AWS_ENDPOINT_URL_RDS_DATA": "http://127.0.0.1:9"},
            code={"api": FUNCTIONS / "api", "planner": FUNCTIONS / "planner"},
            variables={"api": {"LOG_LEVEL": "DEBUG", "EXTRA": "1"}},
        )
        create_event_source_mappings(emulator, table, urls)
        yield emulator


def queue_url(emulator: Emulator, name: str) -> str:
    sqs: SQSClient = emulator.client("sqs")
    return sqs.get_queue_url(QueueName=name)["QueueUrl"]


def invoke(emulator: Emulator, function: str, path: str) -> Any:
    client: LambdaClient = emulator.client("lambda")
    event = {"rawPath": path, "requestContext": {"http": {"method": "GET"}}}
    answer = client.invoke(FunctionName=function, Payload=json.dumps(event))
    return json.loads(json.loads(answer["Payload"].read())["body"])


def until(condition: Callable[[], Any], timeout_s: float = 20) -> Any:
    """What `condition` answers as soon as it is true."""
    deadline = time.monotonic() + timeout_s
    while not (answer := condition()):
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.02)
    return answer


def test_a_stop_leaves_no_process_no_socket_and_no_file(tmp_path: Path) -> None:
    state, registry = tmp_path / "emulator", Registry(tmp_path / "processes.json")
    with Emulator(state, registry=registry) as emulator:
        table = Table.model_validate({"functions": {"api": ONE_FUNCTION}, "queues": {}})
        create_functions(emulator, table, NOTHING, endpoints={}, code={"api": FUNCTIONS / "api"}, variables={})
        invoke(emulator, "alex-api", "/")
        (server,) = registry.entries()
        (worker,) = emulator.workers("alex-api")
        assert list((state / "tmp").glob("ministack-lambda-*"))

    assert not runs(server.pid)
    assert not runs(worker.pid)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", emulator.port)) != 0
    assert {path.name for path in state.iterdir()} <= {"emulator.log", "kept"}
    assert emulator.workers("alex-api") == []
    assert registry.entries() == []


def test_the_emulator_listens_on_the_loopback_only(emulator: Emulator) -> None:
    children = psutil.Process().children(recursive=True)

    listening = [each.laddr for child in children for each in child.net_connections() if each.status == "LISTEN"]

    assert ("127.0.0.1", emulator.port) in listening
    assert {address.ip for address in listening} == {"127.0.0.1"}


def test_users_keep_their_ids_and_tokens_when_the_emulator_is_killed_at_its_first_run(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "processes.json")
    emulator = Emulator(tmp_path / "emulator", registry=registry)
    first = start_with_sign_in(emulator, "http://127.0.0.1:8000")
    first_keys = signing_keys(emulator)
    (entry,) = registry.entries()
    psutil.Process(entry.pid).kill()
    emulator.stop()

    second = start_with_sign_in(emulator, "http://127.0.0.1:8000")
    second_keys = signing_keys(emulator)
    emulator.stop()

    assert subject(second.token) == subject(first.token) != subject(second.token_other_user)
    assert (second.issuer, second.client_id, second_keys) == (first.issuer, first.client_id, first_keys)


def test_a_token_lasts_a_day(tmp_path: Path) -> None:
    emulator = Emulator(tmp_path / "emulator", registry=Registry(tmp_path / "processes.json"))
    try:
        token = claims(start_with_sign_in(emulator, "http://127.0.0.1:8000").token)
    finally:
        emulator.stop()

    assert token["exp"] - token["iat"] == 24 * 3600
    assert token["token_use"] == "access"


def test_a_function_gets_its_own_environment_and_not_that_of_the_caller(
    emulator: Emulator,
) -> None:
    environment = invoke(emulator, "alex-api", "/environment")

    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == "alex-api"
    assert environment["AWS_ENDPOINT_URL"] == emulator.url
    assert environment["AWS_ENDPOINT_URL_RDS_DATA"] == "http://127.0.0.1:9"
    assert environment["AWS_REGION"] == "us-east-1"
    assert environment["ANALYSIS_JOBS_QUEUE_URL"] == queue_url(emulator, "alex-analysis-jobs")
    assert environment["LOG_LEVEL"] == "DEBUG"
    assert environment["EXTRA"] == "1"
    assert environment["HOME"] != os.environ.get("HOME")
    assert "PYTEST_CURRENT_TEST" not in environment


def test_a_message_that_fails_is_delivered_again_and_then_is_in_the_dead_letter_queue(emulator: Emulator) -> None:
    sqs: SQSClient = emulator.client("sqs")
    body = json.dumps({"user": "poison", "poison": True})

    sqs.send_message(QueueUrl=queue_url(emulator, "alex-analysis-jobs"), MessageBody=body)

    dead = queue_url(emulator, "alex-analysis-jobs-dlq")
    (message,) = until(lambda: sqs.receive_message(QueueUrl=dead, AttributeNames=["All"]).get("Messages"))
    assert message["Body"] == body
    group = emulator.client("logs").filter_log_events(logGroupName="/aws/lambda/alex-planner")
    deliveries = [json.loads(event["message"])["message"] for event in group["events"] if "poison" in event["message"]]
    assert deliveries == [f"Received poison, delivery {count}" for count in (1, 2, 3)]


def test_a_function_that_is_not_in_the_table_can_not_be_given_code(emulator: Emulator) -> None:
    with pytest.raises(ValueError, match="no function reportr"):
        create_functions(emulator, read_table(), NOTHING, endpoints={}, code={"reportr": FUNCTIONS}, variables={})


def test_a_zip_holds_the_functions_own_code_and_the_shared_code_and_bytecode_for_each() -> None:
    names = zipfile.ZipFile(io.BytesIO(zip_of("planner", FUNCTIONS / "planner"))).namelist()

    sources = [name for name in names if name.endswith(".py")]
    assert {name.split("/")[1] for name in sources} == {"__init__.py", "shared", "planner"}
    assert "functions/planner/handler.py" in sources
    assert len([name for name in names if name.endswith(".pyc")]) == len(sources)


def test_a_zip_of_the_same_files_has_the_same_bytes() -> None:
    assert zip_of("planner", FUNCTIONS / "planner") == zip_of("planner", FUNCTIONS / "planner")


def runs(pid: int) -> bool:
    return bool(psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)


def claims(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    content: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return content


def subject(token: str) -> str:
    return str(claims(token)["sub"])


def signing_keys(emulator: Emulator) -> Any:
    pool = emulator.client("cognito-idp").list_user_pools(MaxResults=1)["UserPools"][0]["Id"]
    return urllib3.request("GET", f"{emulator.url}/{pool}/.well-known/jwks.json").json()
