"""Audits the landing page and a result with Lighthouse, as on a phone: the median of five rounds.

Budgets: scores of 98 for performance and 100 for accessibility, best practices and search engines; for the landing
page, 60 kB on the wire and 0.5 s until the largest paint, as observed here without the phone's simulated network.
Requires Chromium, Node.js, and the npm registry, from which it installs Lighthouse into a temporary folder.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from statistics import median
from typing import Any, Final

from scripts.api_client import AlexApi
from scripts.arguments import at_least
from scripts.cli import run
from scripts.local.browser import FLAGS, chromium, environment_of, find_chromium, sign_in
from scripts.local.temporary import temporary_stack
from scripts.packaging.page import build_page

_LIGHTHOUSE: Final = "lighthouse@12.8.2"
_INSTALL: Final = ("npm", "install", "--silent", "--no-audit", "--no-fund")
_AUDIT: Final = Path(__file__).with_name("lighthouse_audit.mjs")
_LEAST: Final = {"performance": 98, "accessibility": 100, "best practices": 100, "search engines": 100}
_MOST: Final = {"kilobytes": 60, "paint_s": 0.5}
#: The sample has goals, so its result has every part.
_SAMPLE: Final = b'{"options": {"portfolio": "sample"}}'
_SESSION: Final = "Object.entries(sessionStorage).filter(([key]) => key.startsWith('oidc.user'))"


def main() -> int:
    """Return 0 if the budgets are met, otherwise 1."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=at_least(1), default=5, help="audits of each page [5]")
    rounds: int = parser.parse_args().rounds
    print(build_page())
    with tempfile.TemporaryDirectory() as folder, temporary_stack() as stack:
        subprocess.run([*_INSTALL, _LIGHTHOUSE], cwd=folder, check=True)
        audit = Path(shutil.copy(_AUDIT, folder))
        url = stack.info.api_url
        alex = AlexApi(url, stack.info.token)
        job_id = alex.post("/api/analyze", _SAMPLE)["job_id"]
        for _ in alex.watch(job_id, 1):
            pass
        with chromium() as browser:
            page = browser.new_page()
            page.goto(url)
            sign_in(page)
            session = page.evaluate(_SESSION)
        landing = _print("landing page", _audit(audit, f"{url}/", [], rounds), _MOST)
        result = _print("result", _audit(audit, f"{url}/#/jobs/{job_id}", session, rounds), {})
    return 0 if landing and result else 1


def _audit(script: Path, address: str, session: list[list[str]], rounds: int) -> list[dict[str, Any]]:
    program = find_chromium()
    options = {
        "program": str(program),
        "flags": FLAGS,
        "rounds": rounds,
        "session": session,
        "address": address,
    }
    command, environment = ["node", str(script)], environment_of(program)
    done = subprocess.run(
        command, input=json.dumps(options), env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def _print(name: str, audits: list[dict[str, Any]], most: dict[str, float]) -> bool:
    """Print the medians, and return whether they are within the budgets."""
    print(
        f"\n{name}, median of {len(audits)}; failed: {sorted({each for audit in audits for each in audit['failed']})}"
    )
    are_met = True
    for number, (category, least) in enumerate(_LEAST.items()):
        score = median(audit["scores"][number] for audit in audits)
        are_met &= score >= least
        print(f"  {category:16} {score:6g}  at least {least}{'' if score >= least else '  BROKEN'}")
    for measure in ("kilobytes", "paint_s", "shift", "blocking_ms"):
        value, budget = median(audit[measure] for audit in audits), most.get(measure)
        is_met = budget is None or value <= budget
        are_met &= is_met
        limit = "" if budget is None else f"  at most {budget}"
        print(f"  {measure:16} {value:6.3g}{limit}{'' if is_met else '  BROKEN'}")
    return are_met


if __name__ == "__main__":
    run(main)
