"""Watching a job: from two tabs, through a refresh, while the server is away, and when nobody looks."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

from scripts.api_client import AlexApi
from scripts.local.stack import LocalStack
from tests.browser.conftest import Visit

ROUND_S = 2
Start = Callable[[], str]
HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", {value: hidden, configurable: true});
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def running(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Your analysis is running")


def complete(page: Page) -> None:
    expect(page).to_have_title(re.compile("^Done"), timeout=30_000)


def test_a_running_job_is_found_by_who_only_has_the_address(visit: Visit, start_job: Start) -> None:
    job_id = start_job()
    page = visit.tab()
    running(page)
    assert page.url == f"{visit.url}/#/jobs/{job_id}"


def test_a_refresh_in_the_middle_changes_nothing(visit: Visit, start_job: Start) -> None:
    page = visit.tab(f"#/jobs/{start_job()}")
    running(page)
    page.reload()
    running(page)
    complete(page)


def test_of_two_tabs_one_asks_and_both_know(visit: Visit, start_job: Start) -> None:
    job_id = start_job()
    first, second = visit.tab(f"#/jobs/{job_id}"), visit.tab(f"#/jobs/{job_id}")
    running(first)
    running(second)
    visit.asked.clear()
    complete(first)
    complete(second)
    askers = {request.frame.page for request in visit.polls()}
    assert len(askers) == 1


def test_when_the_tab_that_asks_is_closed_the_other_one_goes_on(visit: Visit, start_job: Start) -> None:
    job_id = start_job()
    first, second = visit.tab(f"#/jobs/{job_id}"), visit.tab(f"#/jobs/{job_id}")
    running(second)
    asks = {request.frame.page for request in visit.polls()[-1:]}
    for page in asks:
        page.close()
    left = second if first in asks else first
    visit.asked.clear()
    complete(left)
    assert {request.frame.page for request in visit.polls()} == {left}


def test_after_the_server_was_away_the_page_is_right_again(
    visit: Visit, stack: LocalStack, start_job: Start, api: AlexApi
) -> None:
    visit.expected = ("net::ERR",)
    job_id = start_job()
    page = visit.tab(f"#/jobs/{job_id}")
    running(page)
    with stack.away():
        expect(page.get_by_text("Reconnecting")).to_be_visible()
        time.sleep(10)
    expect(page.get_by_text("Reconnecting")).to_have_count(0)
    complete(page)
    told = page.evaluate("JSON.parse(localStorage.getItem('alex.seen'))")
    assert told[job_id] == api.get(f"/api/jobs/{job_id}/events")["events"][-1]["seq"]


def test_nobody_is_asked_about_a_job_that_is_over(visit: Visit, start_job: Start, api: AlexApi) -> None:
    job_id = start_job()
    api.post(f"/api/jobs/{job_id}/cancel")
    page = visit.tab(f"#/jobs/{job_id}")
    expect(page).to_have_title(re.compile("^Cancelled"))
    visit.asked.clear()
    page.wait_for_timeout(1000 * ROUND_S * 1.5)
    assert visit.polls() == []


def test_a_hidden_tab_gives_way_to_one_that_is_seen(visit: Visit, start_job: Start) -> None:
    job_id = start_job()
    first = visit.tab(f"#/jobs/{job_id}")
    running(first)
    first.evaluate(HIDE, True)
    second = visit.tab(f"#/jobs/{job_id}")
    running(second)
    visit.asked.clear()
    second.wait_for_timeout(1000 * ROUND_S * 1.5)
    assert {request.frame.page for request in visit.polls()} == {second}


def test_what_happened_meanwhile_is_summed_up(visit: Visit, start_job: Start) -> None:
    job_id = start_job()
    page = visit.tab(f"#/jobs/{job_id}")
    running(page)
    expect(page.get_by_text("While you were away")).to_have_count(0)
    page.evaluate(HIDE, True)
    complete(page)
    page.evaluate(HIDE, False)
    expect(page.get_by_text("While you were away")).to_be_visible()
