"""Watching a job: in two tabs, through a reload, during an outage, and in a hidden tab."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from scripts.api_client import AlexApi
from scripts.local.stack import LocalStack
from tests.browser.conftest import Start
from tests.browser.directing import Director
from tests.browser.visiting import HIDE, Visit, accessibility_violations, let_pass, pass_until

ROUND_S = 2
FAILURES_UNTIL_POLLING = 5
FORGOTTEN = "05:10"
"""Longer than the time after which a hidden tab pauses."""
SAMPLE_MS, ENOUGH_PERCENTS = 100, 6
"""How often the shown percent is sampled, and after how many different ones the job may end."""
HAS_SHOWN = "(count) => new Set(window.shown.map(([percent]) => percent)).size >= count"
HAS_SEEN = "([job, seq]) => JSON.parse(localStorage.getItem('alex.seen'))[job] === seq"
RETRY_AFTER_S = 5
ATTEMPTS = 3
"""To reconnect, during an outage."""
WAKING = {
    "status": 503,
    "headers": {"Retry-After": str(RETRY_AFTER_S), "Content-Type": "application/problem+json"},
    "body": '{"title": "The database is waking up", "status": 503}',
}
LISTEN = """() => {
  window.heard = [];
  const said = new Map();
  const listen = () => document.querySelectorAll("[role=status], [role=alert], [aria-live]").forEach((region) => {
    const text = region.textContent.trim();
    if (text && text !== said.get(region)) window.heard.push(text);
    said.set(region, text);
  });
  new MutationObserver(listen).observe(document.body, {subtree: true, childList: true, characterData: true});
}"""
"""Records everything that a screen reader would announce from now on."""
SAMPLE_PERCENT = """(everyMs) => {
  window.shown = [];
  setInterval(() => {
    const text = document.querySelector("[data-testid=percent]")?.textContent;
    const isDone = document.title.startsWith("Done");
    if (text) window.shown.push([Number(text), isDone]);
  }, everyMs);
}"""


def running(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Your analysis is running")


def complete(page: Page) -> None:
    expect(page).to_have_title(re.compile("^Done"))


def has_seen_all(page: Page, api: AlexApi, job_id: str) -> None:
    """Wait until this browser has recorded the newest event of an ended job as seen."""
    newest = api.get(f"/api/jobs/{job_id}/events")["events"][-1]["seq"]
    page.wait_for_function(HAS_SEEN, arg=[job_id, newest])


def polling_tabs(visit: Visit, page: Page, times: int) -> set[Page | None]:
    """Return the tabs that send the next polls, at least `times` of them. `page` drives the wait."""
    visit.requests.clear()
    while len(visit.polls()) < times:
        page.wait_for_timeout(100)
    return {request.frame.page for request in visit.polls()}


def test_running_job_is_found_by_address_alone(visit: Visit, director: Director, start_job: Start) -> None:
    director.hold()
    job_id = start_job()
    page = visit.tab()
    running(page)
    assert page.url == f"{visit.url}/#/jobs/{job_id}"
    expect(page.get_by_role("listitem").filter(has_text="Write the report")).to_contain_text("Step 4 of 10")
    assert accessibility_violations(page, "running") == []


def test_reload_during_job_changes_nothing(visit: Visit, director: Director, start_job: Start, api: AlexApi) -> None:
    director.hold()
    job_id = start_job()
    page = visit.tab(f"#/jobs/{job_id}")
    running(page)
    page.reload()
    running(page)
    director.release()
    complete(page)
    has_seen_all(page, api, job_id)
    assert [request.url for request in visit.requests if request.method == "POST"] == []


def test_only_one_of_two_tabs_polls_and_both_update(visit: Visit, director: Director, start_job: Start) -> None:
    director.hold()
    job_id = start_job()
    first, second = visit.tab(f"#/jobs/{job_id}"), visit.tab(f"#/jobs/{job_id}")
    running(first)
    running(second)
    assert len(polling_tabs(visit, second, 2)) == 1
    director.release()
    complete(first)
    complete(second)
    assert len({request.frame.page for request in visit.polls()}) == 1


def test_other_tab_takes_over_when_polling_tab_closes(visit: Visit, director: Director, start_job: Start) -> None:
    director.hold()
    job_id = start_job()
    first, second = visit.tab(f"#/jobs/{job_id}"), visit.tab(f"#/jobs/{job_id}")
    running(second)
    (poller,) = {request.frame.page for request in visit.polls()[-1:]}
    poller.close()
    left = second if poller is first else first
    visit.requests.clear()
    director.release()
    complete(left)
    assert {request.frame.page for request in visit.polls()} == {left}


def test_page_recovers_after_outage(
    visit: Visit, stack: LocalStack, director: Director, start_job: Start, api: AlexApi
) -> None:
    visit.expected = ("net::ERR",)
    director.hold()
    job_id = start_job()
    page = visit.tab(f"#/jobs/{job_id}")
    running(page)
    with stack.away():
        expect(page.get_by_text("Reconnecting")).to_be_visible()
        assert accessibility_violations(page, "reconnecting") == []
        polling_tabs(visit, page, ATTEMPTS)
    expect(page.get_by_text("Reconnecting")).to_have_count(0)
    running(page)
    director.release()
    complete(page)
    has_seen_all(page, api, job_id)


@pytest.fixture
def watching(visit: Visit, director: Director, start_job: Start) -> Page:
    """A tab with a stopped clock, watching a job that runs until the test ends."""
    director.hold()
    page = visit.tab(f"#/jobs/{start_job()}", stopped_clock=True)
    pass_until(page, page.get_by_role("heading", name="Your analysis is running"))
    return page


def test_five_stream_failures_cause_polling_until_stream_recovers(visit: Visit, watching: Page) -> None:
    visit.expected = ("500",)
    watching.route("**/stream", lambda route: route.fulfill(status=500))
    visit.requests.clear()
    pass_until(watching, watching.get_by_text("Updating every few seconds"), step_ms=250)
    requested = [request.url.rsplit("/", 1)[1] for request in visit.polls()]
    assert requested.count("stream") == FAILURES_UNTIL_POLLING
    watching.clock.resume()
    assert accessibility_violations(watching, "polling") == []
    watching.unroute_all()
    expect(watching.get_by_text("Live")).to_be_visible()


def test_page_obeys_retry_after_of_waking_database(visit: Visit, watching: Page) -> None:
    visit.expected = ("503",)
    watching.route("**/api/jobs/**", lambda route: route.fulfill(**WAKING))
    pass_until(watching, watching.get_by_text("The database is waking up"))
    visit.requests.clear()
    let_pass(watching, 1000 * RETRY_AFTER_S - 500)
    assert visit.polls() == []
    with watching.expect_request("**/api/jobs/**"):
        watching.clock.run_for(1000)
    assert len(visit.polls()) == 1
    watching.clock.resume()
    assert accessibility_violations(watching, "waking") == []
    watching.unroute_all()
    expect(watching.get_by_text("Live")).to_be_visible()


def test_unclaimed_job_is_shown_as_waiting(
    visit: Visit, stack: LocalStack, director: Director, start_job: Start
) -> None:
    director.hold()
    with stack.undelivered("planner"):
        page = visit.tab(f"#/jobs/{start_job()}")
        expect(page.get_by_role("heading", level=1)).to_have_text("Your analysis is waiting to start")
        expect(page.get_by_role("region", name="Progress")).to_contain_text("Your analysis is next.")
        expect(page.get_by_test_id("times")).to_have_text(re.compile(r"^Waiting for \d+ (s|min)"))
        assert "%" not in page.get_by_role("region", name="Progress").inner_text()
        assert accessibility_violations(page, "waiting") == []
    running(page)


def test_screen_reader_announces_stages_but_no_percent(visit: Visit, director: Director, start_job: Start) -> None:
    director.hold()
    page = visit.tab(f"#/jobs/{start_job()}")
    running(page)
    page.evaluate(LISTEN)
    director.release("charter", "retirement")
    for step in ("Draw the charts", "Simulate retirement"):
        expect(page.get_by_role("listitem").filter(has_text=step)).to_contain_text("Done")
    director.release("reporter")
    expect(page.get_by_role("status").filter(has_text="The analysis is complete.")).to_be_attached()
    announced = " ".join(page.evaluate("window.heard"))
    assert [announced.count(f"Done: {step}.") for step in ("Draw the charts", "Simulate retirement")] == [1, 1]
    assert not re.search(r"%|\bStep\b", announced)


def test_offline_page_shows_it_and_recovers(visit: Visit, director: Director, start_job: Start) -> None:
    visit.expected = ("net::ERR",)
    director.hold()
    page = visit.tab(f"#/jobs/{start_job()}")
    running(page)
    visit.context.set_offline(True)
    expect(page.get_by_text("Offline", exact=True)).to_be_visible()
    expect(page.get_by_text("You're offline. The analysis continues")).to_be_visible()
    expect(page.get_by_test_id("times")).to_have_text(re.compile(r"^Last update \d+ (s|min).* ago$"))
    assert accessibility_violations(page, "offline") == []
    visit.context.set_offline(False)
    expect(page.get_by_text("Live")).to_be_visible()


def test_ended_job_is_not_polled(visit: Visit, start_job: Start, api: AlexApi) -> None:
    job_id = start_job()
    api.post(f"/api/jobs/{job_id}/cancel")
    page = visit.tab(f"#/jobs/{job_id}", stopped_clock=True)
    expect(page).to_have_title(re.compile("^Cancelled"))
    visit.requests.clear()
    let_pass(page, 1000 * ROUND_S * 10)
    assert visit.polls() == []


def test_visible_tab_takes_over_from_hidden_one(visit: Visit, director: Director, start_job: Start) -> None:
    director.hold()
    job_id = start_job()
    first = visit.tab(f"#/jobs/{job_id}")
    running(first)
    first.evaluate(HIDE, True)
    second = visit.tab(f"#/jobs/{job_id}")
    # The other tab may still send the rest of a round before it yields.
    with second.expect_request("**/stream"):
        running(second)
    assert polling_tabs(visit, second, 2) == {second}


def test_tab_hidden_for_long_pauses_until_visible(visit: Visit, watching: Page) -> None:
    watching.evaluate(HIDE, True)
    watching.clock.fast_forward(FORGOTTEN)
    pass_until(watching, watching.get_by_text("Paused"))
    visit.requests.clear()
    let_pass(watching, 1000 * ROUND_S * 10)
    assert visit.polls() == []
    watching.evaluate(HIDE, False)
    expect(watching.get_by_text("Live")).to_be_visible()
    assert visit.polls() != []


def test_page_summarizes_events_while_tab_was_hidden(visit: Visit, director: Director, start_job: Start) -> None:
    director.hold()
    page = visit.tab(f"#/jobs/{start_job()}")
    running(page)
    place = page.get_by_role("navigation", name="Page").locator("[aria-current=page]")
    expect(place).to_have_text("Analyses")
    expect(page.get_by_text("While you were away")).to_have_count(0)
    page.evaluate(HIDE, True)
    director.release()
    complete(page)
    page.evaluate(HIDE, False)
    expect(page.get_by_text("While you were away")).to_be_visible()
    assert accessibility_violations(page, "while-away") == []


def test_percent_keeps_rising_and_stays_below_100_until_end(visit: Visit, director: Director, start_job: Start) -> None:
    director.take(60, "reporter")
    page = visit.tab(f"#/jobs/{start_job()}")
    page.evaluate(SAMPLE_PERCENT, SAMPLE_MS)
    page.wait_for_function(HAS_SHOWN, arg=ENOUGH_PERCENTS)
    director.release()
    complete(page)
    percents = [percent for percent, is_done in page.evaluate("window.shown") if not is_done]
    assert percents == sorted(percents)
    assert max(percents) < 100
