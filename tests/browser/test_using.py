"""Using the page: from a file to a report, what goes wrong on the way, and what one can do with an analysis."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from scripts.api_client import AlexApi
from scripts.local.stack import LocalStack
from tests.browser.conftest import Visit

Start = Callable[[], str]
BAD_FILE = b"account,symbol,quantity,price\nRoth IRA,VTI,ten,301\nRoth IRA,,4,\n"
SAMPLE_MS, STILL_MS = 100, 3000
"""How often the shown percent is looked at, and for how long it may stand."""
SAMPLE_PERCENT = """(everyMs) => {
  window.shown = [];
  setInterval(() => {
    const text = document.querySelector("[data-testid=percent]")?.textContent;
    if (text) window.shown.push([performance.now(), Number(text)]);
  }, everyMs);
}"""


def is_complete(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Your analysis", timeout=60_000)


@pytest.fixture
def finished(api: AlexApi, start_job: Start) -> str:
    job_id = start_job()
    for _ in api.watch(job_id, 0.5):
        pass
    return job_id


def test_a_file_becomes_one_running_analysis_however_often_one_clicks(visit: Visit, api: AlexApi) -> None:
    before = len(api.get("/api/jobs?limit=100")["jobs"])
    page = visit.tab("#/")
    file = b"account,symbol,quantity,price\nFrom a file,VTI,10,301.15\nFrom a file,CASH,500,\nTotal,,,\n"
    page.set_input_files("input[type=file]", {"name": "mine.csv", "mimeType": "text/csv", "buffer": file})
    expect(page.get_by_text("Read mine.csv")).to_be_visible()
    page.get_by_text("1 line skipped").click()
    expect(page.get_by_role("cell", name="Total,,,")).to_be_visible()
    page.get_by_role("button", name="Start the analysis").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("running|about to start"))
    assert len(api.get("/api/jobs?limit=100")["jobs"]) == before + 1
    api.post(f"/api/jobs/{page.url.rsplit('/', 1)[1]}/cancel")


def test_what_can_not_be_read_is_shown_row_by_row(visit: Visit) -> None:
    visit.expected = ("422",)
    page = visit.tab("#/")
    page.set_input_files("input[type=file]", {"name": "bad.csv", "mimeType": "text/csv", "buffer": BAD_FILE})
    expect(page.get_by_text("bad.csv was not imported.")).to_be_visible()
    first, second = page.locator(".problems tbody tr").all()
    expect(first.get_by_role("cell")).to_have_text(
        ["2", "Roth IRA,VTI,ten,301", "Write the quantity as a plain number such as 12.5."]
    )
    expect(second.get_by_role("cell").first).to_have_text("3")


def test_targets_have_to_sum_to_100_before_anything_is_sent(visit: Visit) -> None:
    page = visit.tab("#/")
    page.get_by_text("Targets for asset classes").click()
    page.get_by_label("Equity %").fill("60")
    expect(page.get_by_text("10 % still to give: the shares are 90 %.")).to_be_visible()
    expect(page.get_by_role("button", name="Save the plan")).to_be_disabled()


def test_the_percent_only_rises_never_stands_and_is_below_100_until_the_end(visit: Visit, start_job: Start) -> None:
    page = visit.tab(f"#/jobs/{start_job()}")
    page.evaluate(SAMPLE_PERCENT, SAMPLE_MS)
    is_complete(page)
    shown: list[tuple[float, int]] = [(at, percent) for at, percent in page.evaluate("window.shown")]
    percents = [percent for _, percent in shown]
    assert len(percents) > 20
    assert percents == sorted(percents)
    assert max(percents) < 100
    moves = [shown[0][0], *(b[0] for a, b in pairwise(shown) if b[1] > a[1])]
    assert max(b - a for a, b in pairwise(moves)) < STILL_MS


def test_a_result_has_a_table_behind_each_chart_and_its_files(visit: Visit, finished: str) -> None:
    page = visit.tab(f"#/jobs/{finished}")
    is_complete(page)
    page.get_by_role("button", name="Show table of A stand-in").click()
    expect(page.get_by_role("rowheader", name="Nothing")).to_be_visible()
    with page.expect_download() as events:
        page.get_by_role("button", name="Save the history").click()
    assert Path(events.value.path()).read_text().startswith("seq,at,kind")
    with page.expect_download() as report:
        page.get_by_role("button", name="Save the report").click()
    assert "<html" in Path(report.value.path()).read_text()


@pytest.mark.parametrize("place", ["#/", "#/analyses", "#/account", "job"])
def test_nothing_keeps_people_out(visit: Visit, axe: Path, finished_once: str, place: str) -> None:
    page = visit.tab(f"#/jobs/{finished_once}" if place == "job" else place)
    page.wait_for_load_state("networkidle")
    page.evaluate(axe.read_text())
    found = page.evaluate("axe.run()")
    serious = [
        (violation["id"], [node["target"] for node in violation["nodes"]])
        for violation in found["violations"]
        if violation["impact"] in {"serious", "critical"}
    ]
    assert serious == []


@pytest.fixture(scope="module")
def finished_once(stack: LocalStack) -> str:
    api = AlexApi(stack.info.api_url, stack.info.token)
    job_id: str = api.post("/api/analyze", b'{"analysis_type": "charts"}')["job_id"]
    for _ in api.watch(job_id, 0.5):
        pass
    return job_id


def test_an_analysis_can_be_started_with_the_keyboard_alone(visit: Visit, api: AlexApi) -> None:
    page = visit.tab("#/")
    start = page.get_by_role("button", name="Start the analysis")
    expect(start).to_be_enabled()
    for _ in range(60):
        page.keyboard.press("Tab")
        if start.evaluate("(button) => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("running|about to start"))
    api.post(f"/api/jobs/{page.url.rsplit('/', 1)[1]}/cancel")
