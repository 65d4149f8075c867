"""The list of earlier analyses: the portfolio's value over time, and the comparison of two analyses."""

from __future__ import annotations

import copy
import json
import re

from playwright.sync_api import Route, expect

from scripts.api_client import AlexApi
from tests.browser.conftest import Start, end
from tests.browser.visiting import Visit, accessibility_violations

COURSE = [("2025-11-01", 3_000), ("2025-11-20", 2_700), ("2025-11-29", 3_450)]
SAMPLE = json.dumps({"options": {"portfolio": "sample"}}).encode()


def test_chart_shows_value_at_own_analyses_without_sample(visit: Visit, new_user: AlexApi) -> None:
    sample: str = new_user.post("/api/analyze", SAMPLE)["job_id"]
    own: list[str] = [new_user.post("/api/analyze")["job_id"] for _ in COURSE]
    for job_id in (sample, *own):
        end(new_user, job_id)
    changes = {
        job_id: {"created_at": f"{day}T15:00:00Z", "total_value": value}
        for job_id, (day, value) in zip(own, COURSE, strict=True)
    }

    def over_weeks(route: Route) -> None:
        response = route.fetch()
        listed = response.json()
        jobs = [job | changes.get(job["id"], {}) for job in listed["jobs"]]
        route.fulfill(response=response, json=listed | {"jobs": jobs})

    visit.context.route(re.compile(r"/api/jobs\?"), over_weeks)
    page = visit.tab("#/analyses")
    figure = page.get_by_role("figure", name="Value over time")
    expect(figure.get_by_role("img")).to_have_accessible_name(
        "From $3,000 on November 1, 2025 to $3,450 on November 29, 2025, in 3 analyses. "
        "Lowest: $2,700. Highest: $3,450."
    )
    expect(figure.locator("circle")).to_have_count(len(COURSE))
    for label in ("$0", "$3,000", "$3,450", "Nov 1", "Nov 29"):
        expect(figure.get_by_text(label, exact=True)).to_be_visible()
    marked = page.get_by_role("listitem").filter(has=page.get_by_text("Sample", exact=True))
    expect(marked).to_have_count(1)
    expect(marked.get_by_role("link")).to_have_attribute("href", f"#/jobs/{sample}")
    assert accessibility_violations(page, "value-over-time") == []

    page.get_by_role("listitem").filter(has_text="$2,700").get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_role("listitem").filter(has_text="$2,700")).to_have_count(0)
    expect(figure).to_have_count(0)


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
