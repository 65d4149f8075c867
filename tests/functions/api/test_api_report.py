"""An analysis to take away, over HTTP."""

import pytest

from functions.api.report_page.page import content_security_policy
from scripts.local.data_api import FaultControl
from tests.functions.api.at_work import AtWork
from tests.functions.api.calling import Api
from tests.functions.api.job_states import JobThatIs


def test_the_results_of_a_completed_job_are_a_page(api: Api, job_that_is: JobThatIs) -> None:
    answer = api.get(f"/api/jobs/{job_that_is(api, 'completed')}/report.html")

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith('inline; filename="portfolio-analysis-20')
    assert answer.headers["Content-Security-Policy"] == content_security_policy()
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.text.startswith("<!DOCTYPE html>")
    assert all(f"<h2>{title}</h2>" in answer.text for title in ("Report", "Charts", "Fine"))
    assert "for the agents only" not in answer.text


def test_what_a_failed_job_finished_can_be_taken_away(api: Api, job_that_is: JobThatIs) -> None:
    answer = api.get(f"/api/jobs/{job_that_is(api, 'failed')}/report.html")

    assert answer.status == 200
    assert "The analysis is not complete" in answer.text


@pytest.mark.parametrize(
    ("status", "detail"),
    [
        ("pending", "There is no report yet."),
        ("running", "There is no report yet."),
        ("cancelled", "The analysis ended without a report."),
    ],
)
def test_without_a_report_there_is_a_conflict(api: Api, job_that_is: JobThatIs, status: str, detail: str) -> None:
    answer = api.get(f"/api/jobs/{job_that_is(api, status)}/report.html")

    assert (answer.status, answer.json()["detail"]) == (409, detail)


@pytest.mark.parametrize(("kind", "chapter"), [("charts", "Charts"), ("retirement", "A stand-in analysis")])
def test_an_analysis_that_wants_no_report_is_a_page_of_what_it_delivers(api: Api, kind: str, chapter: str) -> None:
    job_id = api.post("/api/analyze", {"analysis_type": kind}).json()["job_id"]
    at_work = AtWork(job_id)
    assert api.get(f"/api/jobs/{job_id}/report.html").status == 409

    at_work.complete()

    assert f"<h2>{chapter}</h2>" in api.get(f"/api/jobs/{job_id}/report.html").text


def test_it_takes_one_statement(api: Api, job_that_is: JobThatIs, faults: FaultControl) -> None:
    job_id = job_that_is(api, "completed")
    faults.reset_statements()

    api.get(f"/api/jobs/{job_id}/report.html")

    assert len(faults.statements()) == 1
