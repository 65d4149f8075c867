"""A world: the functions over one database, with queues and a clock of its own."""

import json
import os
import random
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import cache
from types import SimpleNamespace, TracebackType
from typing import Any, Self, TypeVar, cast
from unittest.mock import patch

import boto3
import psycopg
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType
from botocore.awsrequest import AWSRequest, AWSResponse

from functions.api import resources
from functions.planner import agents, leased
from functions.planner.handler import handler as planner
from functions.shared import messages, queues
from functions.shared.database import Database, client
from functions.shared.observability import logger
from functions.shared.progress import tracker
from functions.shared.settings import Settings
from functions.watchdog.handler import handler as watchdog
from scripts.local.data_api import DataApi
from scripts.simulation.functions import AGENTS, InlineWriter
from scripts.simulation.network import (
    Answer,
    DatabaseTransport,
    ProcessClient,
    aws_response,
    function_error,
    invoked,
    sent_to_queue,
)
from scripts.simulation.pool import SimulatedPool, SimulatedTime, Task, wait
from scripts.simulation.processes import Killed, Moment, Process
from scripts.simulation.queues import Message, Queue, Queues
from scripts.simulation.weather import AGENT_TROUBLE, Weather
from scripts.table import NAME_PREFIX, Surroundings, environment, read_table

T = TypeVar("T")
Handler = Callable[[dict[str, Any], Any], Any]
Meddle = Callable[["World", Moment], None]

CLUSTER_ARN = "arn:aws:rds:us-east-1:000000000000:cluster:alex"
SECRET_ARN = "arn:aws:secretsmanager:us-east-1:000000000000:secret:alex"  # noqa: S105 - its name
_QUEUE_URL = "https://sqs.us-east-1.amazonaws.com/000000000000/alex-"
_QUEUE_ARN = "arn:aws:sqs:us-east-1:000000000000:alex-"
#: Processes may be suspended within each other; deeper than this, messages wait.
_DEEPEST = 4

#: The database follows the clock: to let time pass, everything that was noted of it moves into the past.
_MOVE_CLOCK = """
    UPDATE jobs SET lease_expires_at = lease_expires_at - make_interval(secs => %(s)s),
                    queued_at = queued_at - make_interval(secs => %(s)s),
                    deadline_at = deadline_at - make_interval(secs => %(s)s), version = version + 1
     WHERE status IN ('pending', 'running') AND user_id = ANY (%(users)s)
"""


