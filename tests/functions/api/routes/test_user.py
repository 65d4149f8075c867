"""The caller's profile."""

from decimal import Decimal
from typing import Any

import pytest

from scripts.local.data_api import FaultControl
from tests.functions.api.calling import Api
from tests.functions.api.job_states import JobThatIs, Sql


def test_profile_is_created_once_at_first_request(api: Api) -> None:
    first, second = api.get("/api/user").json(), api.get("/api/user").json()

    assert (first["created"], second["created"]) == (True, False)
    assert first["user"] == second["user"]
    assert first["user"]["asset_class_targets"] == {"equity": 70, "fixed_income": 30}


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


def test_targets_keep_their_decimals(api: Api) -> None:
    targets = {"equity": 33.333, "fixed_income": 33.333, "cash": 33.334}

    answer = api.put("/api/user", {"asset_class_targets": targets})

    assert answer.json()["asset_class_targets"] == {name: Decimal(str(share)) for name, share in targets.items()}


def test_empty_update_is_allowed(api: Api) -> None:
    before = api.get("/api/user").json()["user"]

    assert api.put("/api/user", {}).json() == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("current_age", -1),
        ("current_age", 121),
        ("current_age", 40.5),
        ("current_age", "40"),
        ("current_age", True),
        ("current_age", None),
        ("years_until_retirement", 81),
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
def test_invalid_field_is_refused_by_name(api: Api, field: str, value: Any) -> None:
    before = api.get("/api/user").json()["user"]

    answer = api.put("/api/user", {field: value})

    assert answer.status == 422
    assert {name.partition(".")[0] for name in answer.fields()} == {field}
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
