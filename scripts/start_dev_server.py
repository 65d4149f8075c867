"""Runs the whole of Alex on this machine, for development, until Ctrl-C or SIGTERM.

The functions' own variables (functions/functions.yaml) may be set around it: ENABLE_PROGRESS_TRACKING=true, for one.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
from pathlib import Path

from scripts.local.gateway import PortTaken
from scripts.local.model_options import add_model_options, model_pace, words_by
from scripts.local.processes import ChildFailed
from scripts.local.signals import sigterm_interrupts
from scripts.local.stack import AlreadyRunning, LocalStack
from scripts.packaging.errors import PackagingError
from scripts.packaging.page import build_page, is_built
from scripts.program import run
from scripts.table import ROOT, overrides, read_table

FRONTEND = "http://localhost:3000"
PAGE = "open it in a browser, and sign in as the user who is filled in."
NO_PAGE = "its page is missing, its API is there. /docs describes it."
TELL = """
Alex runs at {url}: {invitation}

  {folder}/stack.json holds the tokens of two users and the addresses of everything.
  {words}
  {folder}/*.log and {folder}/emulator/*.log are the logs of the servers.

Try it:

  TOKEN=$(python3 -c 'import json; print(json.load(open("{folder}/stack.json"))["token"])')
  curl -H "Authorization: Bearer $TOKEN" {url}/api/user

Ctrl-C stops it; the data stay for the next start, --fresh forgets them."""


def main() -> int:
    options = arguments()
    state: Path = options.state.resolve()
    try:
        with sigterm_interrupts():
            serve(state, options.port, options.fresh, model_pace(options))
    except KeyboardInterrupt:
        print("\nStopped.")
        return 0
    except (AlreadyRunning, PortTaken, ChildFailed) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def serve(state: Path, port: int, fresh: bool, pace: float | None) -> None:
    """Leaves with KeyboardInterrupt."""
    print("Starting...", flush=True)
    try:
        print(build_page(), flush=True)
    except PackagingError as error:
        print(f"{error}\nThe API works without it.", file=sys.stderr, flush=True)
    environment = overrides(read_table(), {"CORS_ORIGINS": FRONTEND, **os.environ})
    with LocalStack(state, port=port, fresh=fresh, environment=environment, model_pace=pace) as stack:
        folder = state.relative_to(Path.cwd()) if state.is_relative_to(Path.cwd()) else state
        invitation = PAGE if is_built() else NO_PAGE
        print(
            TELL.format(url=stack.info.api_url, invitation=invitation, folder=folder, words=words_by(pace)), flush=True
        )
        threading.Event().wait()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="of the API (%(default)s)")
    parser.add_argument("--fresh", action="store_true", help="forget the data of earlier runs")
    parser.add_argument("--state", type=Path, default=ROOT / ".local", help="folder for data and logs (%(default)s)")
    add_model_options(parser)
    return parser.parse_args()


if __name__ == "__main__":
    run(main)
