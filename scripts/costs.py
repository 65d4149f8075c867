"""Estimates Alex's cost on AWS and the concurrent executions it needs. Each line shows its arithmetic.

Costs are for 1,000 jobs and for a month without any. Prices are AWS's list prices for us-east-1 in US dollars, as
published on public pages in mid-2026, without free tier, taxes and discounts; token prices are in
functions/shared/narration/model_prices.py. Check them on AWS's own pages before you rely on the totals. Memory,
queues and the number of alarms come from functions/functions.yaml; agents take the durations that they declare or,
without a model, a second each. Each line states its other assumptions; compare them with the metrics in CloudWatch.
"""

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from functions.shared.agent_declaration import JobType
from functions.shared.narration.model_prices import list_price
from functions.shared.plans import PLANS, SETUP_EXPECTED
from scripts.arguments import at_least
from scripts.cli import run
from scripts.manifest import Manifest, read_manifest

LAMBDA_GB_S = 0.0000133334
"""On arm64."""
LAMBDA_REQUEST = 0.20e-6
HTTP_REQUEST = 1.00e-6
QUEUE_REQUEST = 0.40e-6
DATA_API_REQUEST = 0.35e-6
ACU_HOUR = 0.12
STORAGE_GB_MONTH = 0.10
LOG_GB = 0.50
SECRET_MONTH = 0.40
KEY_MONTH = 1.00
ALARM_MONTH = 0.10
METRIC_MONTH = 0.30
INPUT_TOKEN, OUTPUT_TOKEN = (float(of_a_million) / 1e6 for of_a_million in list_price("amazon.nova-pro-v1:0") or ())

POLL_S = 2
HEARTBEAT_S = 20
"""How often a planner extends its message's visibility."""
MONTH_S = 30 * 24 * 3600


@dataclass(frozen=True)
class Line:
    """A quantity at a price per unit."""

    what: str
    quantity: float
    unit: str
    price: float

    @property
    def cost(self) -> float:
        return self.quantity * self.price

    def __str__(self) -> str:
        return f"  {self.what:58} {self.quantity:>15,.2f} {self.unit:10} x {self.price:<12.10g} = {self.cost:8.2f}"


@dataclass(frozen=True)
class Job:
    """One portfolio analysis; times in seconds. If `alone`, it resumes the database, which later idles and pauses."""

    has_model: bool
    alone: bool
    input_tokens: int
    output_tokens: int

    def agents_s(self) -> dict[str, float]:
        return {agent.name: agent.expected.median_s if self.has_model else 1.0 for agent in PLANS[JobType.PORTFOLIO]}

    @property
    def wall_s(self) -> float:
        """The duration of setup plus the slowest agent."""
        return (SETUP_EXPECTED.median_s if self.has_model else 1.0) + max(self.agents_s().values())


@dataclass(frozen=True)
class Executions:
    """Invocations that run at the same time: their number per second times their duration (Little's law)."""

    what: str
    per_second: float
    duration_s: float

    @property
    def concurrency(self) -> float:
        return self.per_second * self.duration_s

    def __str__(self) -> str:
        rate, duration = f"{self.per_second:>15,.2f} {'per s':10}", f"{self.duration_s:.4g} s"
        return f"  {self.what:58} {rate} x {duration:12} = {self.concurrency:8.2f}"


def job_lines(manifest: Manifest, job: Job, jobs: int, poll_s: float) -> Iterator[Line]:
    """Yield the costs with progress tracking on and one person polling; a request takes `poll_s`."""
    requests = job.wall_s / POLL_S + 3
    heartbeats = job.wall_s / HEARTBEAT_S + 1
    gb_s = sum(_gb(manifest, name) * seconds for name, seconds in {**job.agents_s(), "planner": job.wall_s}.items())
    gb_s += _gb(manifest, "api") * poll_s * requests
    calls = len(job.agents_s()) + 1 + requests
    yield Line(f"Lambda: planner, agents, requests of {1000 * poll_s:.0f} ms", jobs * gb_s, "GB-s", LAMBDA_GB_S)
    yield Line("Lambda: invocations", jobs * calls, "calls", LAMBDA_REQUEST)
    yield Line(f"API Gateway: a poll every {POLL_S} s, and 3 more", jobs * requests, "requests", HTTP_REQUEST)
    yield Line("SQS: send, receive, delete, heartbeats", jobs * (3 + heartbeats), "requests", QUEUE_REQUEST)
    yield Line("Data API: 30 statements, and the polls", jobs * (30 + requests), "requests", DATA_API_REQUEST)
    busy_s = job.wall_s + 300 if job.alone else job.wall_s / 2
    how = "each alone: 300 s until it pauses" if job.alone else "two at a time"
    yield Line(f"Aurora: 0.5 ACU, {how}", jobs * 0.5 * busy_s / 3600, "ACU-h", ACU_HOUR)
    yield Line("CloudWatch Logs: 50 kB per job", jobs * 50e-6, "GB", LOG_GB)
    if job.has_model:
        yield Line("Bedrock, Nova Pro: input", jobs * job.input_tokens, "tokens", INPUT_TOKEN)
        yield Line("Bedrock, Nova Pro: output", jobs * job.output_tokens, "tokens", OUTPUT_TOKEN)


