"""Invokes the agents' functions and classifies their failures.

AgentFailed             the agent committed no section in this attempt; users see its message
├── AgentTimedOut       it timed out or did not respond in time; it may still be running, so it is not invoked again
├── AgentCrashed        it raised, its process died or its connection broke; invoked once more
├── InvalidResponse     its response is malformed; invoked once more
├── AgentForbidden      it does not exist, or this planner may not invoke it; do not retry
└── AgentUnavailable    transient: throttled or unreachable until the planner's deadline, or database unavailable
"""

import random
from collections.abc import Callable
from typing import Protocol, Self, TypeVar

from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
)
from pydantic import BaseModel, ValidationError

from functions.planner.settings import PlannerSettings
from functions.shared.agent_declaration import Agent
from functions.shared.durations.delays import Delays
from functions.shared.jobs import LeaseLost
from functions.shared.observability import logger
from functions.shared.plans import STEP_NAMES
from functions.shared.runtime import Runtime
from functions.shared.tasks import AgentTask, Receipt, TaggerAnswer, TaggerTask

#: Longer than the agent's own timeout, so that Lambda stops the agent before the planner stops waiting.
_READ_TIMEOUT_MARGIN_S = 5
#: Lambda's own limit on a response, in bytes. A longer one is truncated here and then invalid.
_LONGEST_RESPONSE = 6 * 1024 * 1024
#: Errors, by class name, of an agent whose database was unavailable: another attempt may succeed.
_TRANSIENT = frozenset({"AccessRefused", "AnswerLost", "DatabaseResuming", "DatabaseUnavailable"})
_NOT_STARTED = frozenset(
    {
        "TooManyRequestsException",
        "ThrottlingException",
        "EC2ThrottledException",
        "EC2AccessDeniedException",
        "ENILimitReachedException",
        "ResourceConflictException",
        "ResourceNotReadyException",
        "ServiceException",
    }
)

Result = TypeVar("Result", bound=BaseModel)
Delayed = Callable[[Delays], None]


class AgentFailed(Exception):
    """An agent committed no section."""

    because = "failed"

    def __init__(self, agent: str, detail: str = "") -> None:
        super().__init__(f"{STEP_NAMES[agent].doing if agent in STEP_NAMES else agent} {self.because}.")
        self.agent = agent
        self.detail = detail


class AgentTimedOut(AgentFailed):
    because = "took too long"


class AgentCrashed(AgentFailed):
    because = "stopped with an error"


class InvalidResponse(AgentFailed):
    because = "gave an invalid result"


class AgentForbidden(AgentFailed):
    because = "could not be started"


class AgentUnavailable(AgentFailed):
    because = "could not be started in time"


class Agents(Protocol):
    """Runs agents. Implemented by `LambdaAgents` and `StandInAgents`."""

    def run(self, agent: Agent, task: AgentTask, delayed: Delayed) -> Receipt:
        """Run the agent, which commits its section. `delayed` receives the delays of its start as they occur.

        Raises AgentFailed, or LeaseLost if this attempt no longer owns the job.
        """
        ...

    def tag(self, task: TaggerTask) -> TaggerAnswer:
        """Classify symbols. Raises AgentFailed."""
        ...


class FunctionError(BaseModel):
    """The payload of a response with `FunctionError` (AWS Lambda Developer Guide, "Lambda function errors in
    Python").
    """

    errorType: str | None = None  # noqa: N815 - Lambda's name for it
    errorMessage: str | None = None  # noqa: N815

    @classmethod
    def read(cls, body: bytes) -> Self:
        try:
            return cls.model_validate_json(body)
        except ValidationError:
            return cls(errorType="unreadable")

    @property
    def is_timeout(self) -> bool:
        return self.errorType == "Sandbox.Timedout" or "Task timed out" in (self.errorMessage or "")


