"""Models of the manifest of functions and queues (`functions/functions.yaml`), and the functions' environments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from functions.migrator.grants import ROLES

ROOT = Path(__file__).resolve().parents[1]
MANIFEST_FILE = ROOT / "functions" / "functions.yaml"
NAME_PREFIX = "alex"

FunctionName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=32)]
"""Also the name of the function's package in `functions/`."""
QueueName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=32)]
#: The database user that owns the tables and creates the other users.
DATABASE_OWNER = "owner"
#: Each user signs in with its own secret.
DATABASE_USERS = (DATABASE_OWNER, *ROLES)
Variable = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Function(_Entry):
    """One Lambda function.

    `trigger` is `http`, `operator`, `queue:<queue>`, `dead-letters:<queue>` or the function that invokes it.
    """

    name: FunctionName
    description: str = Field(min_length=1, max_length=256)
    trigger: str
    memory_mb: int = Field(ge=128, le=10_240)
    timeout_s: int = Field(ge=1, le=900)
    uses: tuple[str, ...] = ()
    environment: dict[Variable, str] = {}
    packages: tuple[str, ...] = ()
    brings: tuple[str, ...] = ()
    zip_limit_mb: int = Field(default=8, ge=1, le=50)
    """Lambda accepts direct uploads of up to 50 MB."""

    @field_validator("uses")
    @classmethod
    def _unique(cls, uses: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(uses)) < len(uses):
            raise ValueError("a use is listed twice")
        if sum(use.startswith("database:") for use in uses) > 1:
            raise ValueError("a function signs in to the database as one user")
        return uses

    @property
    def database_user(self) -> str | None:
        """The user as which the function signs in to the database; None if it does not use the database."""
        return next((use.removeprefix("database:") for use in self.uses if use.startswith("database:")), None)

    def sends_to(self) -> list[str]:
        """Return the queues that the function may send to."""
        return [use.removeprefix("send:") for use in self.uses if use.startswith("send:")]


class Queue(_Entry):
    """An SQS queue and the function that consumes it."""

    name: QueueName
    consumer: FunctionName
    batch_size: int = Field(ge=1, le=10)
    retention_days: int = Field(ge=1, le=14)


class WorkQueue(Queue):
    """A queue that functions send to. After `max_receive_count` receives, a message moves to `dead_letters`."""

    max_receive_count: int = Field(ge=1, le=1000)
    dead_letters: Queue

    @model_validator(mode="after")
    def _keeps_dead_letters_longer(self) -> Self:
        """Require a longer retention, because a dead letter expires by the time at which it was first sent.

        AWS: "Setting-up dead-letter queue retention in Amazon SQS".
        """
        if self.dead_letters.retention_days <= self.retention_days:
            raise ValueError(f"{self.dead_letters.name} must keep messages longer than {self.name}")
        return self


class Cors(_Entry):
    """What pages of other origins may send and read; the origins belong to the deployment."""

    allow_methods: tuple[str, ...] = ()
    allow_headers: tuple[str, ...] = ()
    expose_headers: tuple[str, ...] = ()
    max_age_s: int = Field(default=0, ge=0, le=86_400)
    """https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid.html: at most one day."""


class Manifest(_Entry):
    """Every function and queue, checked for consistency."""

    cors: Cors = Cors()
    functions: dict[FunctionName, Function]
    queues: dict[QueueName, WorkQueue]
    visibility_margin_s: int = Field(default=0, ge=0, le=900)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] | None = None
    """None: the default of Powertools."""

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, content: Any) -> Any:
        """Add the defaults to each function, and each entry's name."""
        if not isinstance(content, Mapping):
            raise ValueError("the manifest is not a mapping")
        rest = {key: value for key, value in content.items() if key != "defaults"}
        return {
            **rest,
            "functions": _named(content.get("functions"), content.get("defaults") or {}),
            "queues": _with_dead_letter_queues(_named(content.get("queues"), {})),
        }

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        for function in self.functions.values():
            self._check_trigger(function)
            for use in function.uses:
                if use not in self._possible_uses():
                    raise ValueError(f"{function.name}: unknown use {use}")
        for queue in self.queues.values():
            self._check_consumer(queue.consumer, f"queue:{queue.name}")
            self._check_consumer(queue.dead_letters.consumer, f"dead-letters:{queue.name}")
        for name in self.functions:
            self._check_for_loops(name)
        return self

    def all_queues(self) -> Iterator[Queue]:
        """Yield each work queue, followed by its dead-letter queue."""
        for queue in self.queues.values():
            yield queue
            yield queue.dead_letters

    def invoked_by(self, function: Function) -> list[str]:
        """Return the functions that it may invoke: those that name it as their trigger."""
        return [other.name for other in self.functions.values() if other.trigger == function.name]

    def visibility_timeout_s(self, queue: Queue) -> int:
        """Return how long a received message stays invisible unless its consumer changes that."""
        return self.functions[queue.consumer].timeout_s + self.visibility_margin_s

    def _check_trigger(self, function: Function) -> None:
        queues = (f"{kind}:{queue}" for queue in self.queues for kind in ("queue", "dead-letters"))
        if function.trigger not in {"http", "operator", *self.functions, *queues}:
            raise ValueError(f"{function.name}: unknown trigger {function.trigger}")

    def _check_consumer(self, consumer: str, trigger: str) -> None:
        if consumer not in self.functions or self.functions[consumer].trigger != trigger:
            raise ValueError(f"{consumer} must be a function with the trigger {trigger}")

    def _possible_uses(self) -> set[str]:
        databases = (f"database:{user}" for user in DATABASE_USERS)
        return {"model", "prices", *databases, *(f"send:{queue}" for queue in self.queues)}

    def _check_for_loops(self, function: str) -> None:
        """Raise ValueError for a loop: Lambda stops a function after about 16 invocations in one chain and drops the
        event.

        AWS: "Use Lambda recursive loop detection to prevent infinite loops".
        """
        chains = [[function]]
        seen: set[str] = set()
        while chains:
            chain = chains.pop()
            for step in self._next_steps(chain[-1]):
                if step == function:
                    raise ValueError(f"{function} leads back to itself: {' -> '.join([*chain, step])}")
                if step not in seen:
                    seen.add(step)
                    chains.append([*chain, step])

    def _next_steps(self, step: str) -> list[str]:
        """Return the functions and queues that a function invokes or sends to, or the consumers of a queue."""
        if function := self.functions.get(step):
            return [*self.invoked_by(function), *(f"queue:{queue}" for queue in function.sends_to())]
        queue = self.queues[step.removeprefix("queue:")]
        return [queue.consumer, queue.dead_letters.consumer]