def idle_lines(manifest: Manifest) -> Iterator[Line]:
    """Yield the costs of a month without a job, with the database paused."""
    yield Line("CloudWatch: alarms", number_of_alarms(manifest), "alarms", ALARM_MONTH)
    yield Line("KMS: the key", 1, "key", KEY_MONTH)
    yield Line("Secrets Manager: the database owner and two users", 3, "secrets", SECRET_MONTH)
    polls = len(list(manifest.all_queues())) * 5 * MONTH_S / 20
    yield Line("SQS: Lambda's 5 pollers per queue, 20 s each", polls, "requests", QUEUE_REQUEST)
    yield Line("Aurora: storage", 1, "GB", STORAGE_GB_MONTH)


def number_of_alarms(manifest: Manifest) -> int:
    """Return the number of alarms in terraform/alarms*.tf and terraform/modules/function/alarms.tf."""
    of_queues = len(list(manifest.all_queues())) + len(manifest.queues)  # old messages, dead letters
    jobs_given_up, of_api = 1, 4  # 5xx, latency, 4xx, unauthorized
    return 3 * len(manifest.functions) + of_queues + jobs_given_up + of_api


def metric_lines() -> Iterator[Line]:
    """Yield the additional costs of a month with jobs. A metric is billed only for the hours in which it is written."""
    yield Line("CloudWatch: the functions' own metrics, around the clock", 12, "metrics", METRIC_MONTH)


def executions(manifest: Manifest, people: int, poll_s: float) -> Iterator[Executions]:
    """Yield the invocations that overlap while `people` each watch an analysis and every planner is busy."""
    job = Job(has_model=True, alone=False, input_tokens=0, output_tokens=0)
    planners = int(manifest.functions["api"].environment["PLANNER_CONCURRENCY"])
    yield Executions(f"api: {people} people who poll every {POLL_S} s", people / POLL_S, poll_s)
    yield Executions(f"planner: {planners} jobs", planners / job.wall_s, job.wall_s)
    for name, seconds in job.agents_s().items():
        yield Executions(f"{name}: at most one per job", planners / seconds, seconds)


def _gb(manifest: Manifest, function: str) -> float:
    return manifest.functions[function].memory_mb / 1024


def main() -> int:
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=at_least(1), default=1000, help="number of analyses [1000]")
    parser.add_argument("--input-tokens", type=at_least(0), default=10_000, help="per job, to the model [10000]")
    parser.add_argument("--output-tokens", type=at_least(0), default=4_000, help="per job, from the model [4000]")
    parser.add_argument("--people", type=at_least(1), default=200, help="concurrent viewers [200]")
    parser.add_argument("--poll-ms", type=at_least(1), default=50, help="duration of a poll in the api function [50]")
    parser.add_argument("--json", action="store_true", help="print the lines as JSON")
    arguments = parser.parse_args()
    manifest, poll_s = read_manifest(), arguments.poll_ms / 1000
    costs = {
        _title(arguments.jobs, job): list(job_lines(manifest, job, arguments.jobs, poll_s))
        for has_model in (False, True)
        for alone in (False, True)
        for job in [Job(has_model, alone, arguments.input_tokens, arguments.output_tokens)]
    }
    costs["A month without jobs"] = list(idle_lines(manifest))
    costs["In a month with jobs, in addition"] = list(metric_lines())
    concurrent = list(executions(manifest, arguments.people, poll_s))
    if arguments.json:
        print(json.dumps(_document(costs, concurrent), indent=1))
        return 0
    for title, lines in costs.items():
        _print(title, lines)
    _print_executions(concurrent, arguments.people)
    return 0


def _title(jobs: int, job: Job) -> str:
    words = "with a model" if job.has_model else "without a model"
    spread = "one at a time, the database paused in between" if job.alone else "two at a time, the database awake"
    return f"{jobs:,} jobs {words}, {spread}"


def _document(costs: Mapping[str, list[Line]], concurrent: list[Executions]) -> dict[str, Any]:
    return {
        "usd": {title: [asdict(line) | {"cost": line.cost} for line in lines] for title, lines in costs.items()},
        "concurrent_executions": [asdict(line) | {"concurrency": line.concurrency} for line in concurrent],
    }


def _print(title: str, lines: list[Line]) -> None:
    print(title)
    for line in lines:
        print(line)
    print(f"  {'US dollars':105}{sum(line.cost for line in lines):8.2f}\n")


def _print_executions(lines: list[Executions], people: int) -> None:
    print("Concurrent executions (a new account may have 10, others 1,000)")
    for line in lines:
        print(line)
    total = sum(line.concurrency for line in lines)
    resuming = total - lines[0].concurrency + people
    print(f"  {'total':105}{total:8.2f}")
    print(f"  {'total while the database resumes, with one waiting request per person':105}{resuming:8.2f}")


if __name__ == "__main__":
    run(main)
