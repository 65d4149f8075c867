"""A user's statistics: how long their agents ran, and how often they failed."""

from typing import Any

import pytest

from functions.shared.agent_declaration import JobType
from functions.shared.plans import AGENTS, sections
from scripts.local.data_api import FaultControl
from tests.functions.api.at_work import AtWork
from tests.functions.api.calling import Api

NOTHING = {"runs": 0, "median_seconds": None, "p90_seconds": None, "jobs": 0, "failure_rate": None}


def stats(api: Api) -> dict[str, dict[str, Any]]:
    return {line.pop("agent"): line for line in api.get("/api/stats").json()["agents"]}


def a_job(api: Api, analysis_type: str = "charts") -> AtWork:
    return AtWork(api.post("/api/analyze", {"analysis_type": analysis_type}).json()["job_id"])


def completed(api: Api, *seconds: float, model: str | None = None) -> None:
    """Complete jobs in which the charter took these times."""
    for duration_s in seconds:
        worker = a_job(api)
        worker.commit("charts", model=model, duration_ms=round(1000 * duration_s))
        worker.complete()


def failed(api: Api) -> None:
    a_job(api).fail()


def test_new_user_has_no_statistics(api: Api) -> None:
    assert stats(api) == dict.fromkeys((agent.name for agent in AGENTS), NOTHING)


def test_durations_come_from_own_runs(api: Api, stranger: Api) -> None:
    completed(api, *range(1, 12))
    completed(stranger, 500)

    assert stats(api)["charter"] == {
        "runs": 11, "median_seconds": 6, "p90_seconds": 10, "jobs": 11, "failure_rate": 0,
    }  # fmt: skip
    assert stats(api)["reporter"] == NOTHING, "these jobs did not include the reporter"
    assert stats(stranger)["charter"]["median_seconds"] == 500


@pytest.mark.parametrize(("seconds", "median", "p90"), [([3], 3, 3), ([1, 2], 1.5, 1.9), ([5, 1, 3], 3, 4.6)])
def test_quantiles_are_interpolated_linearly(api: Api, seconds: list[float], median: float, p90: float) -> None:
    completed(api, *seconds)

    charter = stats(api)["charter"]
    assert (float(charter["median_seconds"]), float(charter["p90_seconds"])) == (median, p90)


def test_agent_fails_if_its_section_is_missing_at_end(api: Api) -> None:
    completed(api, 1, 2, 3)
    failed(api)

    assert stats(api)["charter"].items() >= {"runs": 3, "jobs": 4, "failure_rate": 0.25}.items()


def test_only_failed_agent_counts_as_failed(api: Api) -> None:
    worker = a_job(api, "portfolio")
    for section in sections(JobType.PORTFOLIO):
        if section != "charts":
            worker.commit(section)
    worker.fail()

    rates = {agent: line["failure_rate"] for agent, line in stats(api).items()}
    assert rates == {agent.name: float(agent.section == "charts") for agent in AGENTS}


def test_active_or_cancelled_job_does_not_count_as_failure(api: Api) -> None:
    cancelled = a_job(api, "portfolio")
    cancelled.commit("report", duration_ms=7000)
    api.post(f"/api/jobs/{cancelled.claim.job_id}/cancel")
    a_job(api)

    assert stats(api)["charter"] == NOTHING
    assert stats(api)["reporter"] == NOTHING | {"runs": 1, "median_seconds": 7, "p90_seconds": 7}, (
        "a committed section counts as a run"
    )


def test_failure_repaired_by_retry_does_not_count(api: Api) -> None:
    worker = a_job(api)
    worker.fail()
    api.post(f"/api/jobs/{worker.claim.job_id}/retry")
    AtWork(str(worker.claim.job_id), "another", job_round=1).complete()

    assert stats(api)["charter"].items() >= {"jobs": 1, "failure_rate": 0}.items()


def test_stand_in_runs_do_not_count(api: Api) -> None:
    completed(api, 9, model="some-model")
    completed(api, 0.1, 0.1, model="stand-in")

    assert stats(api)["charter"] == {
        "runs": 1, "median_seconds": 9, "p90_seconds": 9, "jobs": 1, "failure_rate": 0,
    }  # fmt: skip


def test_statistics_work_without_progress_in_one_statement(api: Api, faults: FaultControl) -> None:
    worker = a_job(api)  # no progress was recorded
    worker.complete()
    faults.reset_statements()

    assert stats(api)["charter"]["runs"] == 1
    assert len(faults.statements()) == 1
