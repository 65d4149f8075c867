"""A stack, or PostgreSQL alone, for the duration of a test run or a benchmark."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from scripts.local.converse.options import LocalModel
from scripts.local.functions import MAX_CONCURRENCY
from scripts.local.postgres import Postgres
from scripts.local.stack import AlreadyRunning, LocalStack

PREFIX = "alex-stack-"
JUST_MADE_S = 60.0
"""A younger folder may belong to a stack that has not locked it yet."""


@contextmanager
def temporary_stack(
    *,
    environment: Mapping[str, Mapping[str, str]] | None = None,
    code: Mapping[str, Path] | None = None,
    visibility_timeout_s: int = 30,
    max_concurrency: int = MAX_CONCURRENCY,
    cors_origins: Collection[str] = (),
    model: LocalModel | None = None,
) -> Iterator[LocalStack]:
    """Yield a running stack on free ports, in a temporary folder; see LocalStack for the options.

    Also removes stacks left by killed processes.
    """
    remove_leftovers()
    state = Path(tempfile.mkdtemp(prefix=PREFIX))
    state.chmod(0o711)  # PostgreSQL runs as another user if this one is root
    stack = LocalStack(
        state,
        durable=False,
        environment=environment,
        code=code,
        visibility_timeout_s=visibility_timeout_s,
        max_concurrency=max_concurrency,
        cors_origins=cors_origins,
        model=model,
    )
    try:
        with stack:
            yield stack
    finally:
        stack.erase()


@contextmanager
def temporary_postgres(folder: Path) -> Iterator[Postgres]:
    """Yield a running server whose data is in `folder`, and erase it afterwards."""
    server = Postgres(folder, durable=False)
    try:
        with server:
            yield server
    finally:
        server.erase()


def remove_leftovers() -> None:
    """Remove this user's temporary stacks whose process was killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(FileNotFoundError, AlreadyRunning):
            made = folder.stat()
            if made.st_uid == os.geteuid() and time.time() - made.st_mtime > JUST_MADE_S:
                LocalStack(folder).erase()
