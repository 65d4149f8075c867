"""Markup in names and texts is shown as text, and none of it runs."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from scripts.api_client import AlexApi
from tests.browser.conftest import Start, end
from tests.browser.directing import Director
from tests.browser.visiting import Visit, accessibility_violations

HARM = "harm=1"
SCRIPT = f"<script>{HARM}</script>"
IMAGE = f'<img src=x onerror="{HARM}">'
NAME = f"{IMAGE}{SCRIPT}"
WORDS = f"""# Title {IMAGE}

{SCRIPT}

{IMAGE} <svg onload="{HARM}"><script>{HARM}</script></svg> <iframe srcdoc="{SCRIPT}"></iframe>

[a link](javascript:{HARM}) <a href="javascript:{HARM}">another link</a> ![](javascript:{HARM}) ![](https://example.org/x.png)

<style>body {{ display: none }}</style><form action="https://example.org"><input name="a"></form>

| {IMAGE} | b |
|---|---|
| `{SCRIPT}` | <math><mi xlink:href="javascript:{HARM}">c</mi></math> |
"""
OPEN_BLOB = "(html) => open(URL.createObjectURL(new Blob([html], {type: 'text/html'})))"


def nothing_happened(page: Page) -> None:
    """Check that nothing ran, neither by itself nor after a click on an apparent link."""
    for link in page.get_by_text("a link", exact=True).all():
        link.click()
    assert page.evaluate("typeof harm") == "undefined"
    assert page.locator("main :is(script, iframe, form, style, img, object, embed, [onerror], [onload])").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0


@pytest.fixture
def finished(director: Director, api: AlexApi, start_job: Start) -> str:
    """A finished analysis with markup in every text."""
    director.write(WORDS)
    job_id = start_job()
    end(api, job_id)
    return job_id


def test_agent_markup_is_text_while_job_runs(visit: Visit, director: Director, start_job: Start) -> None:
    director.hold()
    director.write(NAME)
    page = visit.tab(f"#/jobs/{start_job()}")
    expect(page.get_by_text(NAME).first).to_be_visible()
    nothing_happened(page)


def test_agent_markup_is_text_in_result(visit: Visit, finished: str) -> None:
    page = visit.tab(f"#/jobs/{finished}")
    expect(page.get_by_role("region", name="Report", exact=True)).to_contain_text(SCRIPT)
    expect(page.get_by_role("region", name="Data quality")).to_contain_text(SCRIPT)
    expect(page.get_by_role("rowheader").filter(has_text=SCRIPT).first).to_be_visible()
    page.locator(".barred tbody tr").first.hover()
    nothing_happened(page)
    assert accessibility_violations(page, "hostile-result") == []


def test_saved_report_runs_no_script(visit: Visit, finished: str, tmp_path: Path) -> None:
    page = visit.tab(f"#/jobs/{finished}")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the report").click()
    saved = tmp_path / "report.html"
    download.value.save_as(saved)
    from_disk = visit.new_tab()
    from_disk.goto(saved.as_uri())
    expect(from_disk.get_by_role("heading", name="Portfolio report")).to_be_visible()
    nothing_happened(from_disk)
    assert from_disk.evaluate("getComputedStyle(document.body).maxWidth") != "none"


def test_blob_page_runs_no_script(visit: Visit) -> None:
    """A blob page inherits the policy of the page that created it."""
    page = visit.tab("#/account")
    with visit.context.expect_page() as opened:
        page.evaluate(OPEN_BLOB, f"<!doctype html><title>A blob</title>{WORDS}{SCRIPT}")
    expect(opened.value).to_have_title("A blob")
    assert opened.value.url.startswith("blob:")
    assert opened.value.evaluate("typeof harm") == "undefined"


def test_saved_history_is_csv(visit: Visit, finished: str) -> None:
    page = visit.tab(f"#/jobs/{finished}")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the history").click()
    assert download.value.suggested_filename == "events.csv"
    assert Path(download.value.path()).read_text().startswith("seq,at,kind")


def choose_file(page: Page, quantity: str) -> None:
    """Upload a file with markup in an account name, a holding, and its own name."""
    file = io.StringIO()
    csv.writer(file).writerows(
        [["account", "symbol", "description", "quantity", "price"], [NAME, "VTI", NAME, quantity, "301.15"]]
    )
    content = file.getvalue().encode()
    page.set_input_files("input[type=file]", {"name": f"{IMAGE}.csv", "mimeType": "text/csv", "buffer": content})


def test_account_and_holding_names_are_text(visit: Visit) -> None:
    page = visit.tab("#/")
    choose_file(page, "1")
    expect(page.get_by_text(f"Read {IMAGE}.csv:")).to_be_visible()
    page.get_by_text(NAME).click()
    expect(page.get_by_role("rowheader").filter(has_text="VTI")).to_contain_text(NAME)
    nothing_happened(page)
    page.get_by_role("button", name="Remove this account").click()
    question = page.get_by_role("dialog")
    expect(question).to_contain_text(f"Remove {NAME}?")
    question.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_text(NAME)).to_have_count(0)
    nothing_happened(page)


def test_import_errors_show_markup_as_text(visit: Visit) -> None:
    visit.expected = ("422",)
    page = visit.tab("#/")
    choose_file(page, "ten")
    expect(page.get_by_text(f"{IMAGE}.csv was not imported.")).to_be_visible()
    expect(page.get_by_role("cell").filter(has_text="onerror")).to_be_visible()
    nothing_happened(page)
