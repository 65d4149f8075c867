"""The page on a phone: nothing is cut off without a hint."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from scripts.api_client import AlexApi
from tests.browser.conftest import Start, end
from tests.browser.directing import Director
from tests.browser.visiting import SIZES, Visit, accessibility_violations

FITS = "(element) => element.scrollWidth <= element.clientWidth"


def on_phone(visit: Visit, fragment: str) -> Page:
    page = visit.tab(fragment)
    page.set_viewport_size(SIZES["phone"])
    return page


def test_times_of_steps_fit(visit: Visit, start_job: Start, api: AlexApi) -> None:
    end(api, start_job())
    page = on_phone(visit, "#/analyses")
    page.get_by_text("How long the steps take").click()
    times = page.get_by_role("region", name="Times of the steps")
    expect(times.get_by_role("rowheader", name="Write the report")).to_be_visible()
    assert times.evaluate(FITS)
    assert accessibility_violations(page, "step-times") == []


def test_states_of_running_steps_fit(visit: Visit, director: Director, start_job: Start) -> None:
    director.hold("reporter")
    director.fail("charter")
    page = on_phone(visit, f"#/jobs/{start_job()}")
    steps = page.get_by_role("region", name="Progress").get_by_role("listitem")
    expect(steps.filter(has_text="Draw the charts").locator(".step-status")).to_have_text("Failed")
    expect(steps.filter(has_text="Write the report")).to_contain_text("Step 4 of 10")
    for step in steps.locator(".step-status").all():
        assert step.evaluate(FITS), step.inner_text()


def test_form_of_holding_fits(visit: Visit, new_user: AlexApi) -> None:
    row = b"account,symbol,quantity,price\nIRA,VTI,1234567.123456,301.15\n"
    new_user.post("/api/portfolio/import", row, "application/octet-stream")
    page = on_phone(visit, "#/")
    page.get_by_text("IRA", exact=True).click()
    page.get_by_role("button", name="Edit VTI").click()
    expect(page.get_by_role("form", name="Edit VTI")).to_be_visible()
    assert page.get_by_role("table", name="Holdings of IRA").evaluate(FITS)
    assert page.locator("html").evaluate(FITS)


def test_list_of_parts_shows_that_there_are_more(visit: Visit) -> None:
    """A shadow at the edge, covered once the list is scrolled to its end, as at the edges of wide tables."""
    page = on_phone(visit, "#/sample")
    parts = page.get_by_role("navigation", name="Parts of the result")
    last = parts.get_by_role("button", name="Appendix")
    expect(last).to_be_visible()
    assert not parts.evaluate(FITS)
    expect(parts).to_have_css("background-attachment", re.compile("^local, local, scroll, scroll"))
    last.press("Enter")
    expect(page.get_by_role("region", name="Appendix")).to_be_focused()