class World(SimulatedTime):
    """Context manager. `meddle` is asked at every moment of every process; `seed` decides what else is random.

    `api` is a Data API over a migrated database, which the world reaches past it by `dsn` too.
    """

    def __init__(
        self,
        api: DataApi,
        dsn: str,
        *,
        meddle: "Meddle | None" = None,
        seed: int = 0,
        track_progress: bool = False,
        agent_handlers: Mapping[str, Handler] = AGENTS,
    ) -> None:
        self.now = 0.0
        self.random = random.Random(seed)
        self.table = read_table()
        self.queues = Queues(self.table)
        self.weather = Weather()
        self.users: list[str] = []
        self._api = api
        self._dsn = dsn
        self._seed = seed
        self._meddle: Meddle = meddle or (lambda world, moment: None)
        self._track_progress = track_progress
        self._handlers: dict[str, Handler] = {"planner": planner, "watchdog": watchdog, **agent_handlers}
        self._running: list[Process] = []
        self._started: dict[str, int] = {}
        self._left_behind: list[tuple[Task, Process]] = []
        self._exit = ExitStack()
        self.sql: psycopg.Connection[tuple[Any, ...]]

    def __enter__(self) -> Self:
        random.seed(self._seed)  # the jitter of the functions
        made = Surroundings(
            cluster_arn=CLUSTER_ARN,
            secret_arn=SECRET_ARN,
            database="alex",
            queue_urls={name: _QUEUE_URL + name for name in self.queues.by_name},
        )
        variables = {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}
        variables |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
        for function in self.table.functions.values():
            variables |= environment(self.table, function, made)
        del variables["POWERTOOLS_METRICS_NAMESPACE"]  # without one no metric is written
        variables["ENABLE_PROGRESS_TRACKING"] = str(self._track_progress).lower()
        enter = self._exit.enter_context
        enter(patch.dict(os.environ, variables))
        self.sql = enter(psycopg.connect(self._dsn, autocommit=True))
        self._forget_caches()
        self._exit.callback(self._forget_caches)
        sqs, lambda_ = _clients()
        _network.append(self)
        self._exit.callback(_network.pop)
        enter(patch.object(queues, "_client", lambda: ProcessClient(sqs, "sqs", self.running)))
        enter(patch.object(agents, "_lambda_client", lambda _: ProcessClient(lambda_, "lambda", self.running)))
        enter(patch.object(client, "_shared_transport", self._transport))
        patience = {**(Database.__init__.__kwdefaults__ or {}), "clock": lambda: self.now, "sleep": self.pass_time}
        enter(patch.object(Database.__init__, "__kwdefaults__", patience))
        enter(patch.object(agents.LambdaAgents.__init__, "__defaults__", (None, self.pass_time)))
        enter(patch.object(leased, "ThreadPoolExecutor", lambda **_: SimulatedPool(self, self.running)))
        enter(patch.object(leased, "wait", lambda *given: wait(self, self.running, *given)))
        enter(patch.object(tracker, "BackgroundWriter", InlineWriter))
        level = logger.log_level
        logger.setLevel("CRITICAL")
        self._exit.callback(logger.setLevel, level)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._exit.close()

    @property
    def running(self) -> Process:
        """The process whose code is at work; those below it are suspended."""
        return self._running[-1]

    def run(self, function: str, work: Callable[[Process], T], message: str = "") -> T | None:
        """One invocation of a function, from its start on; None when it was killed."""
        number = self._started.get(function, 0)
        self._started[function] = number + 1
        ends_at = self.now + self.table.functions[function].timeout_s
        process = Process(function, number, ends_at, lambda: self.now, lambda moment: self._meddle(self, moment))
        process.message = message
        self._running.append(process)
        try:
            process.start()
            return work(process)
        except Killed:
            self.weather.killed(function)
            return None
        finally:
            self._running.pop()

    def pass_time(self, seconds: float) -> None:
        """Lets time go by, with all that is due in it."""
        until = self.now + seconds
        while (at := self._next_due()) is not None and at <= until and len(self._running) < _DEEPEST:
            self._advance(at)
            self._do_what_is_due()
        self._advance(until)

    def until_quiet(self, most_s: float = 6 * 3600) -> None:
        """Goes on until nothing is on its way any more. Raises AssertionError when that takes more than `most_s`."""
        give_up_at = self.now + most_s
        while (at := self._next_due()) is not None:
            assert at < give_up_at, f"still not quiet after {most_s} s"
            self._advance(at)
            self._do_what_is_due()

    def takes_s(self) -> float:
        return self.random.lognormvariate(3, 0.5)  # a median of 20 s

    def leave_behind(self, task: Task, process: Process) -> None:
        self._left_behind.append((task, process))

    def _next_due(self) -> float | None:
        due = [task.due for task, _ in self._left_behind]
        if message := self.queues.next_due():
            due.append(message[0])
        return max(self.now, min(due)) if due else None

    def _advance(self, until: float) -> None:
        if until > self.now:
            self.sql.execute(_MOVE_CLOCK, {"s": until - self.now, "users": self.users})
            self.now = until

    def _do_what_is_due(self) -> None:
        while left := next((left for left in self._left_behind if left[0].due <= self.now), None):
            self._left_behind.remove(left)  # first: other things are done within it
            task, process = left
            process.is_dead, process.ends_at = False, self.now + 1  # its call was made before it ended
            self._running.append(process)
            try:
                task.run()
            finally:
                self._running.pop()
                process.is_dead = True
        due = self.queues.next_due()
        if due and due[0] <= self.now and (message := due[1].take(self.now)):
            self._deliver(due[1], message)

    def _deliver(self, queue: Queue, message: Message) -> None:
        record = {
            "messageId": message.receipt,
            "receiptHandle": message.receipt,
            "eventSource": "aws:sqs",
            "eventSourceARN": _QUEUE_ARN + queue.name,
            "body": message.body,
        }
        batch = patch.object(messages, "_processor", BatchProcessor(EventType.SQS))  # one a process

        def handle(process: Process) -> bool:
            try:
                answer = self._handlers[queue.consumer]({"Records": [record]}, _context(process))
            except Exception:  # Lambda gives the whole batch back
                return False
            return not answer["batchItemFailures"]

        with batch:
            is_done = self.run(queue.consumer, handle, message.body)
        if is_done and message in queue.messages:
            queue.messages.remove(message)

    def _sqs(self, request: AWSRequest) -> AWSResponse:
        operation, given = sent_to_queue(request)
        queue = given["QueueUrl"].removeprefix(_QUEUE_URL)
        match operation:
            case "SendMessage":
                self.queues.send(queue, given["MessageBody"], self.now, given.get("DelaySeconds", 0))
            case "ChangeMessageVisibility":
                self.queues.hide(queue, given["ReceiptHandle"], self.now + given["VisibilityTimeout"])
            case _:
                raise NotImplementedError(operation)
        return aws_response(request, (200, {"Content-Type": "application/x-amz-json-1.0"}, b'{"MessageId": "m"}'))

    def _lambda(self, request: AWSRequest) -> AWSResponse:
        function, payload = invoked(request)
        return aws_response(request, self._invoke(function.removeprefix(f"{NAME_PREFIX}-"), payload))

    def _invoke(self, function: str, payload: bytes) -> Answer:
        if instead := self.weather.answer_of(function):
            return instead

        def handle(process: Process) -> Answer:
            try:
                result = self._handlers[function](json.loads(payload), _context(process))
            except Exception as error:
                return function_error(type(error).__name__, str(error))
            return 200, {}, json.dumps(result).encode()

        return self.run(function, handle) or AGENT_TROUBLE["killed"]

    def _transport(self, _url: str, _region: str) -> DatabaseTransport:
        return DatabaseTransport(self.running, self._api, lambda: self.weather.database(self.now))

    @staticmethod
    def _forget_caches() -> None:
        for cached in (Settings.load, resources.database, resources.job_events, resources.analyses):
            cast(Any, cached).cache_clear()


#: The world that botocore's clients are in, the last one.
_network: list[World] = []


@cache
def _clients() -> tuple[Any, Any]:
    """The functions' own clients of SQS and Lambda, as they make them; what they send goes to the world."""
    session = boto3.Session()
    session.events.register("before-send.sqs", cast(Any, lambda request, **_: _network[-1]._sqs(request)))
    session.events.register("before-send.lambda", cast(Any, lambda request, **_: _network[-1]._lambda(request)))
    with patch.object(boto3, "DEFAULT_SESSION", session):
        return queues._client.__wrapped__(), agents._lambda_client.__wrapped__(180)


def _context(process: Process) -> Any:
    return SimpleNamespace(
        function_name=f"{NAME_PREFIX}-{process.function}",
        memory_limit_in_mb=1024,
        invoked_function_arn=f"arn:aws:lambda:us-east-1:000000000000:function:{NAME_PREFIX}-{process.function}",
        aws_request_id="request",
        get_remaining_time_in_millis=lambda: round(1000 * process.seconds_left),
    )
