"""A world: the functions over one database, with their own queues, Lambda and time."""

import json
import random
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self, TypeVar, cast

from botocore.awsrequest import AWSRequest
from botocore.exceptions import ReadTimeoutError

from functions.shared.agent_declaration import Agent
from functions.shared.database.transport import NoAnswer, Response
from functions.shared.observability import logger
from functions.shared.runtime import Runtime
from scripts.benchmarks.database import CLUSTER_ARN, SECRET_ARNS
from scripts.manifest import NAME_PREFIX, DeploymentContext, Manifest, environment
from tests.simulation.clients import TRACE_HEADER, clients, header
from tests.simulation.database import SimulatedDatabase
from tests.simulation.environments import Environment, Moment
from tests.simulation.fault_state import FaultState
from tests.simulation.functions import handlers
from tests.simulation.lambdas import THROTTLED, EventSource, Handler, Lambda, Recursion, continued
from tests.simulation.production import planner_concurrency, production_manifest
from tests.simulation.responses import ServiceResponse, refusal, sqs_refusal
from tests.simulation.scheduler import Process, Scheduler, Waiter
from tests.simulation.sqs import Queue, SqsError, StaleReceipts
from tests.simulation.statements import Statements
from tests.simulation.threads import SimulatedThreads

T = TypeVar("T")

QUEUE_URL = f"https://sqs.us-east-1.amazonaws.com/000000000000/{NAME_PREFIX}-"
_ENDPOINT = "https://service.us-east-1.amazonaws.com"
_DAY_S = 24 * 3600
#: How long a call to a service takes, in seconds.
_LATENCY_S = {"database": (0.005, 0.03), "sqs": (0.005, 0.02), "lambda": (0.005, 0.02)}
#: How long a client waits for a response of SQS: see the functions' runtime.
_SQS_TIMEOUT_S = 3.0


@dataclass(frozen=True)
class Conditions:
    """Conditions that AWS leaves open or that a deployment sets.

    `concurrency`: executions at a time in the account. `agents_take_s`: if not given, their usual durations vary.
    """

    seed: int = 0
    track_progress: bool = False
    real_agents: bool = False
    stale: StaleReceipts = field(default_factory=StaleReceipts)
    reuses_environments: bool = False
    concurrency: int = 1000
    planners: int = planner_concurrency()
    agents_take_s: float | None = None

    @classmethod
    def drawn(cls, seed: int) -> Self:
        """Draw the conditions by chance. Every possibility occurs for some seeds."""
        chance = random.Random(f"conditions {seed}")
        return cls(
            seed,
            track_progress=chance.random() < 0.5,
            real_agents=chance.random() < 0.1,
            stale=StaleReceipts(delete=chance.random() < 0.5, change=chance.choice(["works", "nothing", "refused"])),
            reuses_environments=chance.random() < 0.5,
            concurrency=chance.choice([1000, 10]),
        )


