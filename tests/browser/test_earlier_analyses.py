"""The list of earlier analyses, and the comparison of two."""

from __future__ import annotations

import copy
import re

from playwright.sync_api import Route, expect

from scripts.api_client import AlexApi
from tests.browser.conftest import Start, end
from tests.browser.visiting import Visit, accessibility_violations


def test_two_analyses_are_compared_by_keyboard(visit: Visit, start_job: Start, api: AlexApi) -> None:
    _, later = jobs = [start_job(), start_job()]
    for job_id in jobs:
        end(api, job_id)
    sample = api.get("/api/sample")
    trade = sample["report_payload"]["figures"]["trades"]["list"][0]
    rate = sample["retirement_payload"]["success_rate"]
    holdings = sample["summary_payload"]["positions"]
    more = {"total_value": 1000, "positions": 1}

    def with_results(route: Route) -> None:
        """The sample's results; those of the later analysis are better."""
        response = route.fetch()
        made = copy.deepcopy(sample)
        if response.json()["id"] == later:
            for name, change in more.items():
                made["summary_payload"][name] += change
            made["retirement_payload"]["success_rate"] += 15
        payloads = {key: value for key, value in made.items() if key.endswith("_payload")}
        route.fulfill(response=response, json=response.json() | payloads)

    visit.context.route(re.compile(r"/api/jobs/[0-9a-f-]{36}$"), with_results)
    page = visit.tab("#/analyses")
    choices = page.get_by_role("checkbox", name="Compare")
    for place in (0, 1):
        choices.nth(place).press("Space")
    expect(page.get_by_text("Two analyses chosen.")).to_be_visible()
    assert accessibility_violations(page, "comparing") == []
    page.get_by_role("link", name="Compare these two").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Compare two analyses")
    expect(page.get_by_role("row", name="Portfolio $301,580 $302,580 +$1,000")).to_be_visible()
    expect(page.get_by_role("row", name=f"Holdings {holdings} {holdings + 1} +1")).to_be_visible()
    expect(page.get_by_role("row", name=f"Success rate {rate:.0f}% {rate + 15:.0f}% +15 points")).to_be_visible()
    expect(page.get_by_role("row", name="Stocks 85% 85% No change")).to_be_visible()
    words = f"{trade['action'].capitalize()} ${trade['amount']:,.0f} of {trade['symbol']}"
    expect(page.get_by_role("listitem").filter(has_text=words)).to_have_count(2)
    assert accessibility_violations(page, "compared") == []

    more = {"total_value": 2000}
    page.reload()
    expect(page.get_by_role("row", name="Portfolio $301,580 $303,580 +$2,000")).to_be_visible()
    expect(page.get_by_role("row", name="Holdings")).to_have_count(0)
