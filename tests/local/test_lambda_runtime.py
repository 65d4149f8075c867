"""Local functions report errors as Lambda does, so that their callers take the same branches as on AWS.

The expected payloads are those of "AWS Lambda function errors in Python" (AWS Lambda Developer Guide); the fresh
process after a crash is described in "Understanding the Lambda execution environment lifecycle".
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from scripts.local import lambda_runtime
from scripts.local.emulator import Emulator
from scripts.local.functions import create_functions
from scripts.local.processes import Registry
from scripts.manifest import DeploymentContext, Manifest

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient

TIMEOUT_S = {"hanging": 8}
"""Includes the start of the process, which is slow on a busy machine. All others: 30 s."""
FAILING = """
import os, signal, sys, time

class LeaseLost(Exception):
    pass

def handler(event, context):
    match event["do"]:
        case "raise":
            raise LeaseLost("another attempt owns the job")
        case "exit":
            sys.exit(3)
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "sleep":
            time.sleep(60)
        case "return a set":
            return {1}
    return {
        "event": event,
        "pid": os.getpid(),
        "path": sys.path,
        "niceness": os.nice(0),
        "remaining_ms": context.get_remaining_time_in_millis(),
        **{name: getattr(context, name) for name in ("aws_request_id", "function_name", "log_group_name")},
    }
