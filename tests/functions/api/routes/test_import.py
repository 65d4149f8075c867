"""Imports are all-or-nothing and idempotent."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from functions.api.limits import MAX_ACCOUNTS, MAX_POSITIONS
from scripts.local.data_api import FaultControl
from tests.functions.api.calling import Api
from tests.functions.api.importing import HEADER, TWO_ACCOUNTS, held, post
from tests.functions.api.job_states import Sql
from tests.portfolios import EXPORTS


def test_file_becomes_accounts_with_positions(api: Api) -> None:
    response = post(api, TWO_ACCOUNTS)

    assert response.status == 200
    assert response.json() == {
        "accounts": 2,
        "positions": 2,
        "total_value": Decimal("3133.75"),  # 10 * 301.15 + 100.50 + 3 * 7.25
        "skipped": [{"line": 5, "reason": "A total, not a holding."}],
        "warnings": [{"line": None, "message": "The file states no date, so its prices count as today's."}],
        "changes": [
            {
                "account": "Brokerage",
                "before": None,
                "after": {"positions": 1, "cash": 0, "total_value": Decimal("21.75")},
            },
            {
                "account": "Roth IRA",
                "before": None,
                "after": {"positions": 1, "cash": Decimal("100.50"), "total_value": Decimal("3112.00")},
            },
        ],
        "import_id": response.json()["import_id"],
    }
    assert held(api) == {"Roth IRA": {"CASH": Decimal("100.50"), "VTI": 10}, "Brokerage": {"CASH": 0, "ZZNEW": 3}}


def test_broker_export_is_imported_with_names_and_price_date(api: Api) -> None:
    response = post(api, (EXPORTS / "fidelity_export.csv").read_text())

    assert response.json().items() >= {"accounts": 2, "positions": 4, "total_value": Decimal("88730.17")}.items()
    assert [skipped["line"] for skipped in response.json()["skipped"]] == [6, 10, 12]
    (roth, *_) = (account for account in api.get("/api/accounts").json() if account["account_name"].startswith("ROTH"))
    (position,) = api.get(f"/api/accounts/{roth['id']}/positions").json()["positions"]
    assert roth["account_name"] == "ROTH IRA (…6789)"
    assert position["instrument"].items() >= {"name": "FIDELITY 500 INDEX FUND", "price_as_of": "2026-11-20"}.items()


def test_old_file_does_not_override_newer_price(api: Api, sql: Sql) -> None:
    ((reference,),) = sql("SELECT current_price FROM instruments WHERE symbol = 'VTI'")

    imported = post(api, "As of 01/02/2020\nAccount,Ticker,Shares,Value\nIRA,VTI,2,320.50\n").json()

    assert imported["total_value"] == round(2 * reference, 2)


def test_price_date_is_never_in_the_future(api: Api, sql: Sql) -> None:
    post(api, "As of 01/02/2099\nAccount,Ticker,Shares,Value\nIRA,ZZFUTURE,2,320.50\n")

    assert sql("SELECT price_as_of = current_date FROM positions WHERE symbol = 'ZZFUTURE'") == [(True,)]


def test_import_takes_one_statement(api: Api, faults: FaultControl) -> None:
    post(api, TWO_ACCOUNTS)

    assert len(faults.statements()) == 1


def test_repeated_import_changes_nothing(api: Api, sql: Sql) -> None:
    rows = "SELECT id, symbol, quantity, price FROM priced WHERE user_id = %s ORDER BY id"
    sql("CREATE TEMPORARY VIEW priced AS SELECT p.*, user_id FROM positions p JOIN accounts a ON a.id = account_id")
    first = post(api, TWO_ACCOUNTS)
    before = sql(rows, api.user)

    again = post(api, TWO_ACCOUNTS)
    assert again.json()["total_value"] == first.json()["total_value"]
    assert sql(rows, api.user) == before
    assert len(before) == 2


def test_import_replaces_named_account_and_keeps_others(api: Api) -> None:
    post(api, TWO_ACCOUNTS)

    post(api, HEADER + "Roth IRA,VTI,4,301.15\nRoth IRA,BND,5,70\n")

    assert held(api) == {"Roth IRA": {"CASH": 0, "VTI": 4, "BND": 5}, "Brokerage": {"CASH": 0, "ZZNEW": 3}}


def test_sold_positions_are_removed_and_kept_ones_keep_their_ids(api: Api) -> None:
    post(api, HEADER + "IRA,VTI,1,1\nIRA,BND,1,1\n")
    path = f"/api/accounts/{api.get('/api/accounts').json()[0]['id']}/positions"
    before = {position["symbol"]: position["id"] for position in api.get(path).json()["positions"]}

    post(api, HEADER + "IRA,VTI,2,1\n")

    (position,) = api.get(path).json()["positions"]
    assert (position["id"], position["quantity"]) == (before["VTI"], 2)


def test_price_in_file_counts_only_for_its_owner(api: Api, stranger: Api, sql: Sql) -> None:
    ((reference,),) = sql("SELECT current_price FROM instruments WHERE symbol = 'VTI'")

    own = post(api, HEADER + "IRA,VTI,1,1.23\n").json()["total_value"]
    another = post(stranger, HEADER + "IRA,VTI,1,\n").json()["total_value"]

    assert (own, another) == (Decimal("1.23"), round(reference, 2))
    assert sql("SELECT current_price FROM instruments WHERE symbol = 'VTI'") == [(reference,)]


@pytest.fixture
def priced_tomorrow(sql: Sql) -> Iterator[str]:
    """An instrument priced tomorrow, removed afterwards because it would count in other tests' portfolios."""
    sql(
        """INSERT INTO instruments VALUES ('ZZTOMORROW', 'x', 'stock', 5, current_date + 1,
               '{"equity": 100}', '{"global": 100}', '{"diversified": 100}', 'A test', current_date)"""
    )
    yield "ZZTOMORROW"
    sql("DELETE FROM instruments WHERE symbol = 'ZZTOMORROW'")


