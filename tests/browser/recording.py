"""Records the page's texts about a job, and finds contradictions to the job's history."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from playwright.sync_api import BrowserContext

EVERY_MS = 100
RECORD = f"""
const record = () => {{
  const text = (selector) => document.querySelector(selector)?.textContent ?? "";
  const percent = document.querySelector(".percent");
  const shown = percent !== null && getComputedStyle(percent).visibility === "visible";
  if (window.recordShown && text("h1")) window.recordShown(JSON.stringify({{
    at: (performance.timeOrigin + performance.now()) / 1000,
    percent: shown ? text("[data-testid=percent]") : null,
    heading: text("h1"), title: document.title, message: text(".progress-message"), times: text("[data-testid=times]"),
    attempt: Number(document.querySelector(".progress")?.dataset.attempt) || 1,
    note: text(".progress-note"),
    steps: [...document.querySelectorAll(".step")].map((step) => [step.dataset.agent,
      step.className.replace("step step-", ""),
      step.matches(".step-running") ? step.querySelector(".step-status").textContent : "",
      Number(step.querySelector(".bar")?.style.getPropertyValue("--share") || 0)]),
  }}));
}};
setInterval(() => requestAnimationFrame(record), {EVERY_MS});
"""
"""Samples in animation frames, after the page has drawn: after a stall, a timer could see an outdated drawing."""
RUNNING, WAITING = "Your analysis is running", "Your analysis is waiting to start"
#: The page marks an estimate as old after 5 s without a response, and draws and samples a little later. The latest
#: response may have arrived a round of polling after the page lost its connection.
STOPPED_AFTER_S = 5 + 2.5
SLOW = "Slower than usual"
UNTRACKED = "This usually takes under a minute."
_ESTIMATE = re.compile(r"\bleft\b|Any moment now")


@dataclass(frozen=True)
class Shown:
    """One sample of the page. `at` is in seconds since 1970; `percent` is None if no percent is shown."""

    at: float
    percent: str | None
    heading: str
    title: str
    message: str
    times: str
    attempt: int
    note: str
    steps: Sequence[tuple[str, str, str, float]]
    """Each step's name, status, message, and the share that its bar shows."""


@dataclass(frozen=True)
class Facts:
    """The job's history. Times are in seconds since 1970, by the clock of this machine."""

    events: Sequence[dict[str, Any]]
    status: str
    is_tracked: dict[int, bool]
    """By attempt."""
    apart: Sequence[tuple[float, float]] = ()
    """When the page could not reach the server."""

    def times(self, *kinds: str, agent: str | None = None) -> list[float]:
        return [
            datetime.fromisoformat(event["at"]).timestamp()
            for event in self.events
            if event["kind"] in kinds and agent in (None, event["agent"])
        ]


class Recorder:
    """Records every tab of a browser context, also across navigations."""

    def __init__(self, context: BrowserContext) -> None:
        self.shown: list[Shown] = []
        context.expose_binding("recordShown", lambda _, sample: self.shown.append(Shown(**json.loads(sample))))
        context.add_init_script(RECORD)

    def texts(self) -> list[str]:
        """Return the distinct texts in order, for people."""
        lines = [f"{shown.heading} | {shown.message} | {shown.times} | {shown.percent}" for shown in self.shown]
        return [later for earlier, later in pairwise(["", *lines]) if later != earlier]


def contradictions(shown: Sequence[Shown], facts: Facts) -> list[str]:
    """Return everything that the page showed in contradiction to the job's history."""
    found = [
        *_of_percents(shown),
        *(f"{problem}: {sample}" for sample in shown for problem in _of_sample(sample, facts)),
        *(f"moved while apart: {earlier.percent} to {later.percent} at {later.at}"
          for earlier, later in pairwise(shown) if _is_apart(earlier, facts) and earlier.percent != later.percent
          and later.heading == RUNNING and _is_apart(later, facts)),
    ]  # fmt: skip
    return list(dict.fromkeys(found))


def _of_percents(shown: Sequence[Shown]) -> Iterator[str]:
    numbers = [sample for sample in shown if sample.percent and sample.heading == RUNNING]
    for earlier, later in pairwise(numbers):
        if earlier.attempt == later.attempt and int(later.percent or 0) < int(earlier.percent or 0):
            yield f"went back from {earlier.percent} to {later.percent} at {later.at}"


def _of_sample(sample: Shown, facts: Facts) -> Iterator[str]:
    if sample.percent is not None and not sample.percent.isdigit():
        yield "a percent sign without a number"
    if sample.percent == "100" and sample.heading == RUNNING:
        yield "100 before the end"
    is_tracked = facts.is_tracked[sample.attempt]
    if sample.heading == RUNNING and is_tracked == (UNTRACKED in sample.note):
        yield "tracking" if not sample.message.startswith("Starting") or not is_tracked else "untracked at the start"
    if sample.heading == RUNNING and not is_tracked and (sample.percent or _ESTIMATE.search(sample.times)):
        yield "an estimate without tracking"
    if sample.heading == WAITING and (sample.percent or "%" in sample.title):
        yield "the percent of an earlier attempt"
    if SLOW in sample.note and _ESTIMATE.search(sample.times):
        yield "an estimate beside a slow step"
    if _is_apart(sample, facts) and sample.heading == RUNNING and not sample.times.startswith("Last update"):
        yield "an estimate without news"
    for kind, word in (("completed", "Done"), ("failed", "Failed"), ("cancelled", "Cancelled")):
        if sample.title.startswith(word) and not any(at <= sample.at for at in facts.times(kind)):
            yield f"{word} too early"
    yield from _of_steps(sample, facts)


def _of_steps(sample: Shown, facts: Facts) -> Iterator[str]:
    for name, status, message, share in sample.steps:
        committed = facts.times("section_committed", agent=name)
        if status == "completed" and name != "finalizing" and not any(at <= sample.at for at in committed):
            yield f"{name} is done too early"
        if (step := re.match(r"Step (\d+) of (\d+)", message)) and share:
            stated = (int(step[1]) - 1) / int(step[2])
            if abs(share - stated) > 0.05:
                yield f"the bar of {name} shows {share:.2f} beside {message}"
    if sample.heading == RUNNING and sample.steps:
        retried_at = max([at for at in facts.times("retried") if at <= sample.at], default=0)
        kept = {event["agent"] for event in facts.events if event["kind"] == "section_committed"
                and datetime.fromisoformat(event["at"]).timestamp() < retried_at}  # fmt: skip
        if lost := kept - {name for name, status, *_ in sample.steps if status == "completed"}:
            yield f"finished steps are lost: {sorted(lost)}"


def _is_apart(sample: Shown, facts: Facts) -> bool:
    return any(start + STOPPED_AFTER_S <= sample.at <= end for start, end in facts.apart)


def now() -> float:
    """Return the time in seconds since 1970."""
    return time.time()
