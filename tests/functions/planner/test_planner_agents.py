"""How agents can fail: each failure has its own type, and is retried if a retry can help."""

import io
import json
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    IncompleteReadError,
    ReadTimeoutError,
)

from functions.planner.agents import (
    AgentCrashed,
    AgentFailed,
    AgentForbidden,
    AgentTimedOut,
    AgentUnavailable,
    InvalidResponse,
    LambdaAgents,
)
from functions.planner.settings import PlannerSettings
from functions.reporter.declaration import AGENT as REPORTER
from functions.shared.durations.delays import Delays
from functions.shared.jobs import LeaseLost
from functions.shared.runtime import LAMBDA, Runtime
from functions.shared.tasks import AgentTask, Receipt
from tests import portfolios

SETTINGS = PlannerSettings(name_prefix="alex", agent_timeout_s=180)
#: Seconds from an invocation until its planner stops waiting for the response.
LONGEST_S = 185
TASK = AgentTask(job_id=uuid4(), attempt=1, snapshot=portfolios.one_stock(), expected=REPORTER.expected)
RECEIPT = Receipt(section="report", stored=True, duration_ms=5).model_dump(mode="json")


def response(document: Any) -> dict[str, Any]:
    return {"Payload": document if isinstance(document, bytes) else json.dumps(document).encode()}


def function_error(kind: str, message: str = "") -> dict[str, Any]:
    return {**response({"errorType": kind, "errorMessage": message}), "FunctionError": "Unhandled"}


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": ""}}, "Invoke")


TIMED_OUT = ReadTimeoutError(endpoint_url="http://127.0.0.1")
HUNG_UP = ConnectionClosedError(endpoint_url="http://127.0.0.1")


class FakeLambda:
    """Returns the given responses in turn, and repeats the last one forever."""

    def __init__(self, *outcomes: dict[str, Any] | Exception) -> None:
        self._outcomes = list(outcomes)
        self.invoked: list[str] = []
        self.tasks: list[AgentTask] = []

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 - boto3's names
        self.invoked.append(FunctionName)
        self.tasks.append(AgentTask.model_validate_json(Payload))
        outcome = self._outcomes.pop(0) if len(self._outcomes) > 1 else self._outcomes[0]
        if isinstance(outcome, Exception):
            raise outcome
        return {**outcome, "Payload": io.BytesIO(outcome["Payload"])}


def run(client: Any, seconds_left: float = 1000) -> Receipt:
    slept: list[float] = []
    runtime = Runtime({}, lambda_client=lambda _: client, sleep=slept.append)
    agents = LambdaAgents(SETTINGS, runtime, lambda: seconds_left - sum(slept))
    return agents.run(REPORTER, TASK, lambda _: None)


def test_agent_is_invoked_once_by_function_name() -> None:
    client = FakeLambda(response(RECEIPT))

    assert run(client).section == "report"
    assert client.invoked == ["alex-reporter"]


@pytest.mark.parametrize(
    ("outcome", "failure", "invocations"),
    [
        (function_error("Runtime.ExitError", "signal: killed"), AgentCrashed, 2),
        (function_error("ValueError", "no"), AgentCrashed, 2),
        ({**response(b"not JSON"), "FunctionError": "Unhandled"}, AgentCrashed, 2),
        ({**response({"errorType": None}), "FunctionError": "Unhandled"}, AgentCrashed, 2),
        (HUNG_UP, AgentCrashed, 2),
        (IncompleteReadError(actual_bytes=1, expected_bytes=2), AgentCrashed, 2),
        (ConnectTimeoutError(endpoint_url="http://127.0.0.1"), AgentUnavailable, 1),
        (response(b"not JSON"), InvalidResponse, 2),
        (response(None), InvalidResponse, 2),
        (response({"status": "success"}), InvalidResponse, 2),
        (response(b'"' + b"x" * 6_000_000 + b'"'), InvalidResponse, 2),
        (function_error("Sandbox.Timedout", "Task timed out after 180.00 seconds"), AgentTimedOut, 1),
        (TIMED_OUT, AgentTimedOut, 1),
        (refusal("AccessDeniedException"), AgentForbidden, 1),
        (refusal("ResourceNotFoundException"), AgentForbidden, 1),
        (function_error("DatabaseUnavailable", "no response"), AgentUnavailable, 1),
        (function_error("AnswerLost", "no response"), AgentUnavailable, 1),
    ],
    ids=[
        "killed",
        "raised",
        "an error that can't be read",
        "an error without a type",
        "hung up",
        "hung up during the response",
        "no connection, and no time to wait",
        "not JSON",
        "null",
        "success without a section",
        "huge",
        "ran into its timeout",
        "no response",
        "not allowed",
        "no such function",
        "its database was away",
        "its commit's outcome is unknown",
    ],
)
def test_each_failure_has_its_type_and_is_never_success(
    outcome: dict[str, Any] | Exception, failure: type[AgentFailed], invocations: int
) -> None:
    client = FakeLambda(outcome)

    with pytest.raises(failure) as raised:
        run(client, seconds_left=LONGEST_S)

    assert str(raised.value).startswith("Writing the report ")
    assert len(client.invoked) == invocations


