"""Positions, and the price that counts for their owner."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from functions.api.limits import MAX_POSITIONS
from scripts.local.data_api import FaultControl
from tests.functions.api.calling import Api
from tests.functions.api.job_states import Sql


def positions(api: Api, account_id: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = api.get(f"/api/accounts/{account_id}/positions").json()["positions"]
    return listed


def test_symbol_without_a_price_is_accepted(api: Api, account_id: str) -> None:
    held = {"account_id": account_id, "symbol": "ZZUNKNOWN", "quantity": 1}

    created = api.post("/api/positions", held)
    priced = api.post("/api/positions", held | {"price": 2})
    other = api.put(f"/api/positions/{created.json()['id']}", {"symbol": "ZZOTHER"})

    assert [response.status for response in (created, priced, other)] == [201, 200, 200]
    assert [response.json()["current_price"] for response in (created, priced, other)] == [None, 2, None]
    assert [response.json()["value"] for response in (created, priced, other)] == [None, 2, None]


def test_instrument_is_repeated_at_top_level(api: Api, account_id: str) -> None:
    position = api.post("/api/positions", {"account_id": account_id, "symbol": "VTI", "quantity": 1}).json()

    instrument = position["instrument"]
    assert position["current_price"] == instrument["current_price"] > 0
    assert (position["instrument_name"], position["instrument_type"]) == (instrument["name"], "etf")


@pytest.mark.parametrize("symbol", ["BRK.B", "brk-b"])
def test_share_class_may_be_written_with_a_hyphen(api: Api, account_id: str, symbol: str) -> None:
    position = api.post("/api/positions", {"account_id": account_id, "symbol": symbol, "quantity": 1}).json()

    assert (position["symbol"], position["instrument_type"]) == ("BRK.B", "stock")


def test_own_price_counts_for_user(api: Api, account_id: str) -> None:
    created = api.post("/api/positions", {"account_id": account_id, "symbol": "VTI", "quantity": 2, "price": 1.25})

    assert created.json()["value"] == Decimal("2.5")


def test_new_account_has_no_positions(api: Api, account_id: str) -> None:
    assert positions(api, account_id) == []


def test_new_position_is_valued_at_reference_price(api: Api, account_id: str, sql: Sql) -> None:
    ((price, day),) = sql("SELECT current_price, price_as_of FROM instruments WHERE symbol = 'VTI'")

    created = api.post("/api/positions", {"account_id": account_id, "symbol": "vti", "quantity": 2.5})

    assert created.status == 201
    position = created.json()
    assert (position["symbol"], position["account_id"], position["quantity"]) == ("VTI", account_id, Decimal("2.5"))
    assert position["value"] == round(price * Decimal("2.5"), 2)
    assert position["instrument"]["name"] == "Vanguard Total Stock Market ETF"
    assert (position["instrument"]["current_price"], position["instrument"]["price_as_of"]) == (price, str(day))
    assert positions(api, account_id) == [position]


def test_unknown_instrument_is_shown_as_unclassified(api: Api, account_id: str) -> None:
    held = {"account_id": account_id, "symbol": "ZZUNKNOWN", "quantity": 2, "price": 3.5}
    created = api.post("/api/positions", held)

    instrument = created.json()["instrument"]
    assert created.json()["value"] == 7
    assert (instrument["name"], instrument["instrument_type"]) == ("ZZUNKNOWN", "unclassified")
    assert instrument["current_price"] == Decimal("3.5")
    assert instrument["allocation_asset_class"] == {"unclassified": 100}


@pytest.mark.parametrize(
    ("days_newer", "counts"),
    [(-1, "reference"), (0, "own"), (1, "own")],
    ids=["older own price", "own price of the same day", "newer own price"],
)
def test_newer_price_counts_and_own_price_wins_on_same_day(
    api: Api, account_id: str, sql: Sql, days_newer: int, counts: str
) -> None:
    api.post("/api/positions", {"account_id": account_id, "symbol": "VTI", "quantity": 2})
    sql(
        """UPDATE positions SET price = 1.5, price_as_of = instruments.price_as_of + %s::integer
             FROM instruments WHERE instruments.symbol = 'VTI' AND account_id = %s""",
        days_newer,
        account_id,
    )

    ((reference,),) = sql("SELECT current_price FROM instruments WHERE symbol = 'VTI'")
    (position,) = positions(api, account_id)
    assert position["instrument"]["current_price"] == {"reference": reference, "own": Decimal("1.5")}[counts]


def test_new_quantity_of_held_symbol_replaces_the_old(api: Api, account_id: str) -> None:
    held = {"account_id": account_id, "symbol": "VTI", "quantity": 1, "price": 5}
    other = api.post("/api/accounts", {"account_name": "another"}).json()["id"]
    first = api.post("/api/positions", held).json()

    again = api.post("/api/positions", {"account_id": account_id, "symbol": "vti", "quantity": 3})

    assert (again.status, again.json()["id"], again.json()["value"]) == (200, first["id"], 15)
    assert api.post("/api/positions", held | {"account_id": other}).status == 201
    assert [position["quantity"] for position in positions(api, account_id)] == [3]


def test_quantity_of_zero_is_kept(api: Api, account_id: str) -> None:
    position = api.post("/api/positions", {"account_id": account_id, "symbol": "VTI", "quantity": 1}).json()

    sold = api.put(f"/api/positions/{position['id']}", {"quantity": 0})

    assert (sold.status, sold.json()["quantity"], sold.json()["value"]) == (200, 0, 0)
    assert positions(api, account_id) == [sold.json()]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("symbol", ""),
        ("symbol", "TOO LONG AND WITH SPACES"),
        ("symbol", "'; DROP TABLE positions; --"),
        ("symbol", "CASH"),
        ("symbol", None),
        ("quantity", -1),
        ("quantity", 1_000_000_001),
        ("quantity", 0.0000001),
        ("quantity", "1"),
        ("account_id", "no id"),
        ("account_id", 7),
        ("price", -1),
        ("cost", 1),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_error_names_invalid_field(api: Api, account_id: str, method: str, field: str, value: Any) -> None:
    position = api.post("/api/positions", {"account_id": account_id, "symbol": "VTI", "quantity": 1}).json()
    path = "/api/positions" if method == "POST" else f"/api/positions/{position['id']}"

    response = api(method, path, {"account_id": account_id, "symbol": "BND", "quantity": 1, field: value})

    assert response.status == 422
    assert response.fields() == {field}
    assert positions(api, account_id) == [position]


def test_position_in_missing_or_foreign_account_is_refused(api: Api, stranger: Api, account_id: str) -> None:
    held = {"account_id": account_id, "symbol": "VTI", "quantity": 1}

    foreign = stranger.post("/api/positions", held)
    missing = stranger.post("/api/positions", held | {"account_id": str(uuid4())})

    assert foreign.status == missing.status == 404
    assert foreign.text == missing.text
    assert positions(api, account_id) == []


def test_update_changes_only_fields_sent(api: Api, account_id: str) -> None:
    position = api.post("/api/positions", {"account_id": account_id, "symbol": "VTI", "quantity": 1}).json()

    changed = api.put(f"/api/positions/{position['id']}", {"quantity": 0.5})

    assert changed.status == 200
    assert (changed.json()["symbol"], changed.json()["quantity"]) == ("VTI", Decimal("0.5"))
    assert positions(api, account_id) == [changed.json()]


def test_own_price_survives_new_quantity_but_not_new_symbol(api: Api) -> None:
    api.post_csv("/api/portfolio/import", "account,symbol,quantity,price\nIRA,ZZMINE,2,10\n")
    (account,) = api.get("/api/accounts").json()
    (position,) = positions(api, account["id"])

    more = api.put(f"/api/positions/{position['id']}", {"quantity": 3, "symbol": "ZZMINE"}).json()
    other = api.put(f"/api/positions/{position['id']}", {"symbol": "BND"}).json()

    assert more["value"] == 30
    assert other["instrument"]["current_price"] != 10


def test_position_moves_only_to_own_accounts(api: Api, stranger: Api, account_id: str) -> None:
    position = api.post("/api/positions", {"account_id": account_id, "symbol": "VTI", "quantity": 1}).json()
    other = api.post("/api/accounts", {"account_name": "another"}).json()["id"]
    foreign = stranger.post("/api/accounts", {"account_name": "theirs"}).json()["id"]

    assert api.put(f"/api/positions/{position['id']}", {"account_id": foreign}).status == 404
    assert api.put(f"/api/positions/{position['id']}", {"account_id": other}).json()["account_id"] == other
    assert positions(stranger, foreign) == []


def test_change_to_held_symbol_is_a_conflict(api: Api, account_id: str) -> None:
    api.post("/api/positions", {"account_id": account_id, "symbol": "BND", "quantity": 1})
    position = api.post("/api/positions", {"account_id": account_id, "symbol": "VTI", "quantity": 1}).json()

    assert api.put(f"/api/positions/{position['id']}", {"symbol": "BND"}).status == 409


def test_removed_position_is_gone(api: Api, account_id: str) -> None:
    position = api.post("/api/positions", {"account_id": account_id, "symbol": "VTI", "quantity": 1}).json()

    assert api.delete(f"/api/positions/{position['id']}").status == 204
    assert positions(api, account_id) == []
    assert api.delete(f"/api/positions/{position['id']}").status == 404


def test_user_has_at_most_1000_positions_and_all_are_listed(api: Api, account_id: str, sql: Sql) -> None:
    sql(
        """INSERT INTO positions (account_id, symbol, quantity, name, price, price_as_of)
           SELECT %s, 'S' || n, 1, repeat('é', 200), 1, current_date FROM generate_series(1, %s) AS n""",
        account_id,
        MAX_POSITIONS - 1,
    )

    last = {"account_id": account_id, "symbol": "LAST", "quantity": 1, "price": 1}
    assert api.post("/api/positions", last).status == 201
    refused = api.post("/api/positions", {"account_id": account_id, "symbol": "MORE", "quantity": 1})
    changed = api.post("/api/positions", last | {"quantity": 2})

    assert (refused.status, changed.status) == (422, 200)
    listed = [position["symbol"] for position in positions(api, account_id)]
    assert len(set(listed)) == len(listed) == MAX_POSITIONS
    assert listed == sorted(listed)


def test_usual_account_is_listed_with_one_statement(api: Api, faults: FaultControl) -> None:
    api.post("/api/populate-test-data")
    account_id = api.get("/api/accounts").json()[0]["id"]
    faults.reset_statements()

    positions(api, account_id)

    assert len(faults.statements()) == 1


def test_effective_price_has_date(api: Api) -> None:
    api.post_csv("/api/portfolio/import", "account,symbol,quantity,price\nIRA,ZZMINE,2,10\n")
    (account,) = api.get("/api/accounts").json()

    (position,) = positions(api, account["id"])

    assert position["instrument"]["price_as_of"] == str(datetime.now(UTC).date())
