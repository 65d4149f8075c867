"""From a file to a report: uploads, errors along the way, and everything a user can do with an analysis."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from scripts.api_client import AlexApi
from scripts.local.stack import LocalStack
from tests.browser.conftest import end
from tests.browser.directing import Director
from tests.browser.visiting import SCHEMES, SIZES, Visit, accessibility_violations

BAD_FILE = b"account,symbol,quantity,price\nRoth IRA,VTI,ten,301\nRoth IRA,,4,\n"
GOOD_FILE = b"account,symbol,quantity,price\nFrom a file,VTI,10,301.15\nFrom a file,CASH,500,\nTotal,,,\n"
NAME = "Ana\u2019s Café \u2013 401(k)"


def choose(page: Page, name: str, content: bytes) -> None:
    page.set_input_files("input[type=file]", {"name": name, "mimeType": "text/csv", "buffer": content})


@pytest.fixture(scope="module")
def finished(stack: LocalStack) -> str:
    api = AlexApi(stack.info.api_url, stack.info.token)
    job_id: str = api.post("/api/analyze")["job_id"]
    end(api, job_id)
    return job_id


def test_repeated_clicks_start_one_analysis(visit: Visit, director: Director, api: AlexApi) -> None:
    director.hold()
    before = len(api.get("/api/jobs?limit=100")["jobs"])
    page = visit.tab("#/")
    choose(page, "mine.csv", GOOD_FILE)
    expect(page.get_by_text("Read mine.csv")).to_be_visible()
    page.get_by_text("1 line skipped").click()
    expect(page.get_by_role("cell", name="Total,,,")).to_be_visible()
    assert accessibility_violations(page, "imported") == []
    page.get_by_role("button", name="Start the analysis").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("running|waiting to start"))
    assert len(api.get("/api/jobs?limit=100")["jobs"]) == before + 1
    api.post(f"/api/jobs/{page.url.rsplit('/', 1)[1]}/cancel")


def test_unreadable_rows_are_listed(visit: Visit) -> None:
    visit.expected = ("422",)
    page = visit.tab("#/")
    choose(page, "bad.csv", BAD_FILE)
    expect(page.get_by_text("bad.csv was not imported.")).to_be_visible()
    first, second = page.locator(".problems tbody tr").all()
    expect(first.get_by_role("cell")).to_have_text(
        ["2", "Roth IRA,VTI,ten,301", "Write the quantity as a plain number, such as 12.5."]
    )
    expect(second.get_by_role("cell").first).to_have_text("3")
    assert accessibility_violations(page, "unreadable") == []


def test_targets_must_total_100_before_saving(visit: Visit) -> None:
    page = visit.tab("#/")
    page.get_by_text("Targets for asset classes").click()
    page.get_by_label("Stocks %").fill("60")
    expect(page.get_by_text("These add up to 60%. 40% is left to assign.")).to_be_visible()
    expect(page.get_by_role("button", name="Save goals")).to_be_disabled()
    expect(page.get_by_label("Stocks %")).to_have_attribute("aria-invalid", "false")
    page.get_by_label("Your age").focus()
    expect(page.get_by_label("Stocks %")).to_have_attribute("aria-invalid", "true")
    assert accessibility_violations(page, "targets") == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_file_is_read_in_its_own_encoding(visit: Visit, new_user: AlexApi, encoding: str) -> None:
    page = visit.tab("#/")
    choose(page, "mine.csv", f"account,symbol,quantity,price\n{NAME},VTI,10,301.15\n".encode(encoding))
    expect(page.get_by_text("Read mine.csv: 1 account with 1 holding, worth $3,011.50.")).to_be_visible()
    assert [account["account_name"] for account in new_user.get("/api/accounts")] == [NAME]


def test_image_is_rejected_and_changes_nothing(visit: Visit, new_user: AlexApi) -> None:
    visit.expected = ("422",)
    page = visit.tab("#/")
    choose(page, "photo.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    expect(page.get_by_text("photo.csv was not imported.")).to_be_visible()
    expect(page.locator(".problems")).to_contain_text("Export the positions as CSV")
    assert new_user.get("/api/accounts") == []


def test_replacing_account_asks_first_and_can_be_undone(visit: Visit, new_user: AlexApi) -> None:
    header = b"account,symbol,quantity,price\n"
    new_user.post("/api/portfolio/import", header + b"IRA,VTI,10,301.15\n", "application/octet-stream")
    page = visit.tab("#/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your portfolio")
    expect(page.get_by_text("$3,011.50").first).to_be_in_viewport()
    new = header + b"IRA,BND,2,70.00\nIRA,GLD,1,300.00\n"
    choose(page, "new.csv", new)
    question = page.get_by_role("group", name="Replace accounts with new.csv")
    expect(question).to_contain_text(
        '"IRA" already exists. Replace its 1 holding with the 2 in this file?', use_inner_text=True
    )
    expect(question).to_contain_text("You can undo this.")
    expect(page.get_by_role("row", name="IRA 1 holding, $3,011.50 2 holdings, $440.00")).to_be_visible()
    assert accessibility_violations(page, "replace") == []
    start = page.get_by_role("region", name="Start", exact=True)
    expect(start).to_have_css("position", "static")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("new.csv was not imported. Nothing was changed.")).to_be_visible()
    expect(start).to_have_css("position", "sticky")
    assert _held(new_user) == {"IRA": ["VTI"]}

    choose(page, "new.csv", new)
    page.get_by_role("button", name="Replace", exact=True).click()
    expect(page.get_by_text("Read new.csv:")).to_be_visible()
    expect(page.get_by_text("The file states no date, so its prices count as today's.")).to_be_visible()
    assert accessibility_violations(page, "imported with warnings") == []
    assert _held(new_user) == {"IRA": ["BND", "GLD"]}
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The import of new.csv was undone.")).to_be_visible()
    assert _held(new_user) == {"IRA": ["VTI"]}


def test_imported_account_can_be_kept_beside_one_of_same_name(visit: Visit, new_user: AlexApi) -> None:
    header = b"account,symbol,quantity,price\n"
    new_user.post("/api/portfolio/import", header + b"IRA,VTI,10,301.15\n", "application/octet-stream")
    page = visit.tab("#/")
    choose(page, "new.csv", header + b"IRA,BND,2,70.00\n")
    page.get_by_role("button", name="Keep both").click()
    expect(page.get_by_text("Read new.csv:")).to_be_visible()
    assert _held(new_user) == {"IRA": ["VTI"], "IRA (2)": ["BND"]}
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The import of new.csv was undone.")).to_be_visible()
    assert _held(new_user) == {"IRA": ["VTI"]}


def _held(api: AlexApi) -> dict[str, list[str]]:
    return {
        account["account_name"]: [
            position["symbol"] for position in api.get(f"/api/accounts/{account['id']}/positions")["positions"]
        ]
        for account in api.get("/api/accounts")
    }


def test_owner_classifies_unknown_holding(visit: Visit, new_user: AlexApi) -> None:
    new_user.post(
        "/api/portfolio/import", b"account,symbol,quantity,price\nIRA,ZZQQX,3,200\n", "application/octet-stream"
    )
    page = visit.tab("#/")
    page.get_by_text("IRA").click()
    expect(page.get_by_text("Not classified yet.")).to_be_visible()
    expect(page.get_by_text("$200.00 on")).to_be_visible()
    page.get_by_role("button", name="What is it? ZZQQX").click()
    expect(page.get_by_role("rowheader", name="ZZQQX")).to_be_visible()
    page.get_by_label("What is it?").select_option("Bond fund")
    page.get_by_label("Quantity").fill("4")
    page.set_viewport_size(SIZES["phone"])
    expect(page.get_by_role("button", name="Start the analysis")).to_have_css("position", "static")
    assert accessibility_violations(page, "editing") == []
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("cell", name="$800.00")).to_be_visible()
    expect(page.get_by_text("Not classified yet.")).to_be_hidden()
    (account,) = new_user.get("/api/accounts")
    (position,) = new_user.get(f"/api/accounts/{account['id']}/positions")["positions"]
    assert (position["quantity"], position["instrument"]["allocation_asset_class"]) == (4, {"fixed_income": 100})


def changes(visit: Visit) -> list[str]:
    """The page's requests that changed something, in order."""
    return [request.url.rsplit("/", 1)[1] for request in visit.requests if request.method in {"POST", "PUT"}]


