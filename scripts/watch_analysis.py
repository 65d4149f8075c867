"""Shows a running analysis and its outcome: the latest one, or the one with the given id."""

import sys
from argparse import ArgumentParser

from rich.console import Console

from scripts.api_client import AlexApi, ApiError
from scripts.cli import INTERRUPTED, run
from scripts.deployment import add_arguments, find
from scripts.progress_view import show


def main() -> int:
    """Return 0 if it completed, 1 if it ended otherwise, 2 if there is nothing to watch, 130 after Ctrl-C."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("job", nargs="?", help="the job's id [the latest job]")
    add_arguments(parser)
    arguments = parser.parse_args()
    console = Console()
    alex = AlexApi(*find(arguments).api(), waits=lambda reason: print(f"{reason} Waiting...", file=sys.stderr))
    try:
        job_id = arguments.job or _newest(alex)
        if job_id is None:
            console.print("There is no analysis yet.")
            return 2
        job = show(console, alex.watch(job_id))
    except ApiError as error:
        console.print(_in_words(error, arguments.job), markup=False)
        return 2
    except KeyboardInterrupt:
        console.print("The analysis continues. Run this again to follow it.")
        return INTERRUPTED
    console.print(f"{job['status']}{': ' + job['error_message'] if job['error_message'] else ''}", markup=False)
    return 0 if job["status"] == "completed" else 1


def _newest(alex: AlexApi) -> str | None:
    jobs = alex.get("/api/jobs?limit=1")["jobs"]
    return jobs[0]["id"] if jobs else None


def _in_words(error: ApiError, job_id: str | None) -> str:
    if error.status == 401:
        return "The API rejects the token. Has it expired, or does it belong to another deployment?"
    if error.status == 404:
        return f"This user has no analysis {job_id}."
    return str(error)


if __name__ == "__main__":
    run(main)