class LambdaAgents:
    """Invokes the agents as functions `<prefix>-<name>`. Thread-safe."""

    def __init__(self, settings: PlannerSettings, runtime: Runtime, seconds_left: Callable[[], float]) -> None:
        """`seconds_left` returns the time until the planner must stop. An agent that could not finish by then is not
        started.
        """
        self._prefix = settings.name_prefix
        self._seconds_left = seconds_left
        self._longest_s = settings.agent_timeout_s + _READ_TIMEOUT_MARGIN_S
        self._clock, self._sleep = runtime.clock, runtime.sleep
        self._client = runtime.lambda_client(self._longest_s)

    def run(self, agent: Agent, task: AgentTask, delayed: Delayed) -> Receipt:
        delays, started = Delays(), self._clock()

        def payload() -> bytes:
            delayed(delays)
            so_far = delays.model_copy(update={"wait_s": round(self._clock() - started, 3)})
            return task.model_copy(update={"delays": so_far}).model_dump_json().encode()

        receipt = self._invoke(agent.name, payload, Receipt, delays)
        if receipt.section != agent.section:
            raise InvalidResponse(agent.name, "a receipt for another section")
        return receipt

    def tag(self, task: TaggerTask) -> TaggerAnswer:
        return self._invoke("tagger", lambda: task.model_dump_json().encode(), TaggerAnswer, Delays())

    def _invoke(self, agent: str, payload: Callable[[], bytes], result: type[Result], delays: Delays) -> Result:
        """Invoke the agent, at most twice. `payload` is built for each try, and `delays` counts the failed ones."""
        if self._seconds_left() < self._longest_s:
            raise AgentUnavailable(agent, "no time left")
        try:
            return self._invoke_once(agent, payload, result, delays)
        except (AgentCrashed, InvalidResponse) as error:
            if self._seconds_left() < self._longest_s:
                raise
            logger.warning("Agent failed, retrying", agent=agent, error=type(error).__name__, reason=error.detail)
        delays.retries += 1
        return self._invoke_once(agent, payload, result, delays)

    def _invoke_once(self, agent: str, payload: Callable[[], bytes], result: type[Result], delays: Delays) -> Result:
        body, is_error = self._exchange(agent, payload, delays)
        if is_error:
            error = FunctionError.read(body)
            if error.errorType == LeaseLost.__name__:
                raise LeaseLost(error.errorMessage)
            if error.errorType in _TRANSIENT:
                raise AgentUnavailable(agent, error.errorType)
            raise (AgentTimedOut if error.is_timeout else AgentCrashed)(agent, error.errorType or "")
        try:
            return result.model_validate_json(body)
        except ValidationError as error:
            raise InvalidResponse(agent, f"{error.error_count()} errors in {len(body)} bytes") from error

    def _exchange(self, agent: str, payload: Callable[[], bytes], delays: Delays) -> tuple[bytes, bool]:
        """Invoke the agent once. Returns its payload, and whether it is an error. Retries until Lambda accepts the
        call.
        """
        delay_s = 0.2
        while True:
            try:
                response = self._client.invoke(FunctionName=f"{self._prefix}-{agent}", Payload=payload())
                return response["Payload"].read(_LONGEST_RESPONSE + 1), "FunctionError" in response
            except ReadTimeoutError as error:
                raise AgentTimedOut(agent, "no response") from error
            except (ClientError, EndpointConnectionError, ConnectTimeoutError) as error:
                code = error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__
                if isinstance(error, ClientError) and code not in _NOT_STARTED:
                    raise AgentForbidden(agent, code) from error
                if self._seconds_left() < self._longest_s + delay_s:
                    raise AgentUnavailable(agent, code) from error
                logger.warning("Lambda did not start the agent, retrying", agent=agent, reason=code)
                delays.refusals += 1
                self._sleep(delay_s * random.uniform(0.5, 1))  # noqa: S311 - jitter, not a secret
                delay_s = min(2 * delay_s, 5)
            except (HTTPClientError, IncompleteReadError, ResponseStreamingError) as error:
                raise AgentCrashed(agent, type(error).__name__) from error
