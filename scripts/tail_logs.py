"""Follows the log of a function until Ctrl-C: `tail_logs.py planner --grep "Progress:"`."""

import json
import re
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from scripts.arguments import at_least
from scripts.aws_errors import in_words
from scripts.cli import run
from scripts.deployment import add_arguments, find
from scripts.manifest import read_manifest

_PAUSE_S = 1.0
#: Look back this far for late lines. Lines already shown are skipped.
_LATE_MS = 60_000
#: Fields that are shown after the message.
_FIELDS = ("job_id", "attempt", "agent")


def main() -> int:
    """Return 0 after Ctrl-C, 1 if the logs cannot be read."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("function", choices=sorted(read_manifest().functions))
    parser.add_argument(
        "--grep", default="", metavar="PATTERN", help="show only lines that match this regular expression"
    )
    parser.add_argument(
        "--since", type=at_least(0), default=10, metavar="MINUTES", help="show lines of the last MINUTES [10]"
    )
    parser.add_argument("--once", action="store_true", help="show existing lines and exit")
    parser.add_argument("--raw", action="store_true", help="show lines unformatted")
    add_arguments(parser)
    arguments = parser.parse_args()
    deployment = find(arguments)
    try:
        pattern = re.compile(arguments.grep)
    except re.error as error:
        parser.error(f"--grep is no regular expression: {error}")
    start_ms = int(1000 * (time.time() - 60 * arguments.since))
    group = f"/aws/lambda/{deployment.function(arguments.function)}"
    try:
        for at_ms, line in follow(deployment.client("logs"), group, start_ms, forever=not arguments.once):
            if pattern.search(line):
                print(line if arguments.raw else readable(at_ms, line), flush=True)
    except KeyboardInterrupt:
        return 0
    except (BotoCoreError, ClientError) as error:
        print(in_words(error), file=sys.stderr)
        return 1
    return 0


def follow(client: Any, group: str, start_ms: int, *, forever: bool) -> Iterator[tuple[int, str]]:
    """Yield each line once, as it arrives, with its time in milliseconds. Raises botocore's errors.

    If the group does not exist, prints a notice and waits: in the local stack, a function's first line creates it.
    """
    shown: dict[tuple[str, ...], int] = {}
    if not _exists(client, group):
        print(f"There is no log group {group} yet.", file=sys.stderr)
    while True:
        for event in _events(client, group, start_ms):
            identity = _identity(event)
            if identity not in shown:
                shown[identity] = event["timestamp"]
                yield event["timestamp"], event["message"].rstrip("\n")
        if not forever:
            return
        newest = max(shown.values(), default=start_ms)
        start_ms = max(start_ms, newest - _LATE_MS)
        shown = {identity: at for identity, at in shown.items() if at >= start_ms}
        time.sleep(_PAUSE_S)


def _identity(event: dict[str, Any]) -> tuple[str, ...]:
    """Return CloudWatch's id of a line. For an emulator without ids: stream, time and message."""
    if "eventId" in event:
        return (event["eventId"],)
    return (event["logStreamName"], str(event["timestamp"]), event["message"])


def _exists(client: Any, group: str) -> bool:
    found = client.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    return any(one["logGroupName"] == group for one in found)


def _events(client: Any, group: str, start_ms: int) -> Iterator[dict[str, Any]]:
    try:
        for page in client.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=start_ms):
            yield from page["events"]
    except client.exceptions.ResourceNotFoundException:
        return


def readable(at_ms: int, line: str) -> str:
    """Return time, level, message and fields of a JSON line; return any other line unchanged."""
    try:
        entry = json.loads(line)
    except ValueError:
        return line
    if not isinstance(entry, dict):
        return line
    if "_aws" in entry:  # a line in the embedded metric format
        names = [metric["Name"] for directive in entry["_aws"]["CloudWatchMetrics"] for metric in directive["Metrics"]]
        entry["message"] = "Metric: " + ", ".join(f"{name} {_numbers(entry[name])}" for name in names)
    if "message" not in entry:
        return line
    about = " ".join(f"{field}={entry[field]}" for field in _FIELDS if field in entry)
    at = datetime.fromtimestamp(at_ms / 1000, UTC)
    return f"{at:%H:%M:%S} {entry.get('level', ''):7} {entry['message']}  {about}".rstrip()


def _numbers(measured: float | list[float]) -> str:
    return " ".join(f"{number:.15g}" for number in (measured if isinstance(measured, list) else [measured]))


if __name__ == "__main__":
    run(main)
