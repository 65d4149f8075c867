"""Measures the accuracy of the page's progress: jobs of about 40 s, in two tabs of a real browser.

Covers agents that report only start and end, agents that report their steps, and a server that is down for 10 s
midway. The history has 50 jobs with independent durations around the plan's medians. With start and end only, eight
such jobs are watched; with steps, one in which everything is faster than expected and one in which everything is
slower. Both tabs are sampled ten times a second and compared with the true share of the time since the planner claimed
the job, known afterwards: the wait in the queue is no progress. The yardsticks, at the same moments of the same jobs
and rounded down like the page's number, are an oracle that applies the server's rule to the true distribution of
durations, and a clock that runs for the expected time.
Budgets: no step back; no number unchanged for more than a tenth of the job (an agent later than expected holds the
number at its last report plus one step), unless a step takes longer than nine in ten of its runs: the page then calls
it slow, and the number hardly moves; on average 1.05 times the oracle's distance from the truth
where agents report only start and end, and 5 points with steps; one tab polls at a time; 3 s from the server's return
to the correct state; no violation of the page's Content Security Policy. While the server is down, the number must stop
at the last reported percentage. That time counts neither as a standstill nor toward the distance, and a number that
moves breaks the budget.
Requires Chromium, and Node.js to build the page.
"""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import inf
from statistics import fmean
from typing import Any, NamedTuple

import numpy as np
from playwright.sync_api import Browser, BrowserContext, Page, expect

from functions.reporter.declaration import AGENT as REPORTER
from functions.shared.agent_declaration import JobType
from functions.shared.plans import PLANS, SETUP_EXPECTED
from functions.shared.section_names import SNAPSHOT, Section
from scripts.api_client import AlexApi
from scripts.benchmarks.earlier_jobs import remember_earlier_jobs, scale_at, spread_durations_s
from scripts.benchmarks.paced import CODE, pace
from scripts.benchmarks.shown import Absence, Sample, Shown, most_askers, most_at_once
from scripts.benchmarks.worlds import WORLDS, Floats, Oracle
from scripts.cli import run
from scripts.local.access_log import Access
from scripts.local.browser import REPORT_VIOLATIONS, VIOLATION, chromium, sign_in
from scripts.local.data_api import FaultControl
from scripts.local.stack import LocalStack
from scripts.local.temporary import temporary_stack
from scripts.manifest import NAME_PREFIX
from scripts.packaging.page import build_page

_AGENTS = PLANS[JobType.PORTFOLIO]
_SIGMA = REPORTER.expected.sigma
_USUAL = {SNAPSHOT: SETUP_EXPECTED, **{agent.section: agent.expected for agent in _AGENTS}}
_CLOCK_S = SETUP_EXPECTED.median_s + REPORTER.expected.median_s
_LOADS_PORTFOLIO = "'taken_at', iso8601"
"""Occurs only in the first statement of setup. Its response is delayed as if there were symbols to tag."""

_REPORTS = ("start and end", "inner steps")
_MOST_OVER_ORACLE, _MOST_WITH_STEPS = 1.05, 5.0
"""Budgets for the mean distance over jobs: a factor with start and end only, points with steps."""
_ORACLE = Oracle(WORLDS[0], after_drift=False)
_OWN_SETUP_S = 0.2
"""The duration of setup here without that delay."""

_STILL_SHARE = 0.1
_RIGHT_AFTER_S, _AWAY_S, _ROUND_S = 3.0, 10.0, 2.0
_TIMEOUT_MS = 120_000
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

_WATCHED = 8
"""Two jobs would not do: at the quartiles, even the simulated estimator has 1.05 times the oracle's distance."""


@dataclass(frozen=True)
class Case:
    """One job to watch."""

    reports: str
    """What its agents report: one of `_REPORTS`."""
    durations_s: Mapping[Section, float]
    """Of setup and each agent."""
    away_at_s: float | None = None
    """When the server goes down."""

    @property
    def is_slow(self) -> bool:
        """Whether a step takes longer than nine in ten of its runs."""
        slow = scale_at(0.9, _SIGMA)
        return any(seconds > slow * _USUAL[section].median_s for section, seconds in self.durations_s.items())