def test_plan_is_saved_once_and_only_on_request(visit: Visit, new_user: AlexApi) -> None:
    page = visit.tab("#/")
    before = page.get_by_label("Your age").input_value()
    page.get_by_label("Your age").fill("66")
    page.get_by_label("Savings until then").fill("1")
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("link", name="New").click()
    expect(page.get_by_label("Your age")).to_have_value(before)
    assert changes(visit) == []
    page.get_by_label("Your age").fill("77")
    page.get_by_role("button", name="Save goals").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert changes(visit) == ["user"]
    assert new_user.get("/api/user")["user"]["current_age"] == 77


def test_sample_is_analyzed_with_own_plan(visit: Visit, new_user: AlexApi) -> None:
    page = visit.tab("#/")
    page.get_by_label("Your age").fill("51")
    page.get_by_label("Income in retirement").fill("$72,500")
    page.get_by_text("Targets for asset classes").click()
    page.get_by_label("Stocks %").fill("62.5")
    page.get_by_label("Bonds %").fill("37.5")
    page.get_by_role("button", name="Try it with a sample").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your analysis")
    assert changes(visit) == ["user", "analyze"]
    saved = new_user.get("/api/user")["user"]
    assert (saved["current_age"], saved["target_retirement_income"]) == (51, 72_500)
    assert saved["asset_class_targets"] == {"equity": 62.5, "fixed_income": 37.5}
    assert new_user.get("/api/accounts") == []


