"""Telling the end of an analysis to who looks elsewhere meanwhile."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Start
from tests.browser.directing import Director
from tests.browser.visiting import HIDE, Visit

STAND_IN = """
window.told = [];
window.Notification = class {
  static permission = "default";
  static async requestPermission() { return (this.permission = "granted"); }
  constructor(title, { body }) { window.told.push(body); }
};
"""
"""In place of the browser's own, which a headless one refuses."""


def test_who_asked_for_it_is_told_of_the_end(visit: Visit, director: Director, start_job: Start) -> None:
    visit.context.add_init_script(STAND_IN)
    director.hold()
    page = visit.tab(f"#/jobs/{start_job('charts')}")
    page.get_by_role("button", name="Notify me when it is done").click()
    expect(page.get_by_text("You will be notified when it is done")).to_be_visible()
    page.evaluate(HIDE, True)
    director.release()
    expect(page).to_have_title(re.compile("^Done"))
    assert page.evaluate("window.told") == ["Your analysis is complete."]
