"""The Lambda functions of the table: their code as a zip, and the events that invoke them."""

from __future__ import annotations

import importlib.util
import io
import marshal
import zipfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scripts.local.emulator import ACCOUNT, Emulator
from scripts.local.queues import queue_arn
from scripts.table import NAME_PREFIX, ROOT, Function, Surroundings, Table, environment

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

RUNTIME: Final = "python3.13"
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/{NAME_PREFIX}"
MAX_CONCURRENCY = 20
"""Messages of one queue at work at once; the emulator's own default is 5, AWS starts at more."""
SAME_DATE = (1980, 1, 1, 0, 0, 0)
UNCHECKED = (0b01).to_bytes(4, "little")


def create_functions(
    emulator: Emulator,
    table: Table,
    made: Surroundings,
    *,
    data_api_url: str,
    code: Mapping[str, Path],
    variables: Mapping[str, Mapping[str, str]],
) -> None:
    """`code` gives a function a folder in place of `functions/<name>/`, `variables` more or other variables."""
    for given in (code, variables):
        if unknown := set(given) - set(table.functions):
            raise ValueError(f"there is no function {', '.join(sorted(unknown))}")
    client: LambdaClient = emulator.client("lambda")
    endpoints = {"AWS_ENDPOINT_URL": emulator.url, "AWS_ENDPOINT_URL_RDS_DATA": data_api_url}

    def create(function: Function) -> None:
        its_own = environment(table, function, made)
        client.create_function(
            FunctionName=f"{NAME_PREFIX}-{function.name}",
            Description=function.description,
            Runtime=RUNTIME,
            Role=ROLE_ARN,
            Handler=f"functions.{function.name}.handler.handler",
            Code={"ZipFile": zip_of(function.name, code.get(function.name))},
            MemorySize=function.memory_mb,
            Timeout=function.timeout_s,
            Environment={"Variables": {**its_own, **endpoints, **variables.get(function.name, {})}},
        )

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(create, table.functions.values()))


def create_event_source_mappings(emulator: Emulator, table: Table, queue_urls: Mapping[str, str]) -> None:
    """From here on the queues' consumers are invoked."""
    client: LambdaClient = emulator.client("lambda")
    for queue in table.queues.values():
        client.create_event_source_mapping(
            EventSourceArn=queue_arn(emulator.client("sqs"), queue_urls[queue.name]),
            FunctionName=f"{NAME_PREFIX}-{queue.consumer}",
            BatchSize=queue.batch_size,
            FunctionResponseTypes=["ReportBatchItemFailures"],
            ScalingConfig={"MaximumConcurrency": MAX_CONCURRENCY},
        )


def zip_of(name: str, folder: Path | None = None) -> bytes:
    """The function's folder and what functions share, under the repository's paths; the same bytes for the same files.

    Third-party packages are those of the interpreter that runs the emulator. Bytecode goes in beside each module:
    the emulator unpacks the zip for every new process, which would compile everything again.
    """
    functions = ROOT / "functions"
    files = {"functions/__init__.py": functions / "__init__.py"}
    files |= dict(_files("functions/shared", functions / "shared"))
    files |= dict(_files(f"functions/{name}", folder or functions / name))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, file in sorted(files.items()):
            content = file.read_bytes()
            archive.writestr(zipfile.ZipInfo(path, SAME_DATE), content)
            if file.suffix == ".py":
                archive.writestr(
                    zipfile.ZipInfo(importlib.util.cache_from_source(path), SAME_DATE), _bytecode(content, path)
                )
    return buffer.getvalue()


def _files(prefix: str, folder: Path) -> Iterator[tuple[str, Path]]:
    for file in folder.rglob("*"):
        if file.is_file() and "__pycache__" not in file.parts:
            yield f"{prefix}/{file.relative_to(folder).as_posix()}", file


@cache
def _bytecode(source: bytes, path: str) -> bytes:
    """A .pyc that is used without a look at its source: https://docs.python.org/3/reference/import.html#pyc-invalidation."""
    code = compile(source, path, "exec", dont_inherit=True)
    return importlib.util.MAGIC_NUMBER + UNCHECKED + importlib.util.source_hash(source) + marshal.dumps(code)
