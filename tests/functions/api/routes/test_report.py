"""An analysis as a standalone page, over HTTP."""

from html import escape

import pytest

from scripts.local.data_api import FaultControl
from tests.functions.api.at_work import AtWork
from tests.functions.api.calling import Api
from tests.functions.api.job_states import JobThatIs


def test_results_of_completed_job_are_a_page(api: Api, job_that_is: JobThatIs) -> None:
    response = api.get(f"/api/jobs/{job_that_is(api, 'completed')}/report.html")

    assert response.status == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert response.headers["Content-Disposition"].startswith('inline; filename="portfolio-report-20')
    policy = response.headers["Content-Security-Policy"].removesuffix("; frame-ancestors 'none'")
    assert f'content="{escape(policy)}"' in response.text
    assert response.headers["Cache-Control"] == "no-store"
    assert response.text.startswith("<!DOCTYPE html>")
    assert all(f"<h2>{title}</h2>" in response.text for title in ("Charts", "Retirement outlook", "Appendix"))
    assert "for the agents only" not in response.text


def test_finished_sections_of_failed_job_can_be_downloaded(api: Api, job_that_is: JobThatIs) -> None:
    response = api.get(f"/api/jobs/{job_that_is(api, 'failed')}/report.html")

    assert response.status == 200
    assert "The analysis is not complete" in response.text


@pytest.mark.parametrize(
    ("status", "detail"),
    [
        ("pending", "There is no report yet."),
        ("running", "There is no report yet."),
        ("cancelled", "The analysis ended without a report."),
    ],
)
def test_job_without_report_is_a_conflict(api: Api, job_that_is: JobThatIs, status: str, detail: str) -> None:
    response = api.get(f"/api/jobs/{job_that_is(api, status)}/report.html")

    assert (response.status, response.json()["detail"]) == (409, detail)


@pytest.mark.parametrize(("kind", "chapter"), [("charts", "Charts"), ("retirement", "Retirement outlook")])
def test_analysis_without_report_is_a_page_of_its_sections(api: Api, kind: str, chapter: str) -> None:
    job_id = api.post("/api/analyze", {"analysis_type": kind}).json()["job_id"]
    at_work = AtWork(job_id)
    assert api.get(f"/api/jobs/{job_id}/report.html").status == 409

    at_work.complete()

    assert f"<h2>{chapter}</h2>" in api.get(f"/api/jobs/{job_id}/report.html").text


def test_report_names_its_reader_once_they_have_set_a_name(api: Api, job_that_is: JobThatIs) -> None:
    address = f"/api/jobs/{job_that_is(api, 'completed')}/report.html"
    assert "Prepared for" not in api.get(address).text

    api.put("/api/user", {"display_name": "Ada & Bo <Park>"})

    assert "<p>Prepared for Ada &amp; Bo &lt;Park&gt;</p>" in api.get(address).text


def test_report_takes_one_statement(api: Api, job_that_is: JobThatIs, faults: FaultControl) -> None:
    job_id = job_that_is(api, "completed")
    faults.reset_statements()

    api.get(f"/api/jobs/{job_id}/report.html")

    assert len(faults.statements()) == 1