class DeploymentContext(_Entry):
    """The parts of a deployment that functions need.

    `secret_arns` are keyed by database user, `queue_urls` by queue name in the manifest.
    """

    name_prefix: str = NAME_PREFIX
    cluster_arn: str
    secret_arns: dict[str, str]
    database: str
    queue_urls: dict[str, str]
    model_id: str = ""
    """Empty without a model; templates then write the prose."""
    model_region: str = ""


def read_manifest() -> Manifest:
    """Read the manifest. Raises pydantic's ValidationError, which names the invalid entry."""
    return Manifest.model_validate(yaml.safe_load(MANIFEST_FILE.read_text(encoding="utf-8")))


def environment(manifest: Manifest, function: Function, context: DeploymentContext) -> dict[str, str]:
    """Return a function's variables in every deployment: common ones, those implied by its `uses`, and its own."""
    variables = {
        "NAME_PREFIX": context.name_prefix,
        "POWERTOOLS_SERVICE_NAME": function.name,
        "POWERTOOLS_METRICS_NAMESPACE": "alex",
        "PYDANTIC_DISABLE_PLUGINS": "__all__",  # otherwise a cold start searches all packages for plugins
    }
    if manifest.log_level:
        variables["LOG_LEVEL"] = manifest.log_level
    if user := function.database_user:
        variables |= {
            "DB_CLUSTER_ARN": context.cluster_arn,
            "DB_SECRET_ARN": context.secret_arns[user],
            "DB_NAME": context.database,
        }
        if user == DATABASE_OWNER:
            others = {other: arn for other, arn in context.secret_arns.items() if other != DATABASE_OWNER}
            variables |= {f"{other.upper()}_SECRET_ARN": arn for other, arn in others.items()}
    for queue in function.sends_to():
        variables[queue.upper().replace("-", "_") + "_QUEUE_URL"] = context.queue_urls[queue]
    if invoked := manifest.invoked_by(function):
        variables["AGENT_TIMEOUT_S"] = str(max(manifest.functions[name].timeout_s for name in invoked))
        if context.model_id and any("model" in manifest.functions[name].uses for name in invoked):
            variables["AGENT_MODEL_ID"] = context.model_id
    if context.model_id and "model" in function.uses:
        variables |= {"BEDROCK_MODEL_ID": context.model_id, "BEDROCK_REGION": context.model_region}
    return variables | function.environment


def overrides(manifest: Manifest, given: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return the given variables that a function declares, by function."""
    return {
        function.name: {variable: given[variable] for variable in function.environment if variable in given}
        for function in manifest.functions.values()
    }


def _named(entries: Any, defaults: Mapping[str, Any]) -> Any:
    if not isinstance(entries, Mapping):
        return entries
    return {name: {**defaults, **(entry or {}), "name": name} for name, entry in entries.items()}


def _with_dead_letter_queues(queues: Any) -> Any:
    """Add each dead-letter queue's name: `<queue>-dlq`."""
    if not isinstance(queues, Mapping):
        return queues
    return {
        name: {**queue, "dead_letters": {**dead_letters, "name": f"{name}-dlq"}}
        if isinstance(dead_letters := queue.get("dead_letters"), Mapping)
        else queue
        for name, queue in queues.items()
    }