"""
HANDLERS = {
    "failing": FAILING,
    "hanging": FAILING,
    "lacks_module": "import no_such_module",
    "lacks_handler": "def another(event, context): ...",
    "bad_syntax": "exec('def handler(')",
    "raises": "raise ValueError('no such setting')",
    "exits": "raise SystemExit(3)",
}
FAILED_IMPORTS = {
    "lacks_module": (
        "Runtime.ImportModuleError",
        "Unable to import module 'functions.lacks_module.handler': No module named 'no_such_module'",
    ),
    "lacks_handler": (
        "Runtime.HandlerNotFound",
        "Handler 'handler' missing on module 'functions.lacks_handler.handler'",
    ),
    "bad_syntax": ("Runtime.UserCodeSyntaxError", "Syntax error in module 'functions.bad_syntax.handler'"),
    "raises": ("ValueError", "no such setting"),
    "exits": ("Runtime.ExitError", ""),
}


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """An emulator with one function for each of HANDLERS."""
    folder = tmp_path_factory.mktemp("runtime")
    code = {name: folder / name for name in HANDLERS}
    for name, source in HANDLERS.items():
        code[name].mkdir()
        (code[name] / "handler.py").write_text(source)
    rows = {
        name: {"description": "-", "trigger": "operator", "timeout_s": TIMEOUT_S.get(name, 30)} for name in HANDLERS
    }
    table = Manifest.model_validate(
        {"functions": {name: {"memory_mb": 128, **row} for name, row in rows.items()}, "queues": {}}
    )
    nothing = DeploymentContext(cluster_arn="", secret_arns={}, database="", queue_urls={})
    with Emulator(folder / "emulator", registry=Registry(folder / "processes.json")) as emulator:
        variables = {"failing": {"LOCAL_NICENESS": "1"}}
        create_functions(emulator, table, nothing, endpoints={}, code=code, variables=variables)
        yield emulator


def invoke(emulator: Emulator, function: str, **event: Any) -> tuple[str | None, Any]:
    """Return the FunctionError of the response (None: no error), and its payload."""
    client: LambdaClient = emulator.client("lambda")
    response = client.invoke(FunctionName=f"alex-{function}", Payload=json.dumps(event))
    return response.get("FunctionError"), json.loads(response["Payload"].read())


def test_exception_is_reported_under_its_class_name(emulator: Emulator) -> None:
    function_error, payload = invoke(emulator, "failing", do="raise")

    assert function_error == "Unhandled"
    assert (payload["errorType"], payload["errorMessage"]) == ("LeaseLost", "another attempt owns the job")
    assert payload["requestId"]


def test_stack_trace_covers_function_only(emulator: Emulator) -> None:
    _, payload = invoke(emulator, "failing", do="raise")

    (frame,) = payload["stackTrace"]
    assert frame.startswith('  File "')
    assert "functions/failing/handler.py" in frame
    assert 'raise LeaseLost("another attempt owns the job")' in frame


def test_exception_is_logged(emulator: Emulator) -> None:
    _, payload = invoke(emulator, "failing", do="raise")

    client: CloudWatchLogsClient = emulator.client("logs")
    events = client.filter_log_events(logGroupName="/aws/lambda/alex-failing")["events"]
    messages = [event["message"] for event in events]
    start = messages.index(f"START RequestId: {payload['requestId']} Version: $LATEST")
    assert messages[start + 1 : start + 3] == [
        "[ERROR] LeaseLost: another attempt owns the job",
        "Traceback (most recent call last):",
    ]


@pytest.mark.parametrize("function", FAILED_IMPORTS)
def test_every_invocation_reports_failed_import(emulator: Emulator, function: str) -> None:
    error_type, message = FAILED_IMPORTS[function]

    for _ in range(2):
        function_error, payload = invoke(emulator, function)

        assert function_error == "Unhandled"
        assert payload["errorType"] == error_type
        assert payload["errorMessage"].startswith(message)


def test_result_that_is_not_json_is_reported(emulator: Emulator) -> None:
    function_error, payload = invoke(emulator, "failing", do="return a set")

    assert function_error == "Unhandled"
    assert payload["errorType"] == "Runtime.MarshalError"
    assert payload["errorMessage"] == "Unable to marshal response: Object of type set is not JSON serializable"


@pytest.mark.parametrize("how", ["exit", "die"])
def test_ended_process_is_reported_as_exit_error(emulator: Emulator, how: str) -> None:
    function_error, payload = invoke(emulator, "failing", do=how)

    assert function_error == "Unhandled"
    assert payload["errorType"] == "Runtime.ExitError"


def test_timeout_states_configured_time_and_is_followed_by_new_process(emulator: Emulator) -> None:
    """On AWS the message starts with "RequestId: … Error: ", which the emulator omits."""
    _, before = invoke(emulator, "hanging", do="return")
    function_error, payload = invoke(emulator, "hanging", do="sleep")
    _, after = invoke(emulator, "hanging", do="return")

    assert function_error == "Unhandled"
    assert payload["errorType"] == "Sandbox.Timedout"
    assert payload["errorMessage"].endswith(f"Task timed out after {TIMEOUT_S['hanging']}.00 seconds")
    assert after["pid"] != before["pid"]


def test_process_survives_exception(emulator: Emulator) -> None:
    _, before = invoke(emulator, "failing", do="return")
    invoke(emulator, "failing", do="raise")
    _, after = invoke(emulator, "failing", do="return")

    assert after["pid"] == before["pid"]


@pytest.mark.parametrize("how", ["exit", "die"])
def test_crash_is_followed_by_new_process(emulator: Emulator, how: str) -> None:
    _, before = invoke(emulator, "failing", do="return")
    invoke(emulator, "failing", do=how)
    function_error, after = invoke(emulator, "failing", do="return")

    assert function_error is None
    assert after["pid"] != before["pid"]


def test_handler_gets_event_and_context(emulator: Emulator) -> None:
    _, first = invoke(emulator, "failing", do="return", text="Zürich")
    _, second = invoke(emulator, "failing", do="return")

    assert first["event"] == {"do": "return", "text": "Zürich"}
    assert first["function_name"] == "alex-failing"
    assert first["log_group_name"] == "/aws/lambda/alex-failing"
    assert first["aws_request_id"] != second["aws_request_id"]
    assert 0 < first["remaining_ms"] <= 30_000


def test_function_imports_from_its_zip_first_and_not_from_runtime_folder(emulator: Emulator) -> None:
    _, returned = invoke(emulator, "failing", do="return")

    assert (Path(returned["path"][0]) / "functions" / "failing" / "handler.py").exists()
    assert str(Path(lambda_runtime.__file__).parent) not in returned["path"]


def test_function_may_lower_its_own_priority(emulator: Emulator) -> None:
    _, returned = invoke(emulator, "failing", do="return")

    assert returned["niceness"] == min(19, os.nice(0) + 1)