def test_newer_reference_price_counts(api: Api, priced_tomorrow: str) -> None:
    imported = post(api, f"{HEADER}IRA,{priced_tomorrow},2,1\n").json()

    (account,) = api.get("/api/accounts").json()
    (position,) = api.get(f"/api/accounts/{account['id']}/positions").json()["positions"]
    assert imported["total_value"] == position["value"] == 10


def test_total_equals_sum_of_positions_and_cash(api: Api) -> None:
    total = post(api, TWO_ACCOUNTS).json()["total_value"]

    values = Decimal()
    for account in api.get("/api/accounts").json():
        values += account["cash_balance"]
        listed = api.get(f"/api/accounts/{account['id']}/positions").json()["positions"]
        values += sum(position["value"] for position in listed)
    assert total == values


def test_symbol_without_any_price_is_refused_and_nothing_is_written(api: Api) -> None:
    post(api, HEADER + "IRA,VTI,1,1\n")
    before = held(api)

    response = post(api, HEADER + "IRA,VTI,2,1\nIRA,ZZNOPRICE,1,\nOther,ZZNEITHER,1,\n")

    assert response.status == 422
    errors = response.json()["errors"]
    assert [error["field"] for error in errors] == ["price", "price"]
    assert "ZZNOPRICE" in errors[0]["message"] + errors[1]["message"]
    assert "ZZNEITHER" in errors[0]["message"] + errors[1]["message"]
    assert held(api) == before


def test_unreadable_holding_names_its_line_and_nothing_is_written(api: Api) -> None:
    response = post(api, HEADER + "IRA,VTI,2,1\nIRA,BND,many,1\nIRA,,5,\n")

    assert response.status == 422
    assert [error["message"].partition(":")[0] for error in response.json()["errors"]] == ["Line 3", "Line 4"]
    assert held(api) == {}


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"PK\x03\x04", b"nonsense", HEADER.encode()])
def test_body_that_is_not_a_portfolio_is_refused(api: Api, body: bytes) -> None:
    response = api.post("/api/portfolio/import", body=body, headers={"content-type": "text/csv"})

    assert response.status == 422
    assert held(api) == {}


