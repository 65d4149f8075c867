"""How true the page is while one watches: a job of 40 s in a real browser, in two of its tabs.

Three times: agents that report only start and end, agents that report their steps, and with the server away for 10 s
in the middle. The system remembers 50 jobs with agents of the plan's median lengths; this job's take --scale times as
long. Both tabs are looked at ten times a second, and what they showed is compared with the true share of elapsed time,
known afterwards; the yardstick is a clock that runs for the expected time.
Budgets: no step back; no number stands for more than 3 s; on average 8.5 points from the truth, 5 with steps; one tab
asks at a time; 3 s from the server's return to the right state; nothing that the page's policy stopped.
Needs Chromium, and Node.js to build the page.
"""

from __future__ import annotations

import json
import math
import sys
import time
from argparse import ArgumentParser
from dataclasses import dataclass
from datetime import datetime
from statistics import NormalDist
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from functions.shared.database import Database, Statement
from functions.shared.plans import PLANS, REPORTER, JobType
from functions.shared.progress.estimate import Expectation
from functions.shared.sections import Section
from scripts.api_client import AlexApi
from scripts.benchmarks.shown import Sample, Shown, most_askers, most_at_once
from scripts.local.access_log import Access
from scripts.local.browser import TELL_VIOLATIONS, VIOLATION, chromium, sign_in
from scripts.local.stack import LocalStack
from scripts.local.temporary import temporary_stack
from scripts.packaging.page import build_page
from scripts.table import ROOT

_PACED_AGENT = ROOT / "scripts" / "benchmarks" / "paced_agent"
_AGENTS = PLANS[JobType.PORTFOLIO]
_HISTORY = 50
_SETUP = Expectation(0.5, 0.35)
"""Of a job on this machine, where there are no prices to ask for and no symbols to tag."""

_STILL_S, _RIGHT_AFTER_S, _AWAY_S, _ROUND_S = 3.0, 3.0, 10.0, 2.0
_PATIENCE_MS = 120_000
_TABS = ("first tab", "second tab")

_SAMPLE = """() => {
  window.samples = [];
  const text = (selector) => document.querySelector(selector)?.textContent ?? "";
  setInterval(() => window.samples.push({
    at: (performance.timeOrigin + performance.now()) / 1000,
    percent: text("[data-testid=percent]"),
    done: [...document.querySelectorAll(".step-completed")].map((step) => step.dataset.agent),
    connection: text(".connection"),
    heading: text("h1"),
  }), 100);
}"""

_EARLIER = [
    "ALTER TABLE job_results DISABLE TRIGGER USER",  # results of jobs that never ran
    "INSERT INTO users (id) VALUES ('earlier')",
    "INSERT INTO jobs (id, user_id, job_type, sections, status, completed_at, deadline_at) SELECT gen_random_uuid(),"
    " 'earlier', 'portfolio', '{report}', 'cancelled', now(), now() FROM jsonb_array_elements(:durations::jsonb)",
    "INSERT INTO job_results (job_id, section, attempt, payload, started_at, duration_ms)"
    " SELECT job.id, durations.key, 1, '{}', now(), durations.value::integer"
    "   FROM (SELECT id, row_number() OVER () - 1 AS place FROM jobs WHERE user_id = 'earlier') AS job"
    "  CROSS JOIN LATERAL jsonb_each_text(:durations::jsonb -> job.place::integer) AS durations",
    "ALTER TABLE job_results ENABLE TRIGGER USER",
]


@dataclass(frozen=True)
class Case:
    name: str
    steps: int
    """In how many an agent reports its work; 1: only start and end."""
    distance: float
    """Budget, in points."""
    away_at_s: float | None = None


_CASES = (
    Case("start and end", steps=1, distance=8.5),
    Case("inner steps", steps=10, distance=5),
    Case("10 s away", steps=10, distance=5, away_at_s=18),
)


@dataclass(frozen=True)
class Outcome:
    tabs: list[Shown]
    asked: list[Access]
    """What the server heard about the job while both tabs watched it run."""
    stopped: list[str]
    """What the policy stopped."""
    returned_at: float | None
    """When the server was back, in seconds since 1970."""