def test_agent_that_crashed_once_may_succeed_on_retry() -> None:
    client = FakeLambda(function_error("Runtime.ExitError"), response(RECEIPT))

    assert run(client).stored is True


def test_receipt_for_another_section_is_invalid() -> None:
    with pytest.raises(InvalidResponse):
        run(FakeLambda(response({**RECEIPT, "section": "charts"})))


@pytest.mark.parametrize("code", ["TooManyRequestsException", "ServiceException", "EC2ThrottledException"])
def test_throttled_agent_is_retried(code: str) -> None:
    client = FakeLambda(refusal(code), refusal(code), refusal(code), response(RECEIPT))

    assert run(client).stored is True
    assert len(client.invoked) == 4


def test_throttling_is_retried_within_planner_time() -> None:
    client = FakeLambda(refusal("TooManyRequestsException"))

    with pytest.raises(AgentUnavailable, match=r"Writing the report could not be started in time\."):
        run(client, seconds_left=30 + LONGEST_S)

    assert 5 < len(client.invoked) < 20


def test_crashed_agent_is_invoked_again_only_if_time_is_left() -> None:
    started = iter([LONGEST_S, LONGEST_S - 1])
    client = FakeLambda(function_error("ValueError"))
    agents = LambdaAgents(SETTINGS, Runtime({}, lambda_client=lambda _: client), lambda: next(started))  # type: ignore[arg-type, return-value]

    with pytest.raises(AgentCrashed):
        agents.run(REPORTER, TASK, lambda _: None)

    assert len(client.invoked) == 1


def test_agent_without_time_to_finish_is_not_invoked() -> None:
    client = FakeLambda(response(RECEIPT))

    with pytest.raises(AgentUnavailable):
        run(client, seconds_left=LONGEST_S - 1)

    assert client.invoked == []


def test_huge_response_is_read_up_to_lambda_limit() -> None:
    class Endless(io.RawIOBase):
        taken = 0

        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            assert size >= 0, "all of it"
            Endless.taken += size
            return b"x" * size

    class Huge(FakeLambda):
        def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 - boto3's names
            return {"Payload": Endless()}

    with pytest.raises(InvalidResponse):
        run(Huge(response(None)))

    assert 2 * 6_000_000 <= Endless.taken <= 2 * 7_000_000


def test_lost_lease_is_not_an_agent_failure() -> None:
    with pytest.raises(LeaseLost):
        run(FakeLambda(function_error("LeaseLost", "attempt 1 no longer owns the job")))


def test_client_waits_longer_than_agent_timeout_and_never_retries() -> None:
    agents = LambdaAgents(SETTINGS, LAMBDA, lambda: 100)

    config: Any = agents._client.meta.config
    assert config.read_timeout > SETTINGS.agent_timeout_s
    assert config.retries == {"total_max_attempts": 1, "mode": "legacy"}
    assert boto3.client("lambda").meta.config.read_timeout < SETTINGS.agent_timeout_s


def test_task_includes_delays_before_its_invocation() -> None:
    seconds = iter(range(100))
    client: Any = FakeLambda(refusal("TooManyRequestsException"), function_error("ValueError"), response(RECEIPT))
    runtime = Runtime({}, lambda_client=lambda _: client, sleep=lambda _: None, clock=lambda: next(seconds))
    delayed: list[str | None] = []

    LambdaAgents(SETTINGS, runtime, lambda: 1000).run(REPORTER, TASK, lambda delays: delayed.append(delays.cause))

    assert [task.delays for task in client.tasks] == [
        Delays(wait_s=1),
        Delays(wait_s=2, refusals=1),
        Delays(wait_s=3, refusals=1, retries=1),
    ]
    assert delayed == [None, "no server was free", "it stopped with an error and was started again"]
