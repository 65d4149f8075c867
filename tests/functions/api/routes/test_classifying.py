"""Classifying a holding: by rules, and by its owner."""

from decimal import Decimal
from typing import Any

import pytest

from tests.functions.api.calling import Api
from tests.functions.api.routes.test_positions import positions

OWN = {"instrument_type": "bond", "asset_classes": {"fixed_income": 60.5, "cash": 39.5}}


def test_rules_classify_holdings_missing_from_reference_data(api: Api) -> None:
    file = (
        "account,symbol,description,quantity,price\n"
        'Bank,912797MS3,"UNITED STATES TREAS ""BILLS"" é",1500.123456789012345678,0.987\n'
        "Bank,BTC,,0.5,90000\nBank,ZZUNKNOWN,,1,2\n"
    )
    api.post_csv("/api/portfolio/import", file)
    (account,) = api.get("/api/accounts").json()

    response = api.get(f"/api/accounts/{account['id']}/positions")
    kinds = {
        p["symbol"]: (p["instrument_type"], p["instrument"]["classified_by"]) for p in response.json()["positions"]
    }
    bill = response.json()["positions"][0]

    assert kinds == {
        "912797MS3": ("bond", "rules"),
        "BTC": ("crypto", "rules"),
        "ZZUNKNOWN": ("unclassified", None),
    }
    assert bill["instrument"]["allocation_asset_class"] == {"cash": 100}
    assert bill["instrument_name"] == 'UNITED STATES TREAS "BILLS" é'
    assert "1500.123456789012345678" in response.text, "no digit is lost"


def test_own_classification_applies_to_all_positions_in_symbol(api: Api, stranger: Api) -> None:
    account_ids = [api.post("/api/accounts", {"account_name": name}).json()["id"] for name in ("one", "two")]
    held = [
        api.post("/api/positions", {"account_id": each, "symbol": "VTI", "quantity": 1}).json() for each in account_ids
    ]
    theirs = stranger.post("/api/accounts", {"account_name": "theirs"}).json()["id"]
    stranger.post("/api/positions", {"account_id": theirs, "symbol": "VTI", "quantity": 1})

    changed = api.put(f"/api/positions/{held[0]['id']}", {"classification": OWN})

    assert changed.status == 200
    for account_id in account_ids:
        (position,) = positions(api, account_id)
        instrument = position["instrument"]
        assert (instrument["instrument_type"], instrument["classified_by"]) == ("bond", "user")
        assert instrument["allocation_asset_class"] == {"fixed_income": Decimal("60.5"), "cash": Decimal("39.5")}
        assert instrument["allocation_regions"] == instrument["allocation_sectors"] == {"unclassified": 100}
    assert positions(stranger, theirs)[0]["instrument"] == held[0]["instrument"]


def test_null_classification_restores_reference_data(api: Api, account_id: str) -> None:
    position = api.post("/api/positions", {"account_id": account_id, "symbol": "VTI", "quantity": 1}).json()
    path = f"/api/positions/{position['id']}"
    api.put(path, {"classification": OWN})

    assert api.put(path, {"classification": None}).json() == position


def test_classification_and_symbol_can_change_together(api: Api, account_id: str) -> None:
    position = api.post("/api/positions", {"account_id": account_id, "symbol": "VTI", "quantity": 1}).json()

    changes = {"symbol": "ZZMINE", "price": 3, "classification": OWN}
    changed = api.put(f"/api/positions/{position['id']}", changes).json()

    assert (changed["symbol"], changed["instrument"]["instrument_type"]) == ("ZZMINE", "bond")


def test_classification_survives_import(api: Api) -> None:
    file = b"account,symbol,quantity,price\nOne,ZZMINE,1,10\n"
    api.post("/api/portfolio/import", body=file, headers={"content-type": "text/csv"})
    account_id = api.get("/api/accounts").json()[0]["id"]
    (position,) = positions(api, account_id)
    api.put(f"/api/positions/{position['id']}", {"classification": OWN})

    api.post("/api/portfolio/import", body=file.replace(b",1,", b",2,"), headers={"content-type": "text/csv"})

    (again,) = positions(api, account_id)
    assert (again["quantity"], again["instrument"]["classified_by"]) == (2, "user")


@pytest.mark.parametrize(
    "classification",
    [
        OWN | {"instrument_type": "unclassified"},
        OWN | {"instrument_type": "tulip"},
        OWN | {"asset_classes": {"equity": 99}},
        OWN | {"asset_classes": {"equity": "100"}},
        OWN | {"regions": {"atlantis": 100}},
        OWN | {"sectors": {}},
        OWN | {"symbol": "VTI"},
        {"instrument_type": "bond"},
        "bond",
    ],
    ids=str,
)
def test_invalid_classification_is_refused(api: Api, account_id: str, classification: Any) -> None:
    position = api.post("/api/positions", {"account_id": account_id, "symbol": "VTI", "quantity": 1}).json()

    refused = api.put(f"/api/positions/{position['id']}", {"classification": classification})

    assert refused.status == 422
    assert {field.partition(".")[0] for field in refused.fields()} == {"classification"}


def test_strangers_position_cannot_be_classified(api: Api, stranger: Api, account_id: str) -> None:
    position = api.post("/api/positions", {"account_id": account_id, "symbol": "VTI", "quantity": 1}).json()

    assert stranger.put(f"/api/positions/{position['id']}", {"classification": OWN}).status == 404
    assert positions(api, account_id) == [position]


@pytest.mark.parametrize("written", ["brk-b", "BRK/B", "BRK.B"])
def test_share_class_has_one_spelling(api: Api, account_id: str, written: str) -> None:
    held = {"account_id": account_id, "symbol": written, "quantity": 1}

    assert api.post("/api/positions", held).json()["symbol"] == "BRK.B"
