"""The focus stays where the user works when forms close and rows disappear."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from scripts.api_client import AlexApi
from tests.browser.visiting import Visit


def test_focus_stays_near_edited_and_removed_holdings(visit: Visit, new_user: AlexApi) -> None:
    rows = b"account,symbol,quantity,price\nIRA,BND,50,70\nIRA,VTI,10,300\nIRA,GLD,1,300\nRoth,VTI,1,300\n"
    new_user.post("/api/portfolio/import", rows, "application/octet-stream")
    page = visit.tab("#/")
    page.get_by_text("IRA", exact=True).click()

    def edit(symbol: str) -> Locator:
        return page.get_by_role("button", name=f"Edit {symbol}")

    def remove(name: str, button: str) -> None:
        page.get_by_role("button", name=button).click()
        page.get_by_role("dialog", name=f"Remove {name}?").get_by_role("button", name="Remove", exact=True).click()

    edit("VTI").click()
    page.get_by_label("Quantity").press("Escape")
    expect(edit("VTI")).to_be_focused()
    edit("GLD").click()
    page.get_by_role("button", name="Cancel").click()
    expect(edit("GLD")).to_be_focused()
    edit("VTI").click()
    page.get_by_label("Quantity").fill("100")
    page.get_by_role("button", name="Save", exact=True).click()
    holdings = page.get_by_role("table", name="Holdings of IRA").get_by_role("rowheader")
    expect(holdings).to_have_text([re.compile("^VTI"), re.compile("^BND"), re.compile("^GLD")])
    expect(edit("VTI")).to_be_focused()
    for symbol, left in (("VTI", "BND"), ("GLD", "BND")):
        edit(symbol).click()
        remove(symbol, f"Remove {symbol}")
        expect(edit(symbol)).to_have_count(0)
        expect(edit(left)).to_be_focused()
    remove("IRA", "Remove this account")
    expect(page.get_by_text("IRA", exact=True)).to_have_count(0)
    expect(page.locator("summary", has_text="Roth")).to_be_focused()


def test_removed_income_leaves_focus_on_button_that_adds_one(visit: Visit, new_user: AlexApi) -> None:
    page = visit.tab("#/")
    page.get_by_text("Social Security, pensions, and other income").click()
    page.get_by_role("button", name="Add income").click()
    page.get_by_role("button", name="Remove this income").click()
    expect(page.get_by_role("group", name="New income")).to_have_count(0)
    expect(page.get_by_role("button", name="Add income")).to_be_focused()
