"""The caller's profile."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from scripts.local.data_api import FaultControl
from tests.functions.api.calling import Api
from tests.functions.api.job_states import JobThatIs, Sql

THIS_YEAR = datetime.now(UTC).year
GOALS = (
    *("birth_year", "current_age", "years_until_retirement", "target_retirement_income", "annual_contribution"),
    *("income_streams", "asset_class_targets", "region_targets"),
)


def test_profile_is_created_once_at_first_request(api: Api) -> None:
    first, second = api.get("/api/user").json(), api.get("/api/user").json()

    assert (first["created"], second["created"]) == (True, False)
    assert first["user"] == second["user"]


def test_new_profile_has_a_name_and_no_goals(api: Api) -> None:
    user = api.get("/api/user").json()["user"]

    assert user.pop("display_name") == "Investor"
    assert user.pop("created_at")
    assert user == dict.fromkeys(GOALS)


def test_profile_takes_one_statement_and_no_write_for_known_user(api: Api, faults: FaultControl, sql: Sql) -> None:
    api.get("/api/user")
    written = sql("SELECT xmin::text FROM users WHERE id = %s", api.user)

    api.get("/api/user")

    assert len(faults.statements()) == 2
    assert sql("SELECT xmin::text FROM users WHERE id = %s", api.user) == written


def test_update_changes_only_fields_sent(api: Api) -> None:
    before = api.get("/api/user").json()["user"]
    changes = {"display_name": " Ada ", "target_retirement_income": 81234.56, "asset_class_targets": {"equity": 100}}

    changed = api.put("/api/user", changes)

    assert changed.status == 200
    expected = before | {
        "display_name": "Ada",
        "target_retirement_income": Decimal("81234.56"),
        "asset_class_targets": {"equity": 100},
    }
    assert changed.json() == api.get("/api/user").json()["user"] == expected


def test_first_update_creates_profile(api: Api) -> None:
    assert api.put("/api/user", {"current_age": 61}).json()["current_age"] == 61
    assert api.get("/api/user").json()["created"] is False


def test_age_is_kept_as_birth_year(api: Api) -> None:
    aged = api.put("/api/user", {"current_age": 61}).json()
    born = api.put("/api/user", {"birth_year": THIS_YEAR - 50, "current_age": 20}).json()

    assert (aged["birth_year"], aged["current_age"]) == (THIS_YEAR - 61, 61)
    assert (born["birth_year"], born["current_age"]) == (THIS_YEAR - 50, 50)


def test_null_unsets_a_goal(api: Api) -> None:
    streams = [{"name": "Social Security", "annual_amount": 24000.5, "start_age": 67}]
    goals = {
        "current_age": 61,
        "years_until_retirement": 4,
        "target_retirement_income": 50000.25,
        "annual_contribution": 0,
        "income_streams": streams,
        "asset_class_targets": {"equity": 100},
        "region_targets": {"global": 100},
    }
    stored = api.put("/api/user", goals).json()

    assert stored["income_streams"] == [streams[0] | {"annual_amount": Decimal("24000.5"), "end_age": None}]
    assert None not in stored.values()
    unset = api.put("/api/user", dict.fromkeys(goals)).json()
    assert {name: unset[name] for name in GOALS} == dict.fromkeys(GOALS)


def test_saved_profile_can_be_sent_back_unchanged(api: Api) -> None:
    """Forms send every field that they received."""
    saved = api.put("/api/user", {"current_age": 61, "annual_contribution": 12.34})
    form = json.loads(saved.text)
    del form["created_at"]

    assert api.put("/api/user", form).json() == saved.json()


def test_retirement_after_age_110_is_refused_with_stored_age(api: Api) -> None:
    before = api.put("/api/user", {"current_age": 61, "years_until_retirement": 49}).json()

    refused = api.put("/api/user", {"years_until_retirement": 50, "display_name": "Ada"})

    assert (refused.status, refused.fields()) == (422, {"years_until_retirement"})
    assert api.get("/api/user").json()["user"] == before


def test_targets_keep_their_decimals(api: Api) -> None:
    targets = {"equity": 33.333, "fixed_income": 33.333, "cash": 33.334}

    response = api.put("/api/user", {"asset_class_targets": targets})

    assert response.json()["asset_class_targets"] == {name: Decimal(str(share)) for name, share in targets.items()}


def test_empty_update_is_allowed(api: Api) -> None:
    before = api.get("/api/user").json()["user"]

    assert api.put("/api/user", {}).json() == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("display_name", " "),
        ("display_name", None),
        ("birth_year", THIS_YEAR - 15),
        ("birth_year", THIS_YEAR - 111),
        ("current_age", 15),
        ("current_age", 111),
        ("current_age", 40.5),
        ("current_age", "40"),
        ("current_age", True),
        ("years_until_retirement", 71),
        ("income_streams", [{"name": "Pension", "annual_amount": 0, "start_age": 65}]),
        ("income_streams", [{"name": "Pension", "annual_amount": 1, "start_age": 65, "end_age": 64}]),
        ("income_streams", [{"name": "", "annual_amount": 1, "start_age": 65}]),
        ("income_streams", [{"name": "Pension", "annual_amount": 1, "start_age": 65}] * 21),
        ("target_retirement_income", -0.01),
        ("target_retirement_income", 0.001),
        ("annual_contribution", 1_000_000_001),
        ("display_name", "x" * 101),
        ("asset_class_targets", {"equity": 70, "fixed_income": 29}),
        ("asset_class_targets", {"equity": 170, "fixed_income": -70}),
        ("asset_class_targets", {}),
        ("asset_class_targets", {"tulips": 100}),
        ("region_targets", {"atlantis": 100}),
        ("sub", "somebody else"),
    ],
)
def test_error_names_invalid_field(api: Api, field: str, value: Any) -> None:
    before = api.get("/api/user").json()["user"]

    response = api.put("/api/user", {field: value})

    assert response.status == 422
    assert {name.partition(".")[0] for name in response.fields()} == {field}
    assert api.get("/api/user").json()["user"] == before


def test_erasing_leaves_nothing(api: Api, sql: Sql, job_that_is: JobThatIs) -> None:
    api.post("/api/populate-test-data")
    job_that_is(api, "completed")
    job_that_is(api, "running")

    assert api.delete("/api/user").status == 204

    assert sql("SELECT id FROM users WHERE id = %s", api.user) == []
    assert sql("SELECT id FROM accounts WHERE user_id = %s", api.user) == []
    assert sql("SELECT id FROM jobs WHERE user_id = %s", api.user) == []
    assert api.get("/api/user").json()["created"] is True


def test_erasing_is_idempotent(api: Api) -> None:
    assert [api.delete("/api/user").status for _ in range(2)] == [204, 204]


def test_erasing_one_user_leaves_others(api: Api, stranger: Api) -> None:
    for user in (api, stranger):
        user.post("/api/populate-test-data")

    stranger.delete("/api/user")

    assert len(api.get("/api/accounts").json()) == 3
