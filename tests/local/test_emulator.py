"""The emulator as a child process, and the resources created in it from the manifest."""

from __future__ import annotations

import base64
import io
import json
import os
import socket
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest
import urllib3

from functions.shared.plans import AGENTS
from scripts.local.emulator import Emulator
from scripts.local.functions import create_event_source_mappings, create_functions, zip_of
from scripts.local.processes import Registry
from scripts.local.queues import create_queues
from scripts.local.sign_in import start_with_sign_in
from scripts.manifest import DeploymentContext, Manifest, read_manifest
from tests.local.listening import addresses
from tests.waiting import until

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_sqs import SQSClient

FUNCTIONS = Path(__file__).parent / "functions"
VISIBILITY_S = 1
ONE_FUNCTION = {"description": "-", "trigger": "http", "memory_mb": 128, "timeout_s": 30}
NOTHING = DeploymentContext(cluster_arn="", secret_arns={}, database="", queue_urls={})


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """Has the queues and functions of the manifest; api, planner and dead_letters are stand-ins without a database."""
    folder = tmp_path_factory.mktemp("emulator")
    with Emulator(folder / "emulator", registry=Registry(folder / "processes.json")) as emulator:
        manifest = with_max_receive_count(read_manifest(), 3)
        urls = create_queues(emulator, manifest, VISIBILITY_S)
        made = DeploymentContext(
            cluster_arn="arn:c",
            secret_arns={"owner": "arn:o", "api": "arn:a", "workers": "arn:w"},
            database="alex",
            queue_urls=urls,
        )
        create_functions(
            emulator,
            manifest,
            made,
            endpoints={"AWS_ENDPOINT_URL": emulator.url, "AWS_ENDPOINT_URL_RDS_DATA": "http://127.0.0.1:9"},
            code={name: FUNCTIONS / name for name in ("api", "planner", "dead_letters")},
            variables={"api": {"LOG_LEVEL": "DEBUG", "EXTRA": "1"}},
        )
        create_event_source_mappings(emulator, manifest, urls, max_concurrency=20)
        yield emulator


def queue_url(emulator: Emulator, name: str) -> str:
    sqs: SQSClient = emulator.client("sqs")
    return sqs.get_queue_url(QueueName=name)["QueueUrl"]


def invoke(emulator: Emulator, function: str, path: str) -> Any:
    client: LambdaClient = emulator.client("lambda")
    event = {"rawPath": path, "requestContext": {"http": {"method": "GET"}}}
    response = client.invoke(FunctionName=function, Payload=json.dumps(event))
    return json.loads(json.loads(response["Payload"].read())["body"])


def test_stop_leaves_no_process_socket_or_file(tmp_path: Path) -> None:
    state, registry = tmp_path / "emulator", Registry(tmp_path / "processes.json")
    with Emulator(state, registry=registry) as emulator:
        manifest = Manifest.model_validate({"functions": {"api": ONE_FUNCTION}, "queues": {}})
        create_functions(emulator, manifest, NOTHING, endpoints={}, code={"api": FUNCTIONS / "api"}, variables={})
        invoke(emulator, "alex-api", "/")
        (server,) = registry.entries()
        (worker,) = emulator.workers("alex-api")
        assert list((state / "tmp").rglob("functions/api/handler.py"))

    assert not runs(server.pid)
    assert not runs(worker.pid)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", emulator.port)) != 0
    assert {path.name for path in state.iterdir()} <= {"emulator.log", "kept"}
    assert emulator.workers("alex-api") == []
    assert registry.entries() == []


def test_emulator_listens_on_loopback_only(emulator: Emulator) -> None:
    (child,) = Registry(emulator.log_folder.parents[1] / "processes.json").entries()

    listening = addresses(*child.processes())

    assert ("127.0.0.1", emulator.port) in listening
    assert {ip for ip, _ in listening} == {"127.0.0.1"}


def test_users_and_tokens_survive_kill_in_first_run(tmp_path: Path) -> None:
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