def main() -> int:
    """0 when the budgets hold, otherwise 1."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.2, help="agents' lengths over 33, 22 and 17 s [1.2]")
    options = parser.parse_args()
    print(build_page())
    with chromium() as browser:
        results = [_print(case, _run(case, browser, options.scale)) for case in _CASES]
    return 0 if all(results) else 1


def _run(case: Case, browser: Browser, scale: float) -> Outcome:
    environment = {
        "planner": {"ENABLE_PROGRESS_TRACKING": "true"},
        **{
            agent.name: {
                "AGENT": agent.name,
                "AGENT_SECONDS": str(scale * agent.expected.median_s),
                "AGENT_STEPS": str(case.steps),
            }
            for agent in _AGENTS
        },
    }
    code = {agent.name: _PACED_AGENT for agent in _AGENTS}
    with temporary_stack(environment=environment, code=code, visibility_timeout_s=900) as stack:
        _remember_earlier_jobs(stack.database)
        AlexApi(stack.info.api_url, stack.info.token).post("/api/populate-test-data")
        context = browser.new_context()
        try:
            return _watch(case, stack, context)
        finally:
            context.close()


def _remember_earlier_jobs(database: Database) -> None:
    """Of log-normal lengths, without chance: the quantiles in the middle of as many equal shares."""
    expected = {Section.SNAPSHOT: _SETUP, **{agent.section: agent.expected for agent in _AGENTS}}
    shares = [(place + 0.5) / _HISTORY for place in range(_HISTORY)]
    durations = [
        {section: round(1000 * _quantile_s(length, share)) for section, length in expected.items()} for share in shares
    ]
    with database.transaction() as transaction:
        for sql in _EARLIER:
            parameters = {"durations": json.dumps(durations)} if ":durations" in sql else {}
            database.rows(Statement(sql, idempotent=False), parameters, transaction)


def _quantile_s(expected: Expectation, share: float) -> float:
    return expected.median_s * math.exp(expected.sigma * NormalDist().inv_cdf(share))


def _watch(case: Case, stack: LocalStack, context: BrowserContext) -> Outcome:
    stopped: list[str] = []
    context.add_init_script(TELL_VIOLATIONS)
    context.set_default_timeout(_PATIENCE_MS)
    context.on("console", lambda said: stopped.append(said.text) if said.text.startswith(VIOLATION) else None)
    first, second = (_tab(context, stack.info.api_url, name) for name in _TABS)
    first.get_by_role("button", name="Start the analysis").click()
    first.wait_for_url("**/#/jobs/*")
    second.evaluate("(address) => { location.hash = address; }", first.evaluate("location.hash"))
    expect(second.get_by_test_id("percent")).not_to_be_empty()
    both_watch_since = time.time()
    returned_at = _go_away(stack, case.away_at_s) if case.away_at_s else None
    for tab in (first, second):
        expect(tab.get_by_role("heading", level=1)).to_have_text("Your analysis", timeout=_PATIENCE_MS)
    job_id = first.url.rsplit("/", 1)[1]
    job = AlexApi(stack.info.api_url, stack.info.token).get(f"/api/jobs/{job_id}")
    began, ended = (datetime.fromisoformat(job[when]).timestamp() for when in ("created_at", "completed_at"))
    asked = [
        access
        for access in stack.access_log.read()
        if access.user_agent in _TABS and job_id in access.path and both_watch_since <= access.at <= ended
    ]
    shown = [Shown([_sample(seen) for seen in tab.evaluate("window.samples")], began, ended) for tab in (first, second)]
    return Outcome(shown, asked, stopped, returned_at)


def _tab(context: BrowserContext, url: str, name: str) -> Page:
    """Where somebody has signed in, with a name that the server sees."""
    page = context.new_page()
    page.set_extra_http_headers({"User-Agent": name})
    page.goto(f"{url}/#/")
    sign_in(page)
    page.evaluate(_SAMPLE)
    return page


def _go_away(stack: LocalStack, after_s: float) -> float:
    time.sleep(after_s)
    with stack.away():
        time.sleep(_AWAY_S)
    return time.time()


def _sample(seen: dict[str, Any]) -> Sample:
    percent = int(seen["percent"]) if seen["percent"] else None
    return Sample(seen["at"], percent, frozenset(seen["done"]), seen["connection"], seen["heading"])


def _print(case: Case, outcome: Outcome) -> bool:
    """Whether the budgets hold."""
    clock_s = _SETUP.median_s + REPORTER.expected.median_s
    print(f"\n{case.name}: a job of {outcome.tabs[0].ended - outcome.tabs[0].began:.1f} s")
    within: list[bool] = []

    def tell(what: str, value: float, budget: float, unit: str = "", more: str = "") -> None:
        within.append(value <= budget)
        print(f"  {what:42} {value:6.2f}{unit:4} budget {budget:4g}{'' if within[-1] else '  BROKEN'}{more}")

    for name, shown in zip(_TABS, outcome.tabs, strict=True):
        clock = shown.distance_of_clock(clock_s)
        ratios = f", {shown.distance / case.distance:.2f} of it; {shown.distance / clock:.2f} of a clock's {clock:.2f}"
        print(f" {name}: first number after {shown.first_after_s:.1f} s, end {shown.result_after_s:.1f} s after it")
        tell("steps back", shown.steps_back, 0)
        tell("highest number", shown.highest, 99)
        tell("longest time that a number stood", shown.still_s, _STILL_S, " s")
        tell("mean distance from the truth, in points", shown.distance, case.distance, more=ratios)
        if outcome.returned_at is not None:
            right_after_s = shown.right_after(outcome.returned_at, "charter")
            tell("right state after the server's return", right_after_s, _RIGHT_AFTER_S, " s")
    print(f" the server: asked {len(outcome.asked)} times while both tabs watched")
    tell(f"tabs that asked within {_ROUND_S:g} s", most_askers(outcome.asked, _ROUND_S), 1)
    tell("requests at once", most_at_once(outcome.asked), 1)
    tell("stopped by the page's policy", len(outcome.stopped), 0)
    return all(within) and bool(outcome.asked)


if __name__ == "__main__":
    sys.exit(main())
