"""The public frontend of the same name (ed-donner/alex): its requests, and the fields that its pages read.

It is deployed apart from this API, so whatever it relies on must not change.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.functions.api.at_work import AtWork
from tests.functions.api.calling import Api

CHART_TYPES = {"pie", "donut", "bar", "horizontalBar", "line"}


def accounts_page(api: Api) -> dict[str, Any]:
    """Load all accounts with their positions, as the pages do; returns each account's total by name."""
    totals = {}
    for account in api.get("/api/accounts").json():
        positions = api.get(f"/api/accounts/{account['id']}/positions").json()["positions"]
        held = sum(position["quantity"] * (position["current_price"] or 0) for position in positions)
        totals[account["account_name"]] = account["cash_balance"] + held
        assert account["account_purpose"]
        for position in positions:
            assert position["instrument"]["symbol"] == position["symbol"]
    return totals


def test_settings_can_be_saved_as_loaded(api: Api) -> None:
    user = api.get("/api/user").json()["user"]
    assert user["display_name"].strip(), "the form refuses an empty name"

    saved = api.put(
        "/api/user",
        {
            "display_name": user["display_name"],
            "years_until_retirement": 25,
            "target_retirement_income": 60_000,
            "asset_class_targets": {"equity": 70, "fixed_income": 30},
            "region_targets": {"north_america": 50, "international": 50},
        },
    )

    assert saved.status == 200
    assert saved.json().items() >= {"years_until_retirement": 25, "target_retirement_income": 60_000}.items()
    assert saved.json()["asset_class_targets"] == {"equity": 70, "fixed_income": 30}


def test_sample_is_added_and_removed_with_messages(api: Api) -> None:
    assert api.post("/api/populate-test-data").json()["message"]

    totals = accounts_page(api)

    assert round(sum(totals.values())) == 301_580
    assert api.delete("/api/reset-accounts").json()["message"]
    assert api.get("/api/accounts").json() == []


def test_account_and_positions_are_edited(api: Api) -> None:
    made = api.post(
        "/api/accounts", {"account_name": "IRA", "account_purpose": "Investment Account", "cash_balance": 0}
    )
    account = f"/api/accounts/{made.json()['id']}"
    form = {"account_id": made.json()["id"], "quantity": 2}
    suggested = {entry["symbol"]: entry for entry in api.get("/api/instruments").json()}
    unpriced = next(symbol for symbol, entry in suggested.items() if entry["current_price"] is None)

    edited = api.put(account, {"account_name": "IRA", "account_purpose": "Old age", "cash_balance": 1500.5})
    added = [api.post("/api/positions", form | {"symbol": symbol}) for symbol in ("VTI", unpriced, "ZZMADEUP", "VTI")]

    assert edited.json().items() >= {"account_purpose": "Old age", "cash_balance": Decimal("1500.5")}.items()
    assert [response.status for response in added] == [201, 201, 201, 200]
    positions = api.get(f"{account}/positions").json()["positions"]
    assert {position["symbol"]: position["current_price"] for position in positions} == {
        "VTI": suggested["VTI"]["current_price"],
        unpriced: None,
        "ZZMADEUP": None,
    }
    assert accounts_page(api) == {"IRA": Decimal("1500.5") + 2 * suggested["VTI"]["current_price"]}
    (vti,) = (position for position in positions if position["symbol"] == "VTI")
    assert api.put(f"/api/positions/{vti['id']}", {"quantity": 0}).status == 200
    assert api.delete(f"/api/positions/{vti['id']}").status == 204
    assert api.delete(account).status == 204


@pytest.mark.parametrize(
    ("path", "form", "shown"),
    [
        ("/api/accounts", {"account_name": "IRA"}, "You already have an account with this name."),
        ("/api/positions", {"symbol": "CASH", "quantity": 1}, "set the account's cash_balance instead"),
        ("/api/positions", {"symbol": "NO SUCH", "quantity": 1}, "symbol should match pattern"),
    ],
)
def test_refused_form_shows_its_reason(api: Api, path: str, form: dict[str, Any], shown: str) -> None:
    account = api.post("/api/accounts", {"account_name": "IRA"}).json()["id"]

    refused = api.post(path, form if path == "/api/accounts" else form | {"account_id": account})

    assert shown in refused.json()["detail"]


def test_analysis_is_started_polled_and_shown(api: Api) -> None:
    api.post("/api/populate-test-data")
    started = api.post("/api/analyze", {"analysis_type": "portfolio", "options": {}})
    job_id = started.json()["job_id"]
    assert api.get(f"/api/jobs/{job_id}").json()["status"] == "pending"
    AtWork(job_id).complete()

    job = api.get(f"/api/jobs/{job_id}").json()

    (listed,) = api.get("/api/jobs").json()["jobs"]
    assert started.status == 202
    assert job["status"] == listed["status"] == "completed"
    assert (listed["id"], listed["created_at"]) == (job_id, job["created_at"])
    assert job["report_payload"]["content"]
    assert job["retirement_payload"]["analysis"]
    for chart in job["charts_payload"].values():
        assert chart["title"]
        assert chart["type"] in CHART_TYPES
        assert all(point["name"] and point["value"] for point in chart["data"])
