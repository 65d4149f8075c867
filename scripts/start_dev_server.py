"""Run all of Alex on this machine, for development, until Ctrl-C or SIGTERM.

Set the functions' own variables (functions/functions.yaml) in its environment, for example
ENABLE_PROGRESS_TRACKING=true. CORS_ORIGINS lists the origins of other pages that may call the API, separated by commas;
by default those of a development server on port 3000.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import NoReturn

from functions.migrator.migrate import MigrationError
from scripts.cli import run
from scripts.local.converse.options import LocalModel, add_model_options, local_model, words_by
from scripts.local.gateway import PortTaken
from scripts.local.processes import ChildFailed
from scripts.local.signals import handle_stop_signals, interruptible
from scripts.local.stack import AlreadyRunning, LocalStack
from scripts.manifest import ROOT, overrides, read_manifest
from scripts.packaging.errors import PackagingError
from scripts.packaging.page import build_page, is_built

FRONTENDS = "http://localhost:3000,http://127.0.0.1:3000"
WITH_PAGE = "open it in a browser and sign in with the user name and password that are filled in."
WITHOUT_PAGE = "the API works, the page is not built. /docs describes the API."
STARTED = """
Alex runs at {url}: {invitation}

  {folder}/stack.json has the tokens of two users and all addresses.
  {words}
  {folder}/*.log and {folder}/emulator/*.log are the logs of the servers.

Try it:

  TOKEN=$(python3 -c 'import json; print(json.load(open("{folder}/stack.json"))["token"])')
  curl -H "Authorization: Bearer $TOKEN" {url}/api/user

Ctrl-C stops it. The next start finds the data again, unless you pass --fresh."""


def main() -> int:
    options = arguments()
    state: Path = options.state.resolve()
    handle_stop_signals()
    try:
        serve(state, options.port, options.fresh, local_model(options))
    except KeyboardInterrupt:
        print("\nStopped.")
        return 0
    except (AlreadyRunning, PortTaken, ChildFailed, MigrationError) as error:
        print(error, file=sys.stderr)
        return 1


def serve(state: Path, port: int, fresh: bool, model: LocalModel | None) -> NoReturn:
    """Run the stack. Raises KeyboardInterrupt when it is stopped."""
    print("Starting...", flush=True)
    try:
        with interruptible():
            print(build_page(), flush=True)
    except PackagingError as error:
        print(f"{error}\nThe API works without it.", file=sys.stderr, flush=True)
    environment = overrides(read_manifest(), os.environ)
    origins = os.environ.get("CORS_ORIGINS", FRONTENDS).split(",")
    with LocalStack(state, port=port, fresh=fresh, environment=environment, cors_origins=origins, model=model) as stack:
        folder = state.relative_to(Path.cwd()) if state.is_relative_to(Path.cwd()) else state
        invitation = WITH_PAGE if is_built() else WITHOUT_PAGE
        text = STARTED.format(url=stack.info.api_url, invitation=invitation, folder=folder, words=words_by(model))
        print(text, flush=True)
        with interruptible():
            while True:
                time.sleep(1)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="port of the API [8000]")
    parser.add_argument("--fresh", action="store_true", help="delete the data of earlier runs")
    parser.add_argument("--state", type=Path, default=ROOT / ".local", help="folder for data and logs [.local]")
    add_model_options(parser)
    return parser.parse_args()


if __name__ == "__main__":
    run(main)
