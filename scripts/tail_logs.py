"""Follows the log of a function until Ctrl-C, or with `--job` the logs of all functions that work on a job.

`tail_logs.py planner` shows one function, `tail_logs.py --job ID --grep "Progress:"` the whole course of a job.
"""

import json
import re
import sys
import time
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from uuid import UUID

from scripts.arguments import at_least
from scripts.cli import run
from scripts.deployment import Deployment, add_arguments, find
from scripts.log_sources import CloudWatchLog, Line, LocalLog, LogSource
from scripts.manifest import read_manifest

#: CloudWatch Logs accepts few requests per second and account; a local file costs nothing.
_PAUSE_S, _LOCAL_PAUSE_S = 1.0, 0.2
#: Fields that are shown after the message.
_FIELDS = ("job_id", "attempt", "agent")
_LONGEST_NAME = 12


def main() -> int:
    """Return 0 with `--once`. Exits with 130 after Ctrl-C, and with 1 if the logs cannot be read."""
    manifest = read_manifest()
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("function", nargs="?", choices=sorted(manifest.functions))
    parser.add_argument("--job", type=_job_id, metavar="ID", help="show only lines about this job, of every function")
    parser.add_argument(
        "--grep",
        type=_pattern,
        default="",
        metavar="PATTERN",
        help="show only lines that match this regular expression",
    )
    parser.add_argument(
        "--since", type=at_least(0), default=10, metavar="MINUTES", help="show lines of the last MINUTES [10]"
    )
    parser.add_argument("--once", action="store_true", help="show existing lines and exit")
    parser.add_argument("--raw", action="store_true", help="show lines as `aws logs tail` does: time, stream, message")
    add_arguments(parser)
    arguments = parser.parse_args()
    if not (arguments.function or arguments.job):
        parser.error("name a function, or a job with --job")
    workers = [function.name for function in manifest.functions.values() if function.database_user == "workers"]
    functions = [arguments.function] if arguments.function else workers
    deployment = find(arguments)
    sources = _sources(deployment, functions, arguments)
    pause_s = _PAUSE_S if deployment.log_folder is None else _LOCAL_PAUSE_S
    for line in follow(sources, None if arguments.once else pause_s):
        if arguments.grep.search(line.text) and (arguments.job or "") in line.text:
            name = line.function if len(functions) > 1 else ""
            print(raw(line) if arguments.raw else readable(line, name), flush=True)
    return 0


def follow(sources: Sequence[LogSource], pause_s: float | None) -> Iterator[Line]:
    """Yield each line once, as it arrives; lines that arrive together are in the order of their times.

    Ends after the existing lines if `pause_s` is None. Raises botocore's errors.
    """
    while True:
        yield from sorted((line for source in sources for line in source.new_lines()), key=attrgetter("at_ms"))
        if pause_s is None:
            return
        time.sleep(pause_s)


def raw(line: Line) -> str:
    at = datetime.fromtimestamp(line.at_ms / 1000, UTC).isoformat(timespec="microseconds")
    return f"{at} {line.stream} {line.text}"


def readable(line: Line, function: str = "") -> str:
    """Return time, function, level, message and fields of a JSON line; return any other line unchanged.

    The time is the line's own: CloudWatch may receive the lines of an invocation at once.
    """
    try:
        entry = json.loads(line.text)
    except ValueError:
        return line.text
    if not isinstance(entry, dict):
        return line.text
    at = datetime.fromtimestamp(line.at_ms / 1000, UTC)
    if "_aws" in entry:  # a line in the embedded metric format
        names = [metric["Name"] for directive in entry["_aws"]["CloudWatchMetrics"] for metric in directive["Metrics"]]
        entry["message"] = "Metric: " + ", ".join(f"{name} {_numbers(entry[name])}" for name in names)
        at = datetime.fromtimestamp(entry["_aws"]["Timestamp"] / 1000, UTC)
    if "message" not in entry:
        return line.text
    if "timestamp" in entry:
        at = datetime.strptime(entry["timestamp"], "%Y-%m-%d %H:%M:%S,%f%z").astimezone(UTC)
    about = " ".join(f"{field}={entry[field]}" for field in _FIELDS if field in entry)
    name = f"{function:{_LONGEST_NAME}} " if function else ""
    start = f"{at:%H:%M:%S}.{at.microsecond // 1000:03} {name}{entry.get('level', ''):7}"
    return f"{start} {entry['message']}  {about}".rstrip()


def _sources(deployment: Deployment, functions: Sequence[str], arguments: Namespace) -> list[LogSource]:
    """Raises botocore's errors, including for a function that does not exist."""
    start_ms = int(1000 * (time.time() - 60 * arguments.since))
    pattern = f'"{arguments.job}"' if arguments.job else ""
    sources: list[LogSource] = []
    for name in functions:
        function = deployment.function(name)
        source = (
            LocalLog(name, deployment.log_folder / f"{function}.log", start_ms)
            if deployment.log_folder
            else CloudWatchLog(deployment.client("logs"), name, f"/aws/lambda/{function}", start_ms, pattern)
        )
        if not source.exists():
            deployment.client("lambda").get_function_configuration(FunctionName=function)
            print(f"{function} has not logged anything yet.", file=sys.stderr)
        sources.append(source)
    return sources


def _job_id(given: str) -> str:
    return str(UUID(given))


def _pattern(given: str) -> re.Pattern[str]:
    return re.compile(given)


def _numbers(measured: float | list[float]) -> str:
    return " ".join(f"{number:.15g}" for number in (measured if isinstance(measured, list) else [measured]))


if __name__ == "__main__":
    run(main)
