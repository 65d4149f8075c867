"""What Alex costs on AWS: for 1,000 jobs, and in a month in which nobody works. Each line shows its arithmetic.

The prices are AWS's list prices of us-east-1 in dollars, as public pages told them in mid-2026, without free tier,
taxes and discounts, and those of a model's tokens in functions/shared/narration/prices.py: check them on AWS's own
pages before you rely on the sums. Memory and the number of alarms come from functions/functions.yaml, the agents' times
from the priors of functions/shared/plans.py or, without a model, they are a second each. What else is assumed stands
beside each line; the metrics in CloudWatch tell how it is in truth.
"""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from functions.shared.narration.prices import list_price
from functions.shared.plans import PLANS, SETUP_EXPECTED, JobType
from scripts.program import run
from scripts.table import Table, read_table

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
MONTH_S = 30 * 24 * 3600


@dataclass(frozen=True)
class Line:
    """So many of a thing at a price each."""

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
    """One portfolio analysis. Times in seconds; `alone` wakes the database, which then idles until it pauses."""

    has_model: bool
    alone: bool
    input_tokens: int
    output_tokens: int

    def agents_s(self) -> dict[str, float]:
        return {agent.name: agent.expected.median_s if self.has_model else 1.0 for agent in PLANS[JobType.PORTFOLIO]}

    @property
    def wall_s(self) -> float:
        """Setup, then the agents side by side."""
        return (SETUP_EXPECTED.median_s if self.has_model else 1.0) + max(self.agents_s().values())


def job_lines(table: Table, job: Job, jobs: int) -> Iterator[Line]:
    """With progress tracking on, and one person who polls."""
    requests = job.wall_s / POLL_S + 3
    gb_s = sum(_gb(table, name) * seconds for name, seconds in {**job.agents_s(), "planner": job.wall_s}.items())
    gb_s += _gb(table, "api") * 0.05 * requests + _gb(table, "watchdog") * 0.1 * 2
    calls = len(job.agents_s()) + 1 + requests + 2
    yield Line("Lambda: planner, agents, polls of 50 ms, 2 watchdog looks", jobs * gb_s, "GB-s", LAMBDA_GB_S)
    yield Line("Lambda: calls", jobs * calls, "calls", LAMBDA_REQUEST)
    yield Line(f"API Gateway: a poll every {POLL_S} s, and 3", jobs * requests, "requests", HTTP_REQUEST)
    yield Line("SQS: send, receive, delete, of 4 messages", jobs * 12, "requests", QUEUE_REQUEST)
    yield Line("Data API: 30 statements, and the polls", jobs * (30 + requests), "requests", DATA_API_REQUEST)
    busy_s = job.wall_s + 300 if job.alone else job.wall_s / 2
    how = "each alone: 300 s until it pauses" if job.alone else "two at a time"
    yield Line(f"Aurora: 0.5 ACU, {how}", jobs * 0.5 * busy_s / 3600, "ACU-h", ACU_HOUR)
    yield Line("CloudWatch Logs: 50 kB a job", jobs * 50e-6, "GB", LOG_GB)
    if job.has_model:
        yield Line("Bedrock, Nova Pro: input", jobs * job.input_tokens, "tokens", INPUT_TOKEN)
        yield Line("Bedrock, Nova Pro: output", jobs * job.output_tokens, "tokens", OUTPUT_TOKEN)


def idle_lines(table: Table) -> Iterator[Line]:
    """A month without a job, the database paused."""
    alarms = 3 * len(table.functions) + 2 * len(table.queues) + 2
    yield Line("CloudWatch: alarms", alarms, "alarms", ALARM_MONTH)
    yield Line("KMS: the key", 1, "key", KEY_MONTH)
    yield Line("Secrets Manager: owner and functions' user", 2, "secrets", SECRET_MONTH)
    polls = len(table.queues) * 5 * MONTH_S / 20
    yield Line("SQS: Lambda's 5 pollers a queue, 20 s each", polls, "requests", QUEUE_REQUEST)
    yield Line("Aurora: storage", 1, "GB", STORAGE_GB_MONTH)


def metric_lines() -> Iterator[Line]:
    """Beside it in a month of work: a metric costs only in the hours in which it is written."""
    yield Line("CloudWatch: the functions' own metrics, around the clock", 12, "metrics", METRIC_MONTH)


def _gb(table: Table, function: str) -> float:
    return table.functions[function].memory_mb / 1024


def main() -> int:
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=1000, help="how many analyses [1000]")
    parser.add_argument("--input-tokens", type=int, default=10_000, help="a job sends to the model [10000]")
    parser.add_argument("--output-tokens", type=int, default=4_000, help="a job gets from it [4000]")
    arguments = parser.parse_args()
    table = read_table()
    for has_model in (False, True):
        for alone in (False, True):
            job = Job(has_model, alone, arguments.input_tokens, arguments.output_tokens)
            words = "with a model" if has_model else "without a model"
            spread = "one at a time, the database paused in between" if alone else "two at a time, the database awake"
            _print(f"{arguments.jobs:,} jobs {words}, {spread}", job_lines(table, job, arguments.jobs))
    _print("A month in which nobody works", idle_lines(table))
    _print("And in a month of work", metric_lines())
    return 0


def _print(title: str, lines: Iterable[Line]) -> None:
    lines = list(lines)
    print(title)
    for line in lines:
        print(line)
    print(f"  {'in dollars':105}{sum(line.cost for line in lines):8.2f}\n")


if __name__ == "__main__":
    run(main)
