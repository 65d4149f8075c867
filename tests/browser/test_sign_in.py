"""Signing in, staying signed in, and signing in again without losing the current view."""

from __future__ import annotations

from contextlib import closing
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Page, expect

from scripts.local.browser import sign_in
from scripts.local.stack import LocalStack
from tests.browser.visiting import Visit, accessibility_violations
from tests.integration.http_client import HttpClient, HttpResponse

CHANGE_SESSION = """(changes) => {
  const key = Object.keys(sessionStorage).find((key) => key.startsWith("oidc.user"));
  sessionStorage.setItem(key, JSON.stringify({...JSON.parse(sessionStorage.getItem(key)), ...changes}));
}"""


REFRESH_TOKEN = """() => {
  const key = Object.keys(sessionStorage).find((key) => key.startsWith("oidc.user"));
  return JSON.parse(sessionStorage.getItem(key)).refresh_token;
}"""


def change_session(page: Page, **changes: Any) -> None:
    """Change the session that the tab stores and reads again when it loads."""
    page.evaluate(CHANGE_SESSION, changes)


def arrive(stranger: Visit, fragment: str) -> Page:
    """Reach a view through the issuer's sign-in."""
    page = stranger.new_tab()
    page.goto(f"{stranger.url}/{fragment}")
    assert accessibility_violations(page, "signed-out") == []
    sign_in(page)
    return page


def test_sign_in_returns_to_requested_view(stranger: Visit) -> None:
    page = arrive(stranger, "#/analyses")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.url == f"{stranger.url}/#/analyses"
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('oidc'))") == []


def test_expired_token_is_renewed_silently(stranger: Visit) -> None:
    page = arrive(stranger, "#/analyses")
    change_session(page, expires_at=1)
    with page.expect_response(lambda response: "/api/jobs" in response.url) as response:
        page.reload()
    assert response.value.status == 200
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_refused_token_is_renewed_and_request_repeated(stranger: Visit) -> None:
    stranger.expected = ("401",)
    page = arrive(stranger, "#/analyses")
    change_session(page, access_token="not-a-token")
    with page.expect_response(lambda response: "/api/" in response.url and response.status == 200):
        page.reload()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_failed_renewal_asks_for_sign_in_and_returns_to_same_view(stranger: Visit) -> None:
    page = arrive(stranger, "#/account")
    change_session(page, expires_at=1, refresh_token=None)
    page.reload()
    dialog = page.get_by_role("dialog", name="Your session expired")
    expect(dialog).to_be_visible()
    assert accessibility_violations(page, "sign-in-ended") == []
    sign_in(page)
    expect(dialog).to_have_count(0)
    assert page.url == f"{stranger.url}/#/account"


def test_sign_out_leaves_nothing_in_tab(stranger: Visit) -> None:
    page = arrive(stranger, "#/account")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    # The page may still be redirected to the issuer and back.
    page.wait_for_function("!Object.keys(sessionStorage).some((key) => key.startsWith('oidc.user'))")


def test_sign_out_revokes_refresh_token_and_forgets_user(stranger: Visit, stack: LocalStack) -> None:
    page = arrive(stranger, "#/account")
    refresh_token = page.evaluate(REFRESH_TOKEN)
    page.evaluate("localStorage.setItem('alex.seen', '{\"8f1c1f0e\": 3}')")

    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    page.wait_for_function("localStorage.getItem('alex.seen') === null")  # the page may still be redirected
    assert renewed_by(stack, refresh_token).status == 400


def renewed_by(stack: LocalStack, refresh_token: str) -> HttpResponse:
    """The issuer's response to the refresh token."""
    with closing(HttpClient(stack.info.api_url, None)) as client:
        client_id = client("GET", "/config.json").json()["client_id"]
        form = {"grant_type": "refresh_token", "client_id": client_id, "refresh_token": refresh_token}
        headers = [("Content-Type", "application/x-www-form-urlencoded")]
        return client("POST", "/oauth2/token", urlencode(form).encode(), headers)
