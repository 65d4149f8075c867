"""Analyses that end early, how to retry them, and how to delete data."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from scripts.api_client import AlexApi, ApiError
from scripts.local.stack import LocalStack
from tests.browser.conftest import Start, end
from tests.browser.directing import Director
from tests.browser.visiting import Visit, accessibility_violations, as_other_user


def title(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def step(page: Page, name: str) -> Locator:
    return page.get_by_role("listitem").filter(has_text=name)


@pytest.fixture
def failed(director: Director, api: AlexApi, start_job: Start) -> str:
    """An analysis whose charts failed."""
    director.fail("charter")
    job_id = start_job()
    end(api, job_id)
    return job_id


def test_failed_analysis_shows_reason_kept_parts_and_next_step(visit: Visit, failed: str) -> None:
    page = visit.tab(f"#/jobs/{failed}")
    expect(title(page)).to_have_text("Your analysis is incomplete")
    what_happened = page.get_by_role("region", name="What happened")
    expect(what_happened.get_by_text("Drawing the charts stopped with an error.")).to_have_count(1)
    expect(what_happened).to_contain_text("We couldn't finish the charts part. Everything else is ready.")
    expect(step(page, "Draw the charts")).to_contain_text("Failed")
    expect(step(page, "Write the report").first).to_contain_text("Done")
    expect(page.get_by_role("heading", level=2)).to_have_text(["Report", "Retirement outlook", "Details"])
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    assert accessibility_violations(page, "failed") == []


def test_retry_runs_only_failed_parts(visit: Visit, director: Director, api: AlexApi, failed: str) -> None:
    page = visit.tab(f"#/jobs/{failed}")
    director.reset()
    director.hold()
    page.get_by_role("button", name="Try again").click()
    expect(title(page)).to_have_text("Your analysis is running")
    expect(page.get_by_text("Restarted. Finished steps were kept")).to_be_visible()
    expect(step(page, "Write the report")).to_contain_text("Done")
    expect(step(page, "Draw the charts").get_by_role("progressbar")).to_be_visible()
    assert accessibility_violations(page, "retried") == []
    director.release()
    expect(title(page)).to_have_text("Your analysis")
    events = api.get(f"/api/jobs/{failed}/events")["events"]
    retried = next(event["seq"] for event in events if event["kind"] == "retried")
    later = {event["agent"] for event in events if event["seq"] > retried and event["kind"] == "section_committed"}
    assert later == {"charter"}


def test_cancel_asks_for_confirmation_and_takes_effect_at_once(
    visit: Visit, director: Director, start_job: Start
) -> None:
    director.hold()
    page = visit.tab(f"#/jobs/{start_job()}")
    cancel = page.get_by_role("button", name="Cancel analysis")
    question = page.get_by_role("dialog", name="Cancel this analysis?")
    cancel.click()
    expect(question.get_by_role("button", name="Keep running")).to_be_focused()
    assert accessibility_violations(page, "cancel-question") == []
    page.keyboard.press("Enter")
    expect(question).to_be_hidden()
    expect(title(page)).to_have_text(re.compile("running|waiting to start"))
    cancel.click()
    question.get_by_role("button", name="Cancel analysis").click()
    expect(title(page)).to_have_text("Your analysis was cancelled")
    expect(page.get_by_text("We didn't finish any part, so trying again starts over.")).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    assert accessibility_violations(page, "cancelled") == []


@pytest.mark.parametrize("place", ["#/jobs/{job_id}", "#/analyses"])
def test_deleting_analysis_asks_for_confirmation(visit: Visit, api: AlexApi, start_job: Start, place: str) -> None:
    job_id = start_job("charts")
    api.post(f"/api/jobs/{job_id}/cancel")
    page = visit.tab(place.format(job_id=job_id))
    question = page.get_by_role("dialog", name="Delete this analysis?")
    page.get_by_role("button", name="Delete").first.click()
    question.get_by_role("button", name="Keep").click()
    expect(question).to_be_hidden()
    assert api.get(f"/api/jobs/{job_id}")["status"] == "cancelled"
    page.get_by_role("button", name="Delete").first.click()
    question.get_by_role("button", name="Delete it").click()
    expect(title(page)).to_have_text("Your analyses")
    expect(page.locator(f"a[href='#/jobs/{job_id}']")).to_have_count(0)
    with pytest.raises(ApiError) as gone:
        api.get(f"/api/jobs/{job_id}")
    assert gone.value.status == 404


def test_removing_account_asks_for_confirmation(visit: Visit, api: AlexApi) -> None:
    kept = api.get("/api/accounts")
    api.post("/api/accounts", b'{"account_name": "Old account", "cash_balance": 1}')
    page = visit.tab("#/")
    question = page.get_by_role("dialog", name="Remove Old account?")
    page.get_by_text("Old account").click()
    page.get_by_role("button", name="Remove this account").click()
    question.get_by_role("button", name="Keep").click()
    expect(question).to_be_hidden()
    assert len(api.get("/api/accounts")) == len(kept) + 1
    page.get_by_role("button", name="Remove this account").click()
    question.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_text("Old account")).to_have_count(0)
    assert [account["id"] for account in api.get("/api/accounts")] == [account["id"] for account in kept]


def test_erasing_everything_asks_for_confirmation(visit: Visit, stack: LocalStack) -> None:
    visit.session = as_other_user(visit.session, stack.info.token_other_user)
    other_api = AlexApi(stack.info.api_url, stack.info.token_other_user)
    other_api.post("/api/populate-test-data")
    page = visit.tab("#/account")
    question = page.get_by_role("dialog", name="Delete everything?")
    page.get_by_role("button", name="Delete all my data").click()
    question.get_by_role("button", name="Keep").click()
    expect(question).to_be_hidden()
    assert other_api.get("/api/accounts") != []
    page.get_by_role("button", name="Delete all my data").click()
    question.get_by_role("button", name="Delete everything").click()
    expect(page.get_by_text("Everything was deleted.")).to_be_visible()
    assert other_api.get("/api/accounts") == []
    assert other_api.get("/api/jobs")["jobs"] == []


def test_retry_in_one_tab_updates_all_tabs(visit: Visit, director: Director, failed: str) -> None:
    first, second = visit.tab(f"#/jobs/{failed}"), visit.tab(f"#/jobs/{failed}")
    expect(title(first)).to_have_text("Your analysis is incomplete")
    director.reset()
    director.hold()
    second.get_by_role("button", name="Try again").click()
    for page in (first, second):
        expect(title(page)).to_have_text("Your analysis is running")
    director.release()
    for page in (first, second):
        expect(title(page)).to_have_text("Your analysis")
