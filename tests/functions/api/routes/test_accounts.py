"""Accounts."""

from decimal import Decimal
from typing import Any

import pytest

from functions.api.limits import MAX_ACCOUNTS
from tests.functions.api.calling import Api
from tests.functions.api.job_states import Sql

IRA = {"account_name": "Roth IRA", "account_purpose": "Old age", "cash_balance": 1234.56, "cash_interest": 4.125}


def test_new_user_has_no_accounts(api: Api) -> None:
    assert api.get("/api/accounts").json() == []


def test_new_account_is_returned_and_listed(api: Api) -> None:
    created = api.post("/api/accounts", IRA)

    assert created.status == 201
    account = created.json()
    assert (
        account.items()
        >= {
            "account_name": "Roth IRA",
            "account_purpose": "Old age",
            "cash_balance": Decimal("1234.56"),
            "cash_interest": Decimal("4.125"),
        }.items()
    )
    assert api.get("/api/accounts").json() == [account]


def test_name_alone_creates_account(api: Api) -> None:
    account = api.post("/api/accounts", {"account_name": "IRA"}).json()

    assert (account["account_purpose"], account["cash_balance"], account["cash_interest"]) == ("", 0, 0)


def test_accounts_are_sorted_by_name(api: Api) -> None:
    for name in ("Roth", "401k", "Brokerage"):
        api.post("/api/accounts", {"account_name": name})

    assert [account["account_name"] for account in api.get("/api/accounts").json()] == ["401k", "Brokerage", "Roth"]


def test_amounts_are_kept_to_the_cent(api: Api) -> None:
    body = b'{"account_name": "IRA", "cash_balance": 0.29}'  # as a binary fraction, 0.28999999999999998

    assert api.post("/api/accounts", body).json()["cash_balance"] == Decimal("0.29")
    assert api.get("/api/accounts").json()[0]["cash_balance"] == Decimal("0.29")


def test_account_name_is_unique(api: Api, stranger: Api) -> None:
    api.post("/api/accounts", IRA)

    assert api.post("/api/accounts", IRA).status == 409
    assert stranger.post("/api/accounts", IRA).status == 201
    assert len(api.get("/api/accounts").json()) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("account_name", ""),
        ("account_name", "x" * 101),
        ("account_name", 5),
        ("account_purpose", "x" * 201),
        ("cash_balance", -0.01),
        ("cash_balance", 1_000_000_000.01),
        ("cash_balance", 0.001),
        ("cash_interest", 101),
        ("cash_interest", 1.0001),
        ("user_id", "somebody else"),
        ("id", "8f1c1f0e-0d57-4a44-9a0b-1d9f2a3b4c5d"),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_error_names_invalid_field(api: Api, method: str, field: str, value: Any) -> None:
    account = api.post("/api/accounts", {"account_name": "before"}).json()
    path = "/api/accounts" if method == "POST" else f"/api/accounts/{account['id']}"

    response = api(method, path, {"account_name": "after", field: value})

    assert response.status == 422
    assert response.fields() == {field}
    assert api.get("/api/accounts").json() == [account]


def test_update_changes_only_fields_sent(api: Api) -> None:
    account = api.post("/api/accounts", IRA).json()

    changed = api.put(f"/api/accounts/{account['id']}", {"cash_balance": 0, "account_purpose": ""})

    assert changed.status == 200
    kept = {"id", "account_name", "cash_interest", "created_at"}
    assert {name: changed.json()[name] for name in kept} == {name: account[name] for name in kept}
    assert (changed.json()["cash_balance"], changed.json()["account_purpose"]) == (0, "")
    assert api.get("/api/accounts").json() == [changed.json()]


def test_null_is_refused_as_a_change(api: Api) -> None:
    account = api.post("/api/accounts", IRA).json()

    assert api.put(f"/api/accounts/{account['id']}", {"account_purpose": None}).status == 422


def test_rename_to_existing_name_is_a_conflict(api: Api) -> None:
    api.post("/api/accounts", {"account_name": "taken"})
    account = api.post("/api/accounts", {"account_name": "mine"}).json()

    assert api.put(f"/api/accounts/{account['id']}", {"account_name": "taken"}).status == 409
    assert api.put(f"/api/accounts/{account['id']}", {"account_name": "mine"}).status == 200


def test_removed_account_is_gone_with_its_positions(api: Api, sql: Sql) -> None:
    account_id = api.post("/api/accounts", IRA).json()["id"]
    api.post("/api/positions", {"account_id": account_id, "symbol": "VTI", "quantity": 1})

    assert api.delete(f"/api/accounts/{account_id}").status == 204

    assert api.get("/api/accounts").json() == []
    assert sql("SELECT id FROM positions WHERE account_id = %s", account_id) == []
    assert api.delete(f"/api/accounts/{account_id}").status == 404


def test_user_has_at_most_1000_accounts(api: Api, sql: Sql) -> None:
    api.get("/api/user")
    sql(
        "INSERT INTO accounts (user_id, account_name) SELECT %s, 'account ' || n FROM generate_series(1, %s) AS n",
        api.user,
        MAX_ACCOUNTS - 1,
    )

    assert api.post("/api/accounts", {"account_name": "the last"}).status == 201
    refused = api.post("/api/accounts", {"account_name": "one more"})

    assert refused.status == 422
    assert refused.fields() == {"account_name"}
    assert len(api.get("/api/accounts").json()) == MAX_ACCOUNTS
