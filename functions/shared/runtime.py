"""A function's dependencies: environment, clock, threads, and connections to AWS.

A handler passes `LAMBDA`; tests and the simulation pass their own, so that nothing needs to be patched.
"""

import os
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from functions.shared.database import Database
from functions.shared.database.client import shared_transport
from functions.shared.database.settings import DatabaseSettings
from functions.shared.database.transport import Transport

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_sqs import SQSClient

    from functions.shared.settings import Settings

S = TypeVar("S", bound="Settings")

#: boto3 creates clients from one session, which isn't thread-safe.
_making_client = threading.Lock()


class Condition(AbstractContextManager[Any], Protocol):
    """The subset of `threading.Condition` that the functions use."""

    def wait_for(self, predicate: Callable[[], object], timeout: float | None = None) -> object:
        """Block until the predicate holds, for at most `timeout` seconds. Returns its last value."""
        ...

    def notify_all(self) -> None: ...


class Threads(Protocol):
    """Concurrency, real or simulated."""

    def lock(self) -> AbstractContextManager[Any]: ...

    def condition(self) -> Condition: ...

    def start(self, name: str, call: Callable[[], None]) -> None:
        """Run a call in the background, in the caller's context (including the logger's keys)."""
        ...

    def pool(self, size: int) -> "Executor":
        """Return an executor that runs calls concurrently."""
        ...

    def wait_for_first(self, futures: "set[Future[Any]]") -> "set[Future[Any]]":
        """Block until at least one future is done, and return those that are."""
        ...

    def repeat(self, interval_s: float, call: Callable[[], None]) -> Callable[[], None]:
        """Call immediately and then every `interval_s`, in the background. Returns a function that stops it.

        A call in progress runs to completion.
        """
        ...


class OsThreads:
    """Operating-system threads."""

    def lock(self) -> AbstractContextManager[Any]:
        return threading.Lock()

    def condition(self) -> Condition:
        return threading.Condition()

    def start(self, name: str, call: Callable[[], None]) -> None:
        threading.Thread(target=copy_context().run, args=(call,), name=name, daemon=True).start()

    def pool(self, size: int) -> "Executor":
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - only planners call agents concurrently

        return ThreadPoolExecutor(max_workers=size, thread_name_prefix="agent")

    def wait_for_first(self, futures: "set[Future[Any]]") -> "set[Future[Any]]":
        from concurrent.futures import FIRST_COMPLETED, wait  # noqa: PLC0415

        return set(wait(futures, return_when=FIRST_COMPLETED).done)

    def repeat(self, interval_s: float, call: Callable[[], None]) -> Callable[[], None]:
        stopped = threading.Event()

        def loop() -> None:
            due = time.monotonic()
            while not stopped.is_set():
                call()
                due = max(due + interval_s, time.monotonic())
                stopped.wait(due - time.monotonic())

        threading.Thread(target=loop, name="repeat", daemon=True).start()
        return stopped.set


@cache
def _sqs() -> "SQSClient":
    import boto3  # noqa: PLC0415 - a request that sends no message does not need the import
    from botocore.config import Config  # noqa: PLC0415

    # SQS responds within milliseconds, and the API function must respond within 10 s.
    config = Config(connect_timeout=1, read_timeout=3, retries={"total_max_attempts": 2, "mode": "standard"})
    with _making_client:
        client: SQSClient = boto3.client("sqs", config=config)
    return client


@cache
def _lambda(read_timeout_s: float) -> "LambdaClient":
    import boto3  # noqa: PLC0415
    from botocore.config import Config  # noqa: PLC0415

    # botocore's defaults would invoke an agent again after 60 s of silence.
    config = Config(read_timeout=read_timeout_s, retries={"total_max_attempts": 1}, max_pool_connections=10)
    with _making_client:
        client: LambdaClient = boto3.client("lambda", config=config)
    return client


@dataclass(frozen=True)
class Runtime:
    """`transport` takes the endpoint URL and the region; `lambda_client` takes the read timeout in seconds."""

    environment: Mapping[str, str]
    transport: Callable[[str, str], Transport] = shared_transport
    sqs: "Callable[[], SQSClient]" = _sqs
    lambda_client: "Callable[[float], LambdaClient]" = _lambda
    threads: Threads = field(default_factory=OsThreads)
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def settings(self, kind: type[S]) -> S:
        """Load settings. Raises ValidationError, which names each missing or invalid variable (do not retry)."""
        return kind.of(self.environment)

    def database(self, *, retry_budget_s: float | Callable[[], float], read_timeout_s: float | None = None) -> Database:
        """Return a client of the environment's database. Raises TypeError, which names each missing variable."""
        settings = DatabaseSettings.of(self.environment)
        return Database(
            settings,
            retry_budget_s=retry_budget_s,
            read_timeout_s=read_timeout_s,
            transport=self.transport(settings.endpoint_url, settings.aws_region),
            clock=self.clock,
            sleep=self.sleep,
        )


#: For a function on Lambda or in the local stack.
LAMBDA = Runtime(os.environ)