def _at_quantile(share: float) -> dict[Section, float]:
    """Return the durations of a job in which every agent is as fast as this share of its runs, and setup is usual."""
    scale = scale_at(share, _SIGMA)
    return {section: (1 if section == SNAPSHOT else scale) * usual.median_s for section, usual in _USUAL.items()}


_CASES = (
    *(Case("start and end", durations_s) for durations_s in spread_durations_s(_USUAL, _WATCHED)),
    *(Case("inner steps", _at_quantile(share)) for share in (0.25, 0.75)),
    Case("inner steps", _at_quantile(0.75), away_at_s=26),
)


@dataclass(frozen=True)
class Outcome:
    tabs: list[Shown]
    waited_s: float
    """From the submission until the planner claimed the job."""
    steps_s: Floats
    """The durations of setup and of each agent."""
    asked: list[Access]
    """The server's log of requests for the job while both tabs watched it."""
    stopped: list[str]
    """Violations of the page's policy."""
    away: Absence | None


def main() -> int:
    """Return 0 if the budgets are met, otherwise 1."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--reports", choices=_REPORTS, help="watch only jobs whose agents report this [all]")
    options = parser.parse_args()
    cases = [case for case in _CASES if options.reports in (None, case.reports)]
    print(build_page())
    distances: dict[str, list[Distances]] = {case.reports: [] for case in cases}
    checks = BudgetChecks()
    with chromium() as browser:
        for case in cases:
            outcome = _run(case, browser)
            _print(case, outcome, checks)
            distances[case.reports] += [_distances(shown, outcome.steps_s) for shown in outcome.tabs]
    print("\nmean distance from the truth, in points")
    for reports, measured in distances.items():
        page, oracle, clock = (fmean(each) for each in zip(*measured, strict=True))
        checks.add(reports, page, _MOST_WITH_STEPS if reports == "inner steps" else _MOST_OVER_ORACLE * oracle)
        print(f"    {page / oracle:.3f} of the oracle's {oracle:.2f}, {page / clock:.2f} of a clock's {clock:.2f}")
    return 0 if checks.are_met else 1


class Distances(NamedTuple):
    """Mean distances from the truth for one tab, in points."""

    page: float
    oracle: float
    clock: float


def _distances(shown: Shown, steps_s: Floats) -> Distances:
    return Distances(
        shown.distance,
        shown.distance_of(lambda moments: 100 * _ORACLE.follow(steps_s, np.array(moments))[0]),
        shown.distance_of(lambda moments: [min(99, 100 * moment / _CLOCK_S) for moment in moments]),
    )


class BudgetChecks:
    """Prints figures next to their budgets."""

    def __init__(self) -> None:
        self.are_met = True

    def add(self, what: str, value: float, budget: float) -> None:
        self.are_met = self.are_met and value <= budget
        print(f"  {what:42} {value:6.2f}  budget {budget:4.4g}{'' if value <= budget else '  BROKEN'}")


def _run(case: Case, browser: Browser) -> Outcome:
    steps = "1" if case.reports == "start and end" else "10"
    environment = {
        "planner": {"ENABLE_PROGRESS_TRACKING": "true"},
        **pace(lambda agent: case.durations_s[agent.section], AGENT_STEPS=steps),
    }
    with temporary_stack(environment=environment, code=CODE, visibility_timeout_s=900) as stack:
        remember_earlier_jobs(stack.database, _USUAL)
        AlexApi(stack.info.api_url, stack.info.token).post("/api/populate-test-data")
        _warm(stack)
        FaultControl(stack.info.data_api_url).inject(
            "delay", match=_LOADS_PORTFOLIO, seconds=case.durations_s[SNAPSHOT] - _OWN_SETUP_S
        )
        context = browser.new_context()
        try:
            return _watch(case, stack, context)
        finally:
            context.close()


def _warm(stack: LocalStack) -> None:
    """Start the functions with events that they reject, so that the first job does not wait for imports."""
    client = stack.boto3_client("lambda")
    for name in ("planner", *(agent.name for agent in _AGENTS)):
        client.invoke(FunctionName=f"{NAME_PREFIX}-{name}", Payload=b"{}")


def _watch(case: Case, stack: LocalStack, context: BrowserContext) -> Outcome:
    stopped: list[str] = []
    context.add_init_script(REPORT_VIOLATIONS)
    context.set_default_timeout(_TIMEOUT_MS)
    context.on("console", lambda message: stopped.append(message.text) if message.text.startswith(VIOLATION) else None)
    first, second = (_tab(context, stack.info.api_url, name) for name in _TABS)
    first.get_by_role("button", name="Start the analysis").click()
    first.wait_for_url("**/#/jobs/*")
    second.evaluate("(address) => { location.hash = address; }", first.evaluate("location.hash"))
    expect(second.get_by_test_id("percent")).not_to_be_empty()
    both_watch_since = time.time()
    away = _go_away(stack, case.away_at_s) if case.away_at_s else None
    for tab in (first, second):
        expect(tab.get_by_role("heading", level=1)).to_have_text("Your analysis", timeout=_TIMEOUT_MS)
    job_id = first.url.rsplit("/", 1)[1]
    job = AlexApi(stack.info.api_url, stack.info.token).get(f"/api/jobs/{job_id}")
    submitted, began, ended = (_timestamp(job[when]) for when in ("created_at", "started_at", "completed_at"))
    asked = [
        access
        for access in stack.access_log.read()
        if access.user_agent in _TABS and job_id in access.path and both_watch_since <= access.at <= ended
    ]
    shown = [
        Shown([_sample(seen) for seen in tab.evaluate("window.samples")], began, ended, away) for tab in (first, second)
    ]
    return Outcome(shown, began - submitted, _steps_s(job), asked, stopped, away)


def _steps_s(job: dict[str, Any]) -> Floats:
    """Return the durations of setup, and of each agent since setup."""
    ends = {agent["name"]: _timestamp(agent["completed_at"]) for agent in job["progress_data"]["agents"]}
    setup = ends["setup"]
    return np.array([setup - _timestamp(job["started_at"]), *(ends[agent.name] - setup for agent in _AGENTS)])


def _timestamp(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


def _tab(context: BrowserContext, url: str, name: str) -> Page:
    """Open a signed-in tab that sends `name` as its user agent."""
    page = context.new_page()
    page.set_extra_http_headers({"User-Agent": name})
    page.goto(f"{url}/#/")
    sign_in(page)
    page.evaluate(_SAMPLE)
    return page


def _go_away(stack: LocalStack, after_s: float) -> Absence:
    time.sleep(after_s)
    with stack.away():
        began = time.time()
        time.sleep(_AWAY_S)
        ended = time.time()
    return Absence(began, ended, time.time() + _RIGHT_AFTER_S)


def _sample(seen: dict[str, Any]) -> Sample:
    percent = int(seen["percent"]) if seen["percent"] else None
    return Sample(seen["at"], percent, frozenset(seen["done"]), seen["connection"], seen["heading"])


def _print(case: Case, outcome: Outcome, checks: BudgetChecks) -> None:
    shown = outcome.tabs[0]
    away = f", the server {_AWAY_S:g} s away" if case.away_at_s else ""
    print(f"\n{case.reports}{away}: a job of {shown.ended - shown.began:.1f} s, claimed after {outcome.waited_s:.1f} s")
    for name, shown in zip(_TABS, outcome.tabs, strict=True):
        print(
            f" {name}: first number after {shown.first_after_s:.1f} s, end shown {shown.result_after_s:.1f} s after it,"
            f" {shown.distance:.2f} points from the truth"
        )
        checks.add("steps back", shown.steps_back, 0)
        checks.add("highest number", shown.highest, 99)
        still_budget_s = inf if case.is_slow else _STILL_SHARE * (shown.ended - shown.began)
        checks.add("longest time without a change, s", shown.still_s, still_budget_s)
        checks.add("moves while the server was away", shown.moves_while_away, 0)
        if outcome.away:
            right_after_s = shown.right_after(outcome.away.reconnected_by - _RIGHT_AFTER_S, "charter")
            checks.add("correct state after the server's return, s", right_after_s, _RIGHT_AFTER_S)
    slowest_s = max(access.latency_s for access in outcome.asked)
    print(f" the server: {len(outcome.asked)} requests while both tabs watched, slowest response {slowest_s:.2f} s")
    checks.add("tabs that polled within one round", most_askers(outcome.asked, _ROUND_S), 1)
    checks.add("concurrent requests", most_at_once(outcome.asked), 1)
    checks.add("stopped by the page's policy", len(outcome.stopped), 0)


if __name__ == "__main__":
    run(main)
