"""Health checks: whether the function is alive, and whether it can reach the database."""

from functions.api.dependencies import Dependencies
from functions.api.handler import Application
from functions.api.version import VERSION
from functions.shared.runtime import Runtime
from scripts.local.data_api import FaultControl
from tests.functions.api.calling import Api
from tests.functions.api.conftest import MakeApplication


def test_liveness_check_needs_no_sign_in(anonymous: Api) -> None:
    response = anonymous.get("/health")

    assert (response.status, response.json()) == (200, {"status": "ok", "version": VERSION})


def test_liveness_check_does_not_wake_database(anonymous: Api, faults: FaultControl) -> None:
    anonymous.get("/health")

    assert faults.statements() == []


def test_signed_in_check_reports_reachable_database(api: Api, faults: FaultControl) -> None:
    response = api.get("/api/health")

    assert response.json() == {"status": "ok", "version": VERSION, "database": "reachable", "progress_tracking": False}
    assert len(faults.statements()) == 1


def test_liveness_check_needs_no_database_settings() -> None:
    alive = Api(None, Application(Dependencies(Runtime({})))).get("/health")

    assert alive.status == 200


def test_flag_is_reported_if_set_for_this_function(api: Api, make_application: MakeApplication) -> None:
    tracking = api.using(make_application({"ENABLE_PROGRESS_TRACKING": "true"}))

    assert tracking.get("/api/health").json()["progress_tracking"] is True


def test_resuming_database_is_reported_with_retry_after(api: Api, faults: FaultControl, fail_fast: Application) -> None:
    faults.inject("resuming", times=1000)

    response = api.using(fail_fast).get("/api/health")

    assert (response.status, response.headers["Retry-After"]) == (503, "10")
