"""The one table of functions, `functions/functions.yaml`, as models, and what each function's environment is by it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

ROOT = Path(__file__).resolve().parents[1]
TABLE_FILE = ROOT / "functions" / "functions.yaml"
NAME_PREFIX = "alex"

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=32)]
Variable = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Function(_Entry):
    """One Lambda function. `trigger` is `http`, `operator`, `queue:<queue>` or the function that invokes it."""

    name: Name
    description: str = Field(min_length=1, max_length=256)
    trigger: str
    memory_mb: int = Field(ge=128, le=10_240)
    timeout_s: int = Field(ge=1, le=900)
    uses: tuple[str, ...] = ()
    environment: dict[Variable, str] = {}
    packages: tuple[str, ...] = ()
    brings: tuple[str, ...] = ()
    zip_limit_mb: int = Field(default=8, ge=1, le=50)
    """Above 50 MB, Lambda takes no zip directly."""

    @field_validator("uses")
    @classmethod
    def _once(cls, uses: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(uses)) < len(uses):
            raise ValueError("a use stands there twice")
        return uses

    def sends_to(self) -> list[str]:
        """The queues that it may send to."""
        return self._objects_of("send:")

    def invokes(self) -> list[str]:
        """The functions that it may invoke."""
        return self._objects_of("invoke:")

    def _objects_of(self, verb: str) -> list[str]:
        return [use.removeprefix(verb) for use in self.uses if use.startswith(verb)]


class Queue(_Entry):
    """One SQS queue, its dead-letter queue beside it. After `max_receive_count` tries a message goes there."""

    name: Name
    consumer: Name
    max_receive_count: int = Field(ge=1, le=1000)
    batch_size: int = Field(ge=1, le=10)


class Table(_Entry):
    """Every function and queue, checked against each other."""

    functions: dict[Name, Function]
    queues: dict[Name, Queue]

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, content: Any) -> Any:
        """Gives each entry its name, and each function the defaults."""
        if not isinstance(content, Mapping):
            raise ValueError("the table is not a mapping")
        rest = {key: value for key, value in content.items() if key != "defaults"}
        defaults = content.get("defaults") or {}
        return {
            **rest,
            "functions": _named(content.get("functions"), defaults),
            "queues": _named(content.get("queues"), {}),
        }

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        for function in self.functions.values():
            if not self._triggers().issuperset({function.trigger}):
                raise ValueError(f"{function.name}: nothing is called {function.trigger} to trigger it")
            invoker = self.functions.get(function.trigger)
            if invoker and function.name not in invoker.invokes():
                raise ValueError(
                    f"{function.name}: {invoker.name} may not invoke it; its uses lack invoke:{function.name}"
                )
            for use in function.uses:
                if use not in self._possible_uses():
                    raise ValueError(f"{function.name}: there is no use {use}")
        for queue in self.queues.values():
            consumer = self.functions.get(queue.consumer)
            if consumer is None or consumer.trigger != f"queue:{queue.name}":
                raise ValueError(f"{queue.name}: {queue.consumer} is not triggered by queue:{queue.name}")
        return self

    def _triggers(self) -> set[str]:
        return {"http", "operator", *self.functions, *(f"queue:{queue}" for queue in self.queues)}

    def _possible_uses(self) -> set[str]:
        invoke = {f"invoke:{function}" for function in self.functions}
        return {"database", "model", "prices", *invoke, *(f"send:{queue}" for queue in self.queues)}


class Surroundings(_Entry):
    """What a deployment made, as far as functions must know it. `queue_urls` by the queue's name in the table."""

    name_prefix: str = NAME_PREFIX
    cluster_arn: str
    secret_arn: str
    database: str
    queue_urls: dict[str, str]
    model_id: str = ""
    """Empty: there is no model, and templates word the texts."""
    model_region: str = ""


def read_table(file: Path = TABLE_FILE) -> Table:
    """Raises pydantic's ValidationError, which names the place, for a table that is wrong."""
    return Table.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))


def environment(table: Table, function: Function, made: Surroundings) -> dict[str, str]:
    """The variables of a function in every deployment: what all have, what its `uses` bring, and its own."""
    variables = {
        "NAME_PREFIX": made.name_prefix,
        "POWERTOOLS_SERVICE_NAME": function.name,
        "POWERTOOLS_METRICS_NAMESPACE": "alex",
        "LOG_LEVEL": "INFO",
    }
    if "database" in function.uses:
        variables |= {
            "DB_CLUSTER_ARN": made.cluster_arn,
            "DB_SECRET_ARN": made.secret_arn,
            "DB_NAME": made.database,
        }
    for queue in function.sends_to():
        variables[queue.upper().replace("-", "_") + "_QUEUE_URL"] = made.queue_urls[queue]
    if invoked := function.invokes():
        variables["AGENT_TIMEOUT_S"] = str(max(table.functions[name].timeout_s for name in invoked))
        if made.model_id and any("model" in table.functions[name].uses for name in invoked):
            variables["AGENT_MODEL_ID"] = made.model_id
    if made.model_id and "model" in function.uses:
        variables |= {"BEDROCK_MODEL_ID": made.model_id, "BEDROCK_REGION": made.model_region}
    return variables | function.environment


def overrides(table: Table, given: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Of the variables that are given, those that functions have as their own, by function."""
    return {
        function.name: {variable: given[variable] for variable in function.environment if variable in given}
        for function in table.functions.values()
    }


def _named(entries: Any, defaults: Mapping[str, Any]) -> Any:
    if not isinstance(entries, Mapping):
        return entries
    return {name: {**defaults, **(entry or {}), "name": name} for name, entry in entries.items()}