class World:
    """Context manager. `meddle` is called at every moment of every process."""

    def __init__(
        self,
        database: SimulatedDatabase,
        conditions: Conditions = Conditions(),
        meddle: Callable[[Moment], None] | None = None,
        *,
        further_handlers: Mapping[str, Handler] | None = None,
        manifest: Manifest | None = None,
    ) -> None:
        self.conditions = conditions
        self.random = random.Random(conditions.seed)
        self.manifest = manifest or production_manifest()
        self.scheduler = Scheduler()
        self.faults = FaultState(lambda: self.now)
        self.meddle = meddle or (lambda _: None)
        self.sends: list[tuple[str, str]] = []
        """Each sent message: by which function, to which queue."""
        self.queues = self._make_queues(conditions.stale)
        context = DeploymentContext(
            cluster_arn=CLUSTER_ARN,
            secret_arns=SECRET_ARNS,
            database="alex",
            queue_urls={name: QUEUE_URL + name for name in self.queues},
        )
        self.runtimes = {name: self._runtime(name, context) for name in self.manifest.functions}
        self.lambdas = Lambda(
            self.scheduler,
            self.manifest,
            {**handlers(self.duration_s, real_agents=conditions.real_agents), **(further_handlers or {})},
            self.runtimes,
            self._meddle,
            self.random,
            concurrency=conditions.concurrency,
            reuses_environments=conditions.reuses_environments,
        )
        self.lambdas.is_throttled = self.faults.is_throttled
        self.sources = {
            function.name: EventSource(
                self.scheduler,
                self.lambdas,
                self.queues[queue],
                function.name,
                conditions.planners if function.name == "planner" else 2,
                self.random,
                self.look,
            )
            for function in self.manifest.functions.values()
            if (queue := _source_of(function.trigger))
        }
        self._requests: list[Process] = []
        self._database = database
        self.sql = database.sql
        self.statements = Statements(database, self.scheduler)
        self._exit = ExitStack()

    def __enter__(self) -> Self:
        random.seed(self.conditions.seed)  # the jitter of the functions
        self._database.clear()
        self.statements.set_clock()
        self._exit.callback(self.statements.close)
        self._exit.callback(self._stop)
        aws = clients()
        aws.receive, aws.trace = self._receive, lambda: self.caller.trace
        level = logger.log_level
        logger.setLevel("CRITICAL")
        self._exit.callback(logger.setLevel, level)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._exit.close()

    @property
    def now(self) -> float:
        return self.scheduler.now

    @property
    def caller(self) -> Environment:
        """The process whose code is running."""
        process = self.scheduler.running.process
        assert isinstance(process, Environment)
        return process

    def consumer_of(self, queue: str) -> str | None:
        """The function that a queue's messages invoke."""
        return next((name for name, source in self.sources.items() if source.queue.name == queue), None)

    def until_quiet(self, most_s: float) -> bool:
        """Continue until everything is quiet. Returns False if that takes longer."""
        self.scheduler.run(lambda: False, self.now + most_s)
        return self.scheduler.is_quiet

    def request(self, work: Callable[[], T], function: str = "api") -> T | None:
        """Return the result of `work` in its own process, or None if that died. Time passes."""
        process = Environment(self.scheduler, function, self.random.uniform(0, 1200))
        number = self.lambdas.invocations[function]
        self.lambdas.invocations[function] += 1
        process.begin(number, self.now + self.manifest.functions[function].timeout_s, "", continued("", function))
        self._requests.append(process)
        results: list[T] = []
        waiter = None if self.scheduler.is_idle else Waiter(self.scheduler)

        def run() -> None:
            try:
                self._meddle(process.moment(-1, "start", "", 0))
                results.append(work())
            finally:
                if waiter:
                    waiter.wake()

        process.start(run)
        self.scheduler.at(process.ends_at, process.kill)
        if waiter:
            waiter.wait()
        else:
            self.scheduler.run(lambda: not process.is_busy, process.ends_at + 1)
        self._requests.remove(process)
        return results[0] if results else None

    def kill(self, environment: Environment) -> None:
        """The calling thread must raise Killed if the process is its own."""
        self.faults.fired[f"{environment.function} killed"] += 1
        self.lambdas.kill(environment)

    def duration_s(self, agent: Agent) -> float:
        if self.conditions.agents_take_s is not None:
            return self.conditions.agents_take_s
        return agent.expected.median_s * self.random.lognormvariate(0, agent.expected.sigma)

    def call(self, service: str, timeout_s: float, exchange: Callable[[], T], lost: Callable[[], Exception]) -> T:
        """Make one call of the running process. `lost`: the exception if there is no response within `timeout_s`."""
        process = self.caller
        process.check()
        number = process.calls
        process.calls += 1
        asked_at = self.now
        self._meddle(process.moment(number, "before", service, timeout_s))
        self.scheduler.sleep(self.random.uniform(*_LATENCY_S[service]))
        response = exchange()
        self.scheduler.sleep(self.random.uniform(*_LATENCY_S[service]))
        self._meddle(process.moment(number, "after", service, timeout_s))
        if self.now - asked_at > timeout_s:
            raise lost()
        return response

    def _make_queues(self, stale: StaleReceipts) -> dict[str, Queue]:
        queues: dict[str, Queue] = {}
        for work in self.manifest.queues.values():
            for entry in (work.dead_letters, work):
                is_work = entry is work
                queues[entry.name] = Queue(
                    entry.name,
                    visibility_timeout_s=self.manifest.visibility_timeout_s(entry),
                    retention_s=entry.retention_days * _DAY_S,
                    stale=stale,
                    max_receive_count=work.max_receive_count if is_work else None,
                    dead_letters=queues[work.dead_letters.name] if is_work else None,
                )
        return queues

    def _runtime(self, function: str, context: DeploymentContext) -> Runtime:
        variables = environment(self.manifest, self.manifest.functions[function], context)
        is_tracked = str(self.conditions.track_progress).lower()
        variables |= {"AWS_REGION": "us-east-1", "ENABLE_PROGRESS_TRACKING": is_tracked}
        return Runtime(
            variables,
            transport=lambda _url, _region: self._run_statement,
            sqs=lambda: clients().sqs,
            lambda_client=lambda _read_timeout_s: clients().lambda_,
            threads=SimulatedThreads(self.scheduler),
            clock=lambda: self.caller.clock(),  # noqa: PLW0108 - each call uses the clock of its caller
            sleep=self.scheduler.sleep,
        )

    def _meddle(self, moment: Moment) -> None:
        self.meddle(moment)
        moment.environment.check()

    def _run_statement(self, path: str, body: bytes, read_timeout_s: float) -> Response:
        def exchange() -> Response:
            trouble = self.faults.database(body)
            if trouble is None:
                return self.statements.run(path, body, read_timeout_s)
            if trouble.has_run:
                self.statements.run(path, body, read_timeout_s)
            self.scheduler.sleep(min(trouble.takes_s, read_timeout_s))
            if trouble.takes_s > read_timeout_s:
                raise NoAnswer("timed out")
            if isinstance(trouble.outcome, Exception):
                raise trouble.outcome
            return trouble.outcome

        return self.call("database", read_timeout_s, exchange, lambda: NoAnswer("timed out"))

    def _receive(self, service: str, request: AWSRequest) -> ServiceResponse:
        timeout_s = _SQS_TIMEOUT_S if service == "sqs" else float(self.manifest.functions["reporter"].timeout_s) + 5
        serve = self._sqs if service == "sqs" else self._invoke
        return self.call(
            service,
            timeout_s,
            lambda: serve(request, timeout_s),
            lambda: ReadTimeoutError(endpoint_url=_ENDPOINT),
        )

    def _sqs(self, request: AWSRequest, timeout_s: float) -> ServiceResponse:
        if self.faults.queues():
            self.scheduler.sleep(timeout_s)
            raise ReadTimeoutError(endpoint_url=_ENDPOINT)
        operation = header(request, "X-Amz-Target").rpartition(".")[2]
        given = json.loads(request.body)
        name = given["QueueUrl"].removeprefix(QUEUE_URL)
        queue = self.queues[name]
        try:
            match operation:
                case "SendMessage":
                    self.sends.append((self.caller.function, name))
                    queue.send(
                        given["MessageBody"], given.get("MessageGroupId", ""), self.now, header(request, TRACE_HEADER)
                    )
                case "ChangeMessageVisibility":
                    queue.change_visibility(given["ReceiptHandle"], given["VisibilityTimeout"], self.now)
                case _:
                    raise NotImplementedError(operation)
        except SqsError as error:
            return sqs_refusal(error.code)
        self.look()
        return ServiceResponse(200, {"Content-Type": "application/x-amz-json-1.0"}, b'{"MessageId": "m"}')

    def look(self) -> None:
        """Make the event sources notice newly visible messages."""
        for source in self.sources.values():
            self.scheduler.at(self.now, source.look)

    def _invoke(self, request: AWSRequest, timeout_s: float) -> ServiceResponse:
        function = str(request.url).split("/functions/")[1].split("/")[0].removeprefix(f"{NAME_PREFIX}-")
        if instead := self.faults.response_of(function):
            return instead
        responses: list[ServiceResponse] = []
        waiter = Waiter(self.scheduler)

        def done(response: ServiceResponse) -> None:
            responses.append(response)
            waiter.wake()

        try:
            if not self.lambdas.start(function, cast(bytes, request.body), header(request, TRACE_HEADER), done):
                return THROTTLED
        except Recursion:
            return refusal(400, "RecursiveInvocationException")
        if not waiter.wait(timeout_s):
            raise ReadTimeoutError(endpoint_url=_ENDPOINT)
        return responses[0]

    def _stop(self) -> None:
        self.lambdas.stop()
        for process in self._requests:
            process.kill()
        self.scheduler.run(lambda: False, self.now)


def _source_of(trigger: str) -> str | None:
    """The queue whose messages invoke a function."""
    kind, _, queue = trigger.partition(":")
    return {"queue": queue, "dead-letters": f"{queue}-dlq"}.get(kind)
