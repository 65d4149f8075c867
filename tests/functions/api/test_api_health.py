"""Health checks: whether the function is alive, and whether it can reach the database."""

from pathlib import Path

import pytest

from functions.api import resources
from functions.api.settings import VERSION, ApiSettings
from scripts.local.data_api import FaultControl
from tests.functions.api.calling import Api

PYPROJECT = Path(__file__).parents[3] / "pyproject.toml"


def test_liveness_check_needs_no_sign_in(anonymous: Api) -> None:
    answer = anonymous.get("/health")

    assert (answer.status, answer.json()) == (200, {"status": "ok", "version": VERSION})


def test_liveness_check_does_not_wake_database(anonymous: Api, faults: FaultControl) -> None:
    anonymous.get("/health")

    assert faults.statements() == []


def test_version_is_that_of_package() -> None:
    assert f'\nversion = "{VERSION}"\n' in PYPROJECT.read_text(encoding="utf-8")


def test_signed_in_check_reports_reachable_database(api: Api, faults: FaultControl) -> None:
    answer = api.get("/api/health")

    assert answer.json() == {"status": "ok", "version": VERSION, "database": "reachable", "progress_tracking": False}
    assert len(faults.statements()) == 1


def test_flag_is_reported_if_set_for_this_function(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENABLE_PROGRESS_TRACKING", "true")
    ApiSettings.load.cache_clear()
    try:
        assert api.get("/api/health").json()["progress_tracking"] is True
    finally:
        monkeypatch.undo()
        ApiSettings.load.cache_clear()
        resources.analyses.cache_clear()


def test_resuming_database_is_reported_with_retry_after(api: Api, faults: FaultControl, impatient: None) -> None:
    faults.inject("resuming", times=1000)

    answer = api.get("/api/health")

    assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