def test_user_has_at_most_1000_positions(api: Api) -> None:
    many = [f"Big,S{number},1,1\n" for number in range(MAX_POSITIONS)]
    assert post(api, HEADER + "Small,VTI,1,1\n").status == 200

    refused = post(api, HEADER + "".join(many))
    fitting = post(api, HEADER + "".join(many[1:]))

    assert (refused.status, refused.fields()) == (422, {"file"})
    assert fitting.json()["positions"] == MAX_POSITIONS - 1
    assert post(api, HEADER + "".join(many[1:])).status == 200, "the replaced positions do not count"
    assert post(api, HEADER + "Small,VTI,1,1\nSmall,BND,1,1\n").status == 422
    assert held(api)["Small"] == {"CASH": 0, "VTI": 1}


def test_user_has_at_most_1000_accounts(api: Api) -> None:
    assert post(api, HEADER + "One more,CASH,1,\n").status == 200

    refused = post(api, HEADER + "".join(f"Account {number},CASH,1,\n" for number in range(MAX_ACCOUNTS)))

    assert (refused.status, refused.fields()) == (422, {"file"})
    assert held(api) == {"One more": {"CASH": 1}}


@pytest.mark.parametrize("name", ["Kids' 529; DROP TABLE users; --", "Ünïcödé 资产 🏦", ":user_id", "{brace} %s \\n"])
def test_names_are_data(api: Api, name: str) -> None:
    assert post(api, HEADER + f"{name},VTI,1,1\n").status == 200

    assert held(api) == {name: {"CASH": 0, "VTI": 1}}


def test_lost_response_is_retried_and_import_happens_once(api: Api, faults: FaultControl) -> None:
    faults.inject("answer_lost", match="jsonb_to_recordset")

    assert post(api, TWO_ACCOUNTS).json()["total_value"] == Decimal("3133.75")
    assert len(faults.statements()) == 2
    assert held(api)["Roth IRA"] == {"CASH": Decimal("100.50"), "VTI": 10}


def test_instruments_can_be_listed(api: Api) -> None:
    listed = api.get("/api/instruments").json()

    symbols = [instrument["symbol"] for instrument in listed]
    assert "VTI" in symbols
    assert symbols == sorted(symbols)
    assert listed[symbols.index("SPY")]["instrument_type"] == "etf"


def test_holding_by_value_keeps_its_value_at_any_price(api: Api, sql: Sql) -> None:
    file = "As of 01/02/2020\nAccount,Symbol,Value,Cost Basis\nIRA,VTI,3011.50,2000\nIRA,CASH,1,\n"

    imported = post(api, file).json()

    assert imported["total_value"] == Decimal("3012.50")
    (account,) = api.get("/api/accounts").json()
    (position,) = api.get(f"/api/accounts/{account['id']}/positions").json()["positions"]
    assert position.items() >= {"value": Decimal("3011.50"), "is_value_only": True, "cost_basis": 2000}.items()


def test_quantities_and_stated_values_are_exact(api: Api) -> None:
    file = "Account,Symbol,Quantity,Price,Value\nA,ZZBTC,0.12345678,71234.56,8794.39\nA,ZZETH,1.123456789012345678,1,\n"

    imported = post(api, file).json()

    assert imported["total_value"] == Decimal("8795.51")
    assert held(api)["A"]["ZZETH"] == Decimal("1.123456789012345678")


def test_price_far_from_last_known_one_is_a_warning(api: Api, sql: Sql) -> None:
    imported = post(api, HEADER + "IRA,VTI,1,30115\nIRA,BND,1,70\n").json()

    (far, _) = imported["warnings"] if imported["warnings"][0]["line"] else reversed(imported["warnings"])
    assert far["line"] == 2
    assert far["message"].startswith("Line 2: VTI at $30,115.00 is far from its last known price, $")
    ((kept,),) = sql("SELECT warnings FROM imports WHERE id = %s", imported["import_id"])
    assert far in kept


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_bytes_in_any_encoding_are_imported(api: Api, encoding: str) -> None:
    body = f"{HEADER}Dépôt,VTI,1,300\n".encode(encoding)

    response = api.post("/api/portfolio/import", body=body, headers={"content-type": "application/octet-stream"})

    assert response.status == 200
    assert list(held(api)) == ["Dépôt"]
