"""The sample analysis: built with the zip from the agents' code, and served to anyone without a database."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from functions.api.dependencies import Dependencies
from functions.api.handler import Application
from functions.api.routes import sample
from functions.api.schemas.job_responses import JobWithResults
from functions.shared.agent_declaration import JobType
from functions.shared.plans import sections
from functions.shared.runtime import Runtime
from scripts.packaging.sample import NAME, build_sample
from tests.functions.api.calling import Api

PATH = "/api/sample"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("api") / "sample"
    build_sample(made)
    return made


@pytest.fixture
def anonymous(folder: Path) -> Api:
    """A client without a token, of a function without a database."""
    return Api(None, Application(Dependencies(Runtime({}), folder=folder.parent)))


def document(folder: Path) -> Any:
    return json.loads((folder / NAME).read_text(encoding="utf-8"))


def test_anyone_gets_finished_analysis_without_database(anonymous: Api, folder: Path) -> None:
    response = anonymous.get(PATH, headers={"accept-encoding": "gzip"})

    assert (response.status, response.headers["Content-Encoding"]) == (200, "gzip")
    job = json.loads(gzip.decompress(base64.b64decode(response.text)))
    assert job == document(folder)
    assert job["status"] == "completed"
    assert len(response.text) < 40_000


def test_sample_has_each_section_with_real_figures_and_example_goals(folder: Path) -> None:
    job = document(folder)

    assert JobWithResults.model_validate_json(json.dumps(job), extra="forbid")
    for section in sections(JobType.PORTFOLIO):
        assert "mock" not in job[f"{section}_payload"]
    assert job["retirement_payload"]["goals_are_examples"]
    assert job["summary_payload"]["success_rate"] == job["retirement_payload"]["success_rate"]
    assert "sample portfolio with example goals" in job["report_payload"]["content"]


def test_client_with_current_sample_gets_no_body(anonymous: Api) -> None:
    first = anonymous.get(PATH)

    again = anonymous.get(PATH, headers={"if-none-match": first.headers["ETag"]})

    assert (again.status, again.text) == (304, "")


def test_sample_is_read_only(anonymous: Api) -> None:
    assert anonymous.get("/api/jobs").status == 401
    assert anonymous.post(PATH).status == 405
    assert anonymous.delete(PATH).headers["Allow"] == "GET, HEAD"


def test_missing_build_is_reported_with_command(tmp_path: Path) -> None:
    response = Api(None, Application(Dependencies(Runtime({}), folder=tmp_path))).get(PATH)

    assert (response.status, response.json()["detail"]) == (404, sample.NOT_BUILT)


def test_build_is_repeated_only_if_its_sources_change(folder: Path) -> None:
    assert build_sample(folder) == "The sample analysis is up to date."
