"""Shows a running analysis and its outcome: the latest one, or the one with the given id."""

import sys
from argparse import ArgumentParser

from rich.console import Console

from scripts.api_client import AlexApi, ApiError
from scripts.cli import INTERRUPTED, run
from scripts.deployment import add_arguments, find
from scripts.outcome_view import show_full_text, show_outcome, show_place
from scripts.progress_view import show

_ENDED = {"failed": "failed", "cancelled": "was cancelled"}


def main() -> int:
    """Return 0 if it completed, 1 if it ended otherwise, 2 if there is nothing to watch, 130 after Ctrl-C."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("job", nargs="?", help="the job's id [the latest job]")
    parser.add_argument("--full", action="store_true", help="print the full text of the report")
    add_arguments(parser)
    arguments = parser.parse_args()
    console = Console()
    url, token = find(arguments).api()
    alex = AlexApi(url, token, waits=lambda reason: print(f"{reason} Waiting...", file=sys.stderr))
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
    if job["status"] != "completed":
        reason = f": {job['error_message']}" if job["error_message"] else "."
        console.print(f"The analysis {_ENDED[job['status']]}{reason}", markup=False, style="red")
        return 1
    if arguments.full:
        show_full_text(console, job)
    else:
        show_outcome(console, job)
    address = f"{url.rstrip('/')}/#/jobs/{job['id']}"
    show_place(console, address, address)
    return 0


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
