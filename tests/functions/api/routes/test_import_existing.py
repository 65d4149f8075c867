"""Imports into accounts that exist: preview, replace, keep, undo; the sample; and the reset of accounts."""

from functions.shared.sample import SAMPLE_PURPOSES
from scripts.local.data_api import FaultControl
from tests.functions.api.calling import Api, ApiResponse
from tests.functions.api.importing import HEADER, held, post, undo
from tests.functions.api.job_states import Sql


def test_sample_is_imported_at_once_and_can_be_requested_again(api: Api) -> None:
    first, second = (api.post("/api/populate-test-data") for _ in range(2))

    assert (first.status, second.status) == (200, 200)
    assert first.json().items() >= {"accounts": 3, "positions": 17, "total_value": 301_580}.items()
    assert second.json().items() >= {"accounts": 0, "import_id": None}.items()
    assert second.json()["message"] == "Accounts with these names already exist. Nothing was changed."
    assert held(api)["401k Long-term"]["SPY"] == 150


def test_sample_never_touches_existing_accounts(api: Api) -> None:
    post(api, HEADER + "Roth IRA,VTI,7,300\nRoth IRA,CASH,50,\nMine,BND,1,70\n")
    before = held(api)

    added = api.post("/api/populate-test-data").json()

    assert {name: held(api)[name] for name in before} == before
    assert held(api).keys() == before.keys() | {"401k Long-term", "Brokerage"}
    assert undo(api, added["import_id"]).status == 200
    assert held(api) == before


def test_lost_response_to_sample_still_reports_additions(api: Api, faults: FaultControl) -> None:
    faults.inject("answer_lost", match="jsonb_to_recordset")

    assert api.post("/api/populate-test-data").json().items() >= {"accounts": 3, "total_value": 301_580}.items()
    assert {account["account_name"]: account["account_purpose"] for account in api.get("/api/accounts").json()} == (
        SAMPLE_PURPOSES
    )


def test_accounts_with_same_name_can_both_be_kept(api: Api) -> None:
    post(api, HEADER + "Roth IRA,VTI,1,300\n")
    before = held(api)
    body = (HEADER + "Roth IRA,BND,2,70\nRoth IRA (2),GLD,3,300\nNew,BND,1,70\n").encode()

    def kept(**query: str) -> ApiResponse:
        return api.post(
            "/api/portfolio/import", body=body, headers={"content-type": "text/csv"}, query={"existing": "keep"} | query
        )

    assert [change["account"] for change in kept(dry_run="true").json()["changes"]] == [
        "New",
        "Roth IRA (2)",
        "Roth IRA (3)",
    ]
    first, second = kept().json(), kept().json()

    assert held(api).keys() == {
        "New", "New (2)", "Roth IRA", "Roth IRA (2)", "Roth IRA (3)", "Roth IRA (4)", "Roth IRA (2) (2)"
    }  # fmt: skip
    assert held(api)["Roth IRA"] == {"CASH": 0, "VTI": 1}
    assert held(api)["Roth IRA (4)"] == {"CASH": 0, "BND": 2}
    assert [undo(api, done["import_id"]).status for done in (second, first)] == [200, 200]
    assert held(api) == before


def test_long_names_stay_distinct_when_both_accounts_are_kept(api: Api) -> None:
    names = [f"{'N' * 98}{n:02}" for n in range(3)]
    body = (HEADER + "".join(f"{name},VTI,1,300\n" for name in names)).encode()

    for _ in range(2):
        response = api.post(
            "/api/portfolio/import", body=body, headers={"content-type": "text/csv"}, query={"existing": "keep"}
        )
        assert response.status == 200

    assert len(held(api)) == 6
    assert held(api).keys() >= {*names}


def test_reset_keeps_profile(api: Api) -> None:
    api.put("/api/user", {"display_name": "Ada"})
    api.post("/api/populate-test-data")

    removed = api.delete("/api/reset-accounts")
    assert (removed.status, removed.json().keys()) == (200, {"message"})

    assert held(api) == {}
    assert api.get("/api/user").json()["user"]["display_name"] == "Ada"


def test_reset_leaves_other_users_alone(api: Api, stranger: Api) -> None:
    api.post("/api/populate-test-data")

    stranger.delete("/api/reset-accounts")

    assert len(held(api)) == 3


def test_dry_run_shows_changes_and_writes_nothing(api: Api) -> None:
    post(api, HEADER + "IRA,VTI,1,300\nIRA,CASH,50,\n")
    before = held(api)

    body = (HEADER + "IRA,VTI,2,300\nNew,BND,1,70\n").encode()
    response = api.post(
        "/api/portfolio/import", body=body, headers={"content-type": "text/csv"}, query={"dry_run": "true"}
    )

    assert response.status == 200
    assert response.json()["import_id"] is None
    assert response.json()["changes"] == [
        {
            "account": "IRA",
            "before": {"positions": 1, "cash": 50, "total_value": 350},
            "after": {"positions": 1, "cash": 0, "total_value": 600},
        },
        {"account": "New", "before": None, "after": {"positions": 1, "cash": 0, "total_value": 70}},
    ]
    assert held(api) == before


def test_undo_restores_replaced_accounts(api: Api) -> None:
    post(api, HEADER + "IRA,VTI,1.5,300\nIRA,GLD,2,310\nIRA,CASH,50,\n")
    before = held(api)
    imported = post(api, HEADER + "IRA,VTI,2,300\nIRA,BND,3,70\nNew,BND,1,70\n").json()

    response = undo(api, imported["import_id"])

    assert (response.status, response.json()) == (200, {"message": "The import has been undone."})
    assert held(api) == before
    assert undo(api, imported["import_id"]).status == 200, "repeating it changes nothing"
    assert held(api) == before


def test_undo_of_edited_import_conflicts_and_changes_nothing(api: Api) -> None:
    imported = post(api, HEADER + "IRA,VTI,2,300\nNew,BND,1,70\n").json()
    (account, _) = api.get("/api/accounts").json()
    (position,) = api.get(f"/api/accounts/{account['id']}/positions").json()["positions"]
    api.put(f"/api/positions/{position['id']}", {"quantity": 3})
    before = held(api)

    assert undo(api, imported["import_id"]).status == 409
    assert held(api) == before


def test_only_last_import_of_account_can_be_undone(api: Api) -> None:
    first = post(api, HEADER + "IRA,VTI,2,300\n").json()
    second = post(api, HEADER + "IRA,VTI,3,300\n").json()

    assert undo(api, first["import_id"]).status == 409
    assert undo(api, second["import_id"]).status == 200
    assert held(api) == {"IRA": {"CASH": 0, "VTI": 2}}


def test_another_users_import_is_not_found(api: Api, stranger: Api) -> None:
    imported = post(api, HEADER + "IRA,VTI,2,300\n").json()

    assert undo(stranger, imported["import_id"]).status == 404
    assert undo(api, "no-id").status == 404


def test_only_last_ten_imports_are_kept(api: Api, sql: Sql) -> None:
    for quantity in range(1, 13):
        post(api, f"{HEADER}IRA,VTI,{quantity},300\n")

    assert sql("SELECT count(*) FROM imports WHERE user_id = %s", api.user) == [(10,)]
