"""With progress tracking off, the page shows only known facts."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from scripts.local.stack import LocalStack
from scripts.manifest import NAME_PREFIX
from scripts.toggle_progress import switch
from tests.browser.conftest import Start
from tests.browser.directing import Director
from tests.browser.visiting import Visit, accessibility_violations

BAR_COLORS = """[".bar", ".bar-filled"].map(
  (part) => getComputedStyle(document.querySelector(part)).backgroundColor)"""


@pytest.fixture
def flag_off(stack: LocalStack) -> Iterator[None]:
    client = stack.boto3_client("lambda")
    switch(client, f"{NAME_PREFIX}-planner", "false")
    yield
    switch(client, f"{NAME_PREFIX}-planner", "true")


@pytest.mark.usefixtures("flag_off")
def test_page_shows_running_time_without_percent(visit: Visit, director: Director, start_job: Start) -> None:
    director.hold()
    job_id = start_job()
    page = visit.tab(f"#/jobs/{job_id}")
    progress = page.get_by_role("region", name="Progress")
    expect(progress).to_contain_text(re.compile(r"Running for \d+ (s|min)"))
    expect(progress).to_contain_text("This usually takes under a minute.")
    assert "%" not in progress.inner_text()
    expect(progress.get_by_role("progressbar")).not_to_have_attribute("aria-valuenow", re.compile(""))
    assert accessibility_violations(page, "untracked") == []
    colors = page.evaluate(BAR_COLORS)
    assert len(set(colors)) == 2
    assert page.evaluate("document.getAnimations().length") > 0
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate("document.getAnimations().length") == 0
    page.emulate_media(reduced_motion="no-preference")
    page.emulate_media(forced_colors="active")
    assert page.evaluate(BAR_COLORS) == colors
    page.emulate_media(forced_colors="none")
    page.get_by_role("link", name="Analyses").click()
    window = page.get_by_role("complementary", name="Your analysis")
    expect(window).to_contain_text(re.compile(r"Running for \d+ (s|min)"))
    assert "%" not in window.inner_text()
    assert accessibility_violations(page, "untracked-window") == []
    window.get_by_role("link", name="Open").click()
    director.release()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your analysis")
