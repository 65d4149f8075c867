"""Deploys the manifest's Lambda functions: their code as a zip, and the events that invoke them."""

from __future__ import annotations

import importlib.util
import io
import shlex
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scripts.local import lambda_runtime
from scripts.local.emulator import ACCOUNT, Emulator
from scripts.local.queues import queue_arn
from scripts.manifest import NAME_PREFIX, DeploymentContext, Function, Manifest, environment
from scripts.packaging.archive import write_zip
from scripts.packaging.bytecode import bytecode
from scripts.packaging.contents import own_files
from scripts.packaging.documentation import build_documentation
from scripts.packaging.migrations import write_migrations
from scripts.packaging.sample import build_sample

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

RUNTIME: Final = "provided.al2023"
"""A custom runtime; the zip contains its `bootstrap` ("Building a custom runtime for AWS Lambda")."""
BOOTSTRAP: Final = f"""\
#!/bin/sh
exec {shlex.quote(sys.executable)} -P {shlex.quote(lambda_runtime.__file__)}
"""
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/{NAME_PREFIX}"
MAX_CONCURRENCY = 20
"""Default for concurrent invocations per queue. The emulator's own default is 5; AWS starts with more."""


def create_functions(
    emulator: Emulator,
    manifest: Manifest,
    context: DeploymentContext,
    *,
    endpoints: Mapping[str, str],
    code: Mapping[str, Path],
    variables: Mapping[str, Mapping[str, str]],
) -> None:
    """Create every function of the manifest.

    `code` replaces the folder `functions/<name>/` of some functions; `variables` adds or overrides environment
    variables. `endpoints` are the variables with the services' URLs for the SDKs. Raises ValueError for an unknown
    function.
    """
    for given in (code, variables):
        if unknown := set(given) - set(manifest.functions):
            raise ValueError(f"there is no function {', '.join(sorted(unknown))}")
    if "api" in manifest.functions and "api" not in code:
        build_documentation()
        build_sample()
    if "migrator" in manifest.functions and "migrator" not in code:
        write_migrations()
    client: LambdaClient = emulator.client("lambda")

    def create(function: Function) -> None:
        its_own = environment(manifest, function, context)
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
        list(pool.map(create, manifest.functions.values()))


def create_event_source_mappings(
    emulator: Emulator, manifest: Manifest, queue_urls: Mapping[str, str], max_concurrency: int
) -> None:
    """Start invoking the consumers of the queues and of their dead-letter queues.

    `max_concurrency` limits the concurrent invocations of each consumer.
    """
    client: LambdaClient = emulator.client("lambda")
    for queue in manifest.all_queues():
        client.create_event_source_mapping(
            EventSourceArn=queue_arn(emulator.client("sqs"), queue_urls[queue.name]),
            FunctionName=f"{NAME_PREFIX}-{queue.consumer}",
            BatchSize=queue.batch_size,
            FunctionResponseTypes=["ReportBatchItemFailures"],
            ScalingConfig={"MaximumConcurrency": max_concurrency},
        )


def zip_of(name: str, folder: Path | None = None, brings: tuple[str, ...] = ()) -> bytes:
    """Return a zip of the function's own files, the shared ones and the bootstrap. Deterministic.

    Third-party packages come from the interpreter that runs this stack. The zip includes bytecode, so that no process
    has to compile a module.
    """
    files: dict[str, Path | bytes] = {"bootstrap": BOOTSTRAP.encode()}
    for path, file in own_files(name, folder, brings).items():
        files[path] = file
        if file.suffix == ".py":
            files[importlib.util.cache_from_source(path)] = _bytecode(file.read_bytes(), path)
    buffer = io.BytesIO()
    write_zip(buffer, files)
    return buffer.getvalue()


_bytecode = cache(bytecode)
"""Cached, because most files are in every function's zip."""
