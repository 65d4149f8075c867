"""The Lambda functions of the table: their code as a zip, and the events that invoke them."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scripts.local.emulator import ACCOUNT, Emulator
from scripts.local.queues import queue_arn
from scripts.packaging.archive import write_zip
from scripts.packaging.bytecode import bytecode
from scripts.packaging.contents import own_files
from scripts.table import NAME_PREFIX, Function, Surroundings, Table, environment

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

RUNTIME: Final = "python3.13"
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/{NAME_PREFIX}"
MAX_CONCURRENCY = 20
"""Messages of one queue at work at once, unless told otherwise; the emulator's own default is 5, AWS starts at more."""


def create_functions(
    emulator: Emulator,
    table: Table,
    made: Surroundings,
    *,
    endpoints: Mapping[str, str],
    code: Mapping[str, Path],
    variables: Mapping[str, Mapping[str, str]],
) -> None:
    """`code` gives a function a folder in place of `functions/<name>/`, `variables` more or other variables.

    `endpoints` are the SDKs' own variables for where the services are.
    """
    for given in (code, variables):
        if unknown := set(given) - set(table.functions):
            raise ValueError(f"there is no function {', '.join(sorted(unknown))}")
    client: LambdaClient = emulator.client("lambda")

    def create(function: Function) -> None:
        its_own = environment(table, function, made)
        client.create_function(
            FunctionName=f"{NAME_PREFIX}-{function.name}",
            Description=function.description,
            Runtime=RUNTIME,
            Role=ROLE_ARN,
            Handler=f"functions.{function.name}.handler.handler",
            Code={"ZipFile": zip_of(function.name, code.get(function.name), function.brings)},
            MemorySize=function.memory_mb,
            Timeout=function.timeout_s,
            Environment={"Variables": {**its_own, **endpoints, **variables.get(function.name, {})}},
        )

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(create, table.functions.values()))


def create_event_source_mappings(
    emulator: Emulator, table: Table, queue_urls: Mapping[str, str], max_concurrency: int = MAX_CONCURRENCY
) -> None:
    """From here on the queues' consumers are invoked."""
    client: LambdaClient = emulator.client("lambda")
    for queue in table.queues.values():
        client.create_event_source_mapping(
            EventSourceArn=queue_arn(emulator.client("sqs"), queue_urls[queue.name]),
            FunctionName=f"{NAME_PREFIX}-{queue.consumer}",
            BatchSize=queue.batch_size,
            FunctionResponseTypes=["ReportBatchItemFailures"],
            ScalingConfig={"MaximumConcurrency": max_concurrency},
        )


def zip_of(name: str, folder: Path | None = None, brings: tuple[str, ...] = ()) -> bytes:
    """The function's own files and what functions share; the same bytes for the same files.

    Third-party packages are those of the interpreter that runs the emulator. Bytecode goes in beside each module:
    the emulator unpacks the zip for every new process, which would compile everything again.
    """
    files: dict[str, Path | bytes] = {}
    for path, file in own_files(name, folder, brings).items():
        files[path] = file
        if file.suffix == ".py":
            files[importlib.util.cache_from_source(path)] = _bytecode(file.read_bytes(), path)
    buffer = io.BytesIO()
    write_zip(buffer, files)
    return buffer.getvalue()


_bytecode = cache(bytecode)
"""Most of what a function's zip holds is in all the others too."""
