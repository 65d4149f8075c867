"""Swagger UI in a browser, under its strict policy."""

from playwright.sync_api import expect

from scripts.local.stack import LocalStack
from tests.browser.visiting import Visit


def test_documentation_shows_every_group_of_routes(stack: LocalStack, stranger: Visit) -> None:
    page = stranger.new_tab()

    page.goto(f"{stack.info.api_url}/docs")

    for tag in ("accounts", "jobs", "positions", "user"):
        expect(page.locator(f"#operations-tag-{tag}")).to_be_visible()


def test_documentation_can_send_requests(stack: LocalStack, stranger: Visit) -> None:
    page = stranger.new_tab()
    page.goto(f"{stack.info.api_url}/docs")
    alive = page.locator(".opblock", has_text="/health").first

    alive.locator(".opblock-summary-control").dispatch_event("click")  # click() would wait for the fragment to change
    alive.get_by_role("button", name="Try it out").click()
    alive.get_by_role("button", name="Execute").click()

    expect(alive.locator(".live-responses-table")).to_contain_text('"status": "ok"')