def test_result_has_chart_as_table_and_downloads(visit: Visit, finished: str) -> None:
    page = visit.tab(f"#/jobs/{finished}")
    expect(page.get_by_role("rowheader", name="Nothing")).to_be_visible()
    with page.expect_download() as events:
        page.get_by_role("button", name="Save the history").click()
    assert Path(events.value.path()).read_text().startswith("seq,at,kind")
    with page.expect_download() as report:
        page.get_by_role("button", name="Save the report").click()
    assert "<html" in Path(report.value.path()).read_text()


def test_section_without_design_shows_texts_figures_and_lists(visit: Visit, finished: str) -> None:
    tax_advice = {
        "content": "# Tax\n\nIs **due**.",
        "amount_due": 12_345.678,
        "mock": True,
        "payments": [{"account": "<b>IRA</b>", "year": 2027}, {"account": "401k", "year": 2028}],
    }

    def with_another(route: Route) -> None:
        response = route.fetch()
        job = response.json()
        job |= {"sections": [*job["sections"], "tax_advice"], "tax_advice_payload": tax_advice}
        route.fulfill(response=response, json=job)

    visit.context.route(f"**/api/jobs/{finished}", with_another)
    page = visit.tab(f"#/jobs/{finished}")
    headings = page.get_by_role("heading", level=2)
    expect(headings).to_have_text(["Report", "Retirement outlook", "Charts", "Tax advice", "Details"])
    advice = page.get_by_role("region", name="Tax advice")
    expect(advice.locator("strong")).to_have_text("due")
    expect(advice.get_by_role("row", name="Amount due 12,345.68")).to_be_visible()
    expect(advice.get_by_role("heading", name="Payments")).to_be_visible()
    expect(advice.get_by_role("row", name="<b>IRA</b> 2027")).to_be_visible()
    expect(advice).not_to_contain_text("Mock")
    expect(page.get_by_role("region", name="Report", exact=True)).not_to_contain_text("due")


def test_result_without_goals_leads_to_them(visit: Visit, finished: str) -> None:
    def without_goals(route: Route) -> None:
        response = route.fetch()
        job = response.json()
        job["retirement_payload"]["missing_goals"] = ["current_age"]
        route.fulfill(response=response, json=job)

    visit.context.route(f"**/api/jobs/{finished}", without_goals)
    page = visit.tab(f"#/jobs/{finished}")
    page.get_by_role("link", name="Set your goals").click()
    expect(page.get_by_label("Your age")).to_be_visible()


@pytest.mark.parametrize(
    ("state", "place"),
    [
        ("start", "#/"),
        ("analyses", "#/analyses"),
        ("settings", "#/account"),
        ("stand-in-result", "#/jobs/{finished}"),
    ],
)
def test_page_is_accessible(visit: Visit, finished: str, state: str, place: str) -> None:
    page = visit.tab(place.format(finished=finished))
    page.wait_for_load_state("networkidle")
    assert accessibility_violations(page, state) == []


def test_unknown_analysis_shows_error_and_link(visit: Visit) -> None:
    visit.expected = ("404",)
    page = visit.tab("#/jobs/00000000-0000-4000-8000-000000000000")
    expect(page.get_by_role("heading", level=1)).to_have_text("We can't find this analysis")
    expect(page.get_by_role("link", name="Your analyses")).to_be_visible()
    assert accessibility_violations(page, "no-such-analysis") == []


def test_analysis_can_be_started_by_keyboard(visit: Visit, director: Director, api: AlexApi) -> None:
    director.hold()
    page = visit.tab("#/")
    start = page.get_by_role("button", name="Start the analysis")
    expect(start).to_be_enabled()
    for _ in range(60):
        page.keyboard.press("Tab")
        if start.evaluate("(button) => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("running|waiting to start"))
    api.post(f"/api/jobs/{page.url.rsplit('/', 1)[1]}/cancel")


def test_chosen_color_scheme_overrides_system(visit: Visit) -> None:
    page = visit.tab("#/account")
    seen = {}
    for system in SCHEMES:
        page.emulate_media(color_scheme=system)
        for choice, theme in (("Light", "light"), ("Dark", "dark"), ("Match system", system)):
            page.get_by_role("radio", name=choice).check()
            expect(page.locator("html")).to_have_attribute("data-theme", theme)
            seen[system, choice] = page.evaluate("getComputedStyle(document.body).color")

    light, dark = seen["light", "Light"], seen["light", "Dark"]
    assert light != dark
    assert [seen["light", "Match system"], seen["dark", "Light"]] == [light, light]
    assert [seen["dark", "Match system"], seen["dark", "Dark"]] == [dark, dark]
