"""Invokes the agents' functions and tells apart what can go wrong with them.

AgentFailed           its message is for the person who waits
├── AgentTimedOut     it ran into its timeout, or did not answer within it; it may still be at work: not invoked again
├── AgentCrashed      it raised, its process died or its connection broke; invoked once more
├── AgentAnsweredGarbage  its answer is none; invoked once more
└── AgentUnavailable  it was throttled or could not be reached until there was no time left; it did not run
"""

import random
import time
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Protocol, Self, TypeVar

import boto3
from botocore.config import Config
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
from functions.shared.jobs import LeaseLost
from functions.shared.observability import logger
from functions.shared.plans import Agent
from functions.shared.tasks import AgentTask, Receipt, TaggerAnswer, TaggerTask

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

#: One more than the agent's own timeout, so that Lambda ends it before we stop listening.
_READ_TIMEOUT_MARGIN_S = 5
#: Lambda's own limit of an answer, in bytes. What is longer is cut off here, and then can't be read.
_LONGEST_ANSWER = 6 * 1024 * 1024
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

Answer = TypeVar("Answer", bound=BaseModel)


class AgentFailed(Exception):
    """An agent delivered nothing."""

    because = "failed"

    def __init__(self, agent: str, detail: str = "") -> None:
        super().__init__(f"The {agent} {self.because}.")
        self.agent = agent
        self.detail = detail


class AgentTimedOut(AgentFailed):
    because = "took too long"


class AgentCrashed(AgentFailed):
    because = "stopped with an error"


class AgentAnsweredGarbage(AgentFailed):
    because = "gave an answer that can not be read"


class AgentUnavailable(AgentFailed):
    because = "could not be started"


class Agents(Protocol):
    """The team, whoever plays it."""

    def run(self, agent: Agent, task: AgentTask) -> Receipt:
        """Has a section made and committed. Raises AgentFailed, or LeaseLost when the agent found the job taken."""
        ...

    def tag(self, task: TaggerTask) -> TaggerAnswer:
        """Has symbols classified. Raises AgentFailed."""
        ...


class FunctionError(BaseModel):
    """What Lambda answers in place of a result."""

    errorType: str | None = None  # noqa: N815 - Lambda's name for it
    errorMessage: str | None = None  # noqa: N815

    @classmethod
    def read(cls, body: bytes) -> Self:
        """Tells so when it can't be read."""
        try:
            return cls.model_validate_json(body)
        except ValidationError:
            return cls(errorType="unreadable")

    @property
    def is_timeout(self) -> bool:
        return self.errorType == "Sandbox.Timedout" or "Task timed out" in (self.errorMessage or "")


@cache
def _lambda_client(read_timeout_s: float) -> "LambdaClient":
    """One for the process: making it takes longer than most statements. Clients may be shared by threads."""
    # botocore's defaults would invoke an agent again after 60 s of silence
    config = Config(read_timeout=read_timeout_s, retries={"total_max_attempts": 1}, max_pool_connections=10)
    client: LambdaClient = boto3.client("lambda", config=config)
    return client


class LambdaAgents:
    """The agents as functions `<prefix>-<name>`. May be used by several threads."""

    def __init__(
        self,
        settings: PlannerSettings,
        seconds_left: Callable[[], float],
        client: "LambdaClient | None" = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`seconds_left`: until the planner has to stop; nothing is started that can't end before."""
        self._prefix = settings.name_prefix
        self._seconds_left = seconds_left
        self._longest_s = settings.agent_timeout_s + _READ_TIMEOUT_MARGIN_S
        self._sleep = sleep
        self._client = client or _lambda_client(self._longest_s)

    def run(self, agent: Agent, task: AgentTask) -> Receipt:
        receipt = self._invoke(agent.name, task, Receipt)
        if receipt.section is not agent.section:
            raise AgentAnsweredGarbage(agent.name, "a receipt for another section")
        return receipt

    def tag(self, task: TaggerTask) -> TaggerAnswer:
        return self._invoke("tagger", task, TaggerAnswer)

    def _invoke(self, agent: str, task: BaseModel, answer: type[Answer]) -> Answer:
        payload = task.model_dump_json().encode()
        try:
            return self._invoke_once(agent, payload, answer)
        except (AgentCrashed, AgentAnsweredGarbage) as error:
            if self._seconds_left() < self._longest_s:
                raise
            logger.warning(f"The {agent} {error.because}, invoking it once more", reason=error.detail)
        return self._invoke_once(agent, payload, answer)

    def _invoke_once(self, agent: str, payload: bytes, answer: type[Answer]) -> Answer:
        body, is_error = self._exchange(agent, payload)
        if is_error:
            error = FunctionError.read(body)
            if error.errorType == LeaseLost.__name__:
                raise LeaseLost(error.errorMessage)
            raise (AgentTimedOut if error.is_timeout else AgentCrashed)(agent, error.errorType or "")
        try:
            return answer.model_validate_json(body)
        except ValidationError as error:
            raise AgentAnsweredGarbage(agent, f"{error.error_count()} errors in {len(body)} bytes") from error

    def _exchange(self, agent: str, payload: bytes) -> tuple[bytes, bool]:
        """One invocation that started, and whether its answer is an error; waits as long as none starts."""
        delay_s = 0.2
        while True:
            try:
                response = self._client.invoke(FunctionName=f"{self._prefix}-{agent}", Payload=payload)
                return response["Payload"].read(_LONGEST_ANSWER + 1), "FunctionError" in response
            except ReadTimeoutError as error:
                raise AgentTimedOut(agent, "no answer") from error
            except (ClientError, EndpointConnectionError, ConnectTimeoutError) as error:
                code = error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__
                if isinstance(error, ClientError) and code not in _NOT_STARTED:
                    raise AgentUnavailable(agent, code) from error
                if self._seconds_left() < self._longest_s + delay_s:
                    raise AgentUnavailable(agent, code) from error
                logger.warning(f"The {agent} can't start yet, waiting", reason=code)
                self._sleep(delay_s * random.uniform(0.5, 1))  # noqa: S311 - jitter, not a secret
                delay_s = min(2 * delay_s, 5)
            except (HTTPClientError, IncompleteReadError, ResponseStreamingError) as error:
                raise AgentCrashed(agent, type(error).__name__) from error
