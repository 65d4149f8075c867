"""Is it alive, and can it reach the database."""

from pathlib import Path

import pytest

from functions.api import resources
from functions.api.settings import VERSION, ApiSettings
from scripts.local.data_api import FaultControl
from tests.functions.api.calling import Api

PYPROJECT = Path(__file__).parents[3] / "pyproject.toml"


def test_anybody_may_ask_whether_it_is_alive(anonymous: Api) -> None:
    answer = anonymous.get("/health")

    assert (answer.status, answer.json()) == (200, {"status": "ok", "version": VERSION})


def test_asking_whether_it_is_alive_does_not_wake_the_database(anonymous: Api, faults: FaultControl) -> None:
    anonymous.get("/health")

    assert faults.statements() == []


def test_the_version_is_the_one_of_the_package() -> None:
    assert f'\nversion = "{VERSION}"\n' in PYPROJECT.read_text(encoding="utf-8")


def test_who_is_signed_in_learns_that_the_database_is_reachable(api: Api, faults: FaultControl) -> None:
    answer = api.get("/api/health")

    assert answer.json() == {"status": "ok", "version": VERSION, "database": "reachable"}
    assert len(faults.statements()) == 1


def test_the_flag_is_reported_where_this_function_is_told_it(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENABLE_PROGRESS_TRACKING", "true")
    ApiSettings.load.cache_clear()
    try:
        assert api.get("/api/health").json()["progress_tracking"] is True
    finally:
        monkeypatch.undo()
        ApiSettings.load.cache_clear()
        resources.analyses.cache_clear()


def test_a_database_that_resumes_is_told_with_when_to_ask_again(
    api: Api, faults: FaultControl, impatient: None
) -> None:
    faults.inject("resuming", times=1000)

    answer = api.get("/api/health")

    assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
