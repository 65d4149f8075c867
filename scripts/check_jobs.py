"""Lists the latest jobs of all users: status, progress, attempts, durations. No personal data, no portfolios."""

import sys
from argparse import ArgumentParser

from rich.console import Console
from rich.table import Table

from scripts.arguments import at_least
from scripts.cli import run
from scripts.deployment import add_arguments, find
from scripts.jobs_overview import JOBS, newest_jobs


def main() -> int:
    """Return 0, or 1 if the database cannot be queried."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=at_least(1), default=20, metavar="N", help="maximum number of jobs [20]")
    parser.add_argument(
        "--status",
        choices=["pending", "running", "completed", "failed", "cancelled"],
        default="",
        help="list only jobs with this status",
    )
    parser.add_argument("--json", action="store_true", help="print the jobs as JSON")
    add_arguments(parser)
    arguments = parser.parse_args()
    jobs = newest_jobs(find(arguments).connect(), arguments.limit, arguments.status)
    if arguments.json:
        print(JOBS.dump_json(jobs, indent=1).decode())
        return 0
    table = Table("job", "type", "status", "progress", "attempt", "created (UTC)", "took", "sections", "error")
    for job in jobs:
        table.add_row(
            str(job.id),
            job.job_type,
            job.status,
            "off" if job.progress_percent is None else f"{job.progress_percent}%",
            str(job.attempt),
            f"{job.created_at:%Y-%m-%d %H:%M:%S}",
            "" if job.running_s is None else f"{job.running_s:.1f} s",
            " ".join(sorted(job.sections)),
            job.error_message or "",
        )
    console = Console(width=None if sys.stdout.isatty() else 220)
    console.print(table if jobs else "There are no jobs.")
    return 0


if __name__ == "__main__":
    run(main)
