"""Notifications for users who are looking at something else when an analysis ends."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Start
from tests.browser.directing import Director
from tests.browser.visiting import HIDE, Visit

STAND_IN = """
window.notified = [];
window.Notification = class {
  static permission = "default";
  static async requestPermission() { return (this.permission = "granted"); }
  constructor(title, { body }) { window.notified.push(body); }
};
"""
"""Replaces the browser's own notifications, which a headless browser refuses."""


def test_opted_in_user_is_notified_of_end(visit: Visit, director: Director, start_job: Start) -> None:
    visit.context.add_init_script(STAND_IN)
    director.hold()
    page = visit.tab(f"#/jobs/{start_job('charts')}")
    page.get_by_role("button", name="Notify me when it's done").click()
    expect(page.get_by_text("You'll be notified when it's done")).to_be_visible()
    page.evaluate(HIDE, True)
    director.release()
    expect(page).to_have_title(re.compile("^Done"))
    assert page.evaluate("window.notified") == ["Your analysis is complete."]
