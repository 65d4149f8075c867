"""A new user, who has only the address, turns a broker's file into a report."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from scripts.local.browser import sign_in
from scripts.local.temporary import temporary_stack
from tests.browser.visiting import Visit, accessibility_violations
from tests.portfolios import EXPORTS

DROP = """([name, text]) => {
  const dropped = new DataTransfer();
  dropped.items.add(new File([text], name, {type: "text/csv"}));
  document.body.dispatchEvent(new DragEvent("drop", {dataTransfer: dropped, bubbles: true, cancelable: true}));
}"""

GOALS = {
    "Your age": "45",
    "Years until retirement": "20",
    "Income in retirement": "60,000",
    "Savings until then": "10000",
}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page over the real agents, with templates instead of a model; not signed in yet."""
    with temporary_stack() as stack, browser.new_context() as context:
        visit = Visit(context, stack.info.api_url)
        page = visit.new_tab()
        page.goto(stack.info.api_url)
        yield page
        assert visit.unexpected() == []


def test_dropped_broker_file_becomes_report_on_its_holdings(page: Page) -> None:
    sign_in(page)
    page.get_by_text("You have no accounts yet").wait_for()
    assert accessibility_violations(page, "empty-start") == []
    page.evaluate(DROP, ["positions.csv", (EXPORTS / "fidelity_export.csv").read_text(encoding="utf-8")])
    expect(page.get_by_text("Read positions.csv")).to_be_visible()
    for goal, value in GOALS.items():
        page.get_by_label(goal).fill(value)
    page.get_by_role("button", name="Start the analysis").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your analysis")
    expect(page.get_by_role("region", name="Progress")).to_have_count(0)
    report = page.get_by_role("region", name="Report", exact=True)
    holdings = page.get_by_role("region", name="Holdings", exact=True)
    expect(holdings.get_by_role("row").filter(has_text="FXAIX")).to_contain_text("FIDELITY 500 INDEX FUND")
    holdings.get_by_role("button", name="Value").click(click_count=2)
    values = [cell.removeprefix("$") for cell in holdings.locator("tbody td:nth-child(4)").all_inner_texts()]
    assert values == sorted(values, key=lambda value: float(value.replace(",", "")))
    expect(page.get_by_role("region", name="Retirement")).to_contain_text("How your money may develop")
    expect(report).to_contain_text("Written from templates")
    assert accessibility_violations(page, "result") == []
    page.get_by_role("button", name="Show table").click()
    fan = page.get_by_role("region", name="How your money may develop")
    expect(fan.get_by_role("columnheader").filter(has_text="%")).to_have_count(4)
    assert accessibility_violations(page, "result-tables") == []