def test_token_lasts_a_day(tmp_path: Path) -> None:
    emulator = Emulator(tmp_path / "emulator", registry=Registry(tmp_path / "processes.json"))
    try:
        token = claims(start_with_sign_in(emulator, "http://127.0.0.1:8000").token)
    finally:
        emulator.stop()

    assert token["exp"] - token["iat"] == 24 * 3600
    assert token["token_use"] == "access"


def test_function_gets_its_own_environment_only(emulator: Emulator) -> None:
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


def test_failing_message_is_redelivered_and_then_goes_to_dead_letters(emulator: Emulator) -> None:
    sqs: SQSClient = emulator.client("sqs")
    body = json.dumps({"user": "poison", "poison": True})

    sqs.send_message(QueueUrl=queue_url(emulator, "alex-analysis-jobs"), MessageBody=body)

    # On a slow machine, deliveries overlap, and a dead letter is delivered again before it is acknowledged.
    until(lambda: set(logged(emulator, "alex-dead_letters", "poison")) == {"Received dead letter of poison"})
    deliveries = [f"Received poison, delivery {count}" for count in (1, 2, 3)]
    until(lambda: sorted(logged(emulator, "alex-planner", "poison")) == deliveries)


@pytest.mark.parametrize(("name", "days", "redrives"), [("analysis-jobs", 7, True), ("analysis-jobs-dlq", 14, False)])
def test_queue_keeps_messages_and_redrives_as_manifest_declares(
    emulator: Emulator, name: str, days: int, redrives: bool
) -> None:
    sqs: SQSClient = emulator.client("sqs")

    attributes = sqs.get_queue_attributes(QueueUrl=queue_url(emulator, f"alex-{name}"), AttributeNames=["All"])

    assert attributes["Attributes"]["MessageRetentionPeriod"] == str(days * 24 * 3600)
    assert attributes["Attributes"]["VisibilityTimeout"] == str(VISIBILITY_S)
    assert bool(attributes["Attributes"].get("RedrivePolicy")) is redrives


def test_code_for_unknown_function_is_refused(emulator: Emulator) -> None:
    with pytest.raises(ValueError, match="no function reportr"):
        create_functions(emulator, read_manifest(), NOTHING, endpoints={}, code={"reportr": FUNCTIONS}, variables={})


def test_zip_holds_own_code_shared_code_bytecode_and_bootstrap() -> None:
    names = zipfile.ZipFile(io.BytesIO(zip_of("planner", FUNCTIONS / "planner"))).namelist()

    sources = [name for name in names if name.endswith(".py")]
    declarations = {f"functions/{agent.name}/{name}" for agent in AGENTS for name in ("__init__.py", "declaration.py")}
    others = {name for name in sources if not name.startswith(("functions/shared/", "functions/planner/"))}
    assert others == {"functions/__init__.py", *declarations}
    assert "functions/planner/handler.py" in sources
    assert len([name for name in names if name.endswith(".pyc")]) == len(sources)
    assert "bootstrap" in names


def test_same_files_give_same_zip() -> None:
    assert zip_of("planner", FUNCTIONS / "planner") == zip_of("planner", FUNCTIONS / "planner")


def with_max_receive_count(manifest: Manifest, count: int) -> Manifest:
    queues = {name: queue.model_copy(update={"max_receive_count": count}) for name, queue in manifest.queues.items()}
    return manifest.model_copy(update={"queues": queues})


def logged(emulator: Emulator, function: str, text: str) -> list[str]:
    """The messages of a function's log that contain the text."""
    logs = emulator.client("logs")
    try:
        events = logs.filter_log_events(logGroupName=f"/aws/lambda/{function}")["events"]
    except logs.exceptions.ResourceNotFoundException:  # before its first invocation
        return []
    messages = [json.loads(event["message"])["message"] for event in events if text in event["message"]]
    return [message for message in messages if text in message]


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
