"""The log lines of a function, from CloudWatch Logs or from the local stack's files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, Protocol

#: Look back this far for late lines. Lines already returned are skipped.
_LATE_MS = 60_000


class Line(NamedTuple):
    """`at_ms` is when CloudWatch, or the local function, recorded the line."""

    at_ms: int
    function: str
    stream: str
    text: str


class LogSource(Protocol):
    def new_lines(self) -> Iterator[Line]:
        """Yield the lines that earlier calls did not return."""


class CloudWatchLog:
    """A log group. `pattern` is a filter pattern of CloudWatch Logs; empty: every line."""

    def __init__(self, client: Any, function: str, group: str, start_ms: int, pattern: str = "") -> None:
        self._client = client
        self._function = function
        self._group = group
        self._start_ms = start_ms
        self._pattern = pattern
        self._returned: dict[tuple[str, ...], int] = {}

    def exists(self) -> bool:
        """Return whether the group exists: a function's first line creates it. Raises botocore's errors."""
        found = self._client.describe_log_groups(logGroupNamePrefix=self._group)["logGroups"]
        return any(one["logGroupName"] == self._group for one in found)

    def new_lines(self) -> Iterator[Line]:
        """Raises botocore's errors."""
        for event in self._events():
            identity = _identity(event)
            if identity not in self._returned:
                self._returned[identity] = event["timestamp"]
                yield Line(event["timestamp"], self._function, event["logStreamName"], event["message"].rstrip("\n"))
        newest = max(self._returned.values(), default=self._start_ms)
        self._start_ms = max(self._start_ms, newest - _LATE_MS)
        self._returned = {identity: at for identity, at in self._returned.items() if at >= self._start_ms}

    def _events(self) -> Iterator[dict[str, Any]]:
        filtered = {"filterPattern": self._pattern} if self._pattern else {}
        paginator = self._client.get_paginator("filter_log_events")
        try:
            for page in paginator.paginate(logGroupName=self._group, startTime=self._start_ms, **filtered):
                yield from page["events"]
        except self._client.exceptions.ResourceNotFoundException:
            return


class LocalLog:
    """The file that the local runtime appends each line to, while the function runs."""

    def __init__(self, function: str, file: Path, start_ms: int) -> None:
        self._function = function
        self._file = file
        self._start_ms = start_ms
        self._offset = 0

    def exists(self) -> bool:
        return self._file.exists()

    def new_lines(self) -> Iterator[Line]:
        if not self._file.exists():
            return
        with self._file.open("rb") as file:
            file.seek(self._offset)
            added = file.read()
        whole = added[: added.rfind(b"\n") + 1]
        self._offset += len(whole)
        for entry in whole.decode(errors="replace").splitlines():
            at_ms, stream, text = entry.split(" ", 2)
            if int(at_ms) >= self._start_ms:
                yield Line(int(at_ms), self._function, stream, text)


def _identity(event: dict[str, Any]) -> tuple[str, ...]:
    """Return CloudWatch's id of a line. For an emulator without ids: stream, time and message."""
    if "eventId" in event:
        return (event["eventId"],)
    return (event["logStreamName"], str(event["timestamp"]), event["message"])
