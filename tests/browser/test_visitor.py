"""A visitor without an account: the landing page, the sample analysis, and explained terms."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Response, expect

from tests.browser.visiting import Visit, accessibility_violations, save_readme_picture

FIRST_VIEW_BYTES = 60_000
"""On the wire, with the sample's data."""


def arrive(stranger: Visit) -> tuple[Page, list[Response]]:
    """Open the landing page. Also returns the responses that loaded it."""
    page = stranger.new_tab()
    received: list[Response] = []
    page.on("response", lambda response: received.extend([response]))
    page.goto(stranger.url)
    expect(page.get_by_text("From the sample report")).to_be_visible()
    expect(page.locator(".fan-median")).to_be_visible()
    page.wait_for_load_state("networkidle")
    return page, received


def test_landing_shows_real_result_within_budget(stranger: Visit) -> None:
    page, received = arrive(stranger)

    sizes = [response.request.sizes() for response in received]
    assert sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes) <= FIRST_VIEW_BYTES
    expect(page.get_by_text("your money lasts to age 95 in")).to_be_visible()
    expect(page.get_by_text("These goals are examples, not yours.")).to_be_visible()
    assert accessibility_violations(page, "landing") == []


def test_visitor_reads_sample_without_signing_in(stranger: Visit) -> None:
    page, _ = arrive(stranger)
    page.get_by_role("link", name="Try it with a sample").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sample portfolio")
    expect(page.get_by_text("This is a sample.")).to_be_visible()
    expect(page.get_by_role("region", name="Report", exact=True)).to_contain_text("What matters most")
    save_readme_picture(page)
    outcome = page.get_by_text("Your money lasts in")
    before = outcome.inner_text()
    page.get_by_label("Spend each year").press("Home")
    expect(outcome).not_to_have_text(before)
    expect(page.get_by_role("button", name="Save the report")).to_have_count(0)
    assert accessibility_violations(page, "sample") == []
    assert {request.url.removeprefix(stranger.url) for request in stranger.requests} == {"/api/sample"}

    page.get_by_role("button", name="Upload your own file").click()
    page.wait_for_url("**/oauth2/authorize**")


def test_list_of_parts_marks_the_one_being_read(stranger: Visit) -> None:
    page = stranger.new_tab()
    page.goto(f"{stranger.url}/#/sample")
    parts = page.get_by_role("navigation", name="Parts of the result")
    current = parts.locator("[aria-current=true]")
    expect(parts.get_by_role("button", name="Appendix")).to_be_visible()
    expect(current).to_have_text("Report")
    parts.get_by_role("button", name="What it costs").click()
    expect(current).to_have_text("What it costs")
    page.keyboard.press("Control+Home")
    expect(current).to_have_text("Report")


def test_term_is_explained_on_hover_focus_and_tap(stranger: Visit) -> None:
    page, _ = arrive(stranger)
    term, box = page.get_by_role("button", name="Success rate"), page.get_by_role("tooltip")

    term.hover()
    expect(box).to_contain_text("10,000 possible futures")
    box.hover()  # moving onto the explanation keeps it
    expect(box).to_be_visible()
    page.mouse.move(0, 0)
    expect(box).to_have_count(0)

    term.focus()
    expect(box).to_be_visible()
    page.keyboard.press("Escape")
    expect(box).to_have_count(0)

    term.click()
    page.mouse.move(0, 0)
    expect(box).to_be_visible()
    expect(term).to_have_attribute("aria-expanded", "true")
    assert accessibility_violations(page, "term") == []
    page.get_by_role("heading", level=1).click()
    expect(box).to_have_count(0)


def test_arrow_keys_read_single_ages_of_the_fan(stranger: Visit) -> None:
    page, _ = arrive(stranger)
    fan = page.get_by_role("slider", name="Savings by age")

    fan.press("Home")
    fan.press("ArrowRight")

    age = int(fan.get_attribute("aria-valuemin") or 0) + 1
    expect(fan).to_have_attribute("aria-valuetext", re.compile(rf"^Age {age} "))
