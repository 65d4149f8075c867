"""The smoke job runs an analysis as a user does, and leaves no trace."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from rich.console import Console

from scripts.api_client import AlexApi
from scripts.deploying.smoke_job import SmokeJobFailed, run_smoke_job
from scripts.local.stack import LocalStack


@pytest.fixture
def alex(stack: LocalStack) -> Iterator[AlexApi]:
    """The API for a user that does not exist yet."""
    alex = AlexApi(stack.info.api_url, stack.info.token_other_user)
    alex.delete("/api/user")
    yield alex
    alex.delete("/api/user")


@pytest.fixture
def console() -> Console:
    return Console(file=io.StringIO())


def test_new_user_is_erased_with_all_data(alex: AlexApi, console: Console) -> None:
    run_smoke_job(alex, console)

    assert alex.get("/api/user")["created"]
    assert alex.get("/api/accounts") == []


def test_existing_user_keeps_all_data(alex: AlexApi, console: Console) -> None:
    alex.post("/api/portfolio/import", b"account,symbol,quantity,price\nRoth IRA,VTI,80,300\n", "text/csv")

    run_smoke_job(alex, console)

    assert [account["account_name"] for account in alex.get("/api/accounts")] == ["Roth IRA"]
    assert alex.get("/api/jobs")["jobs"] == []


def test_interrupted_job_is_cancelled_and_deleted(
    alex: AlexApi, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    alex.post("/api/populate-test-data")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("scripts.deploying.smoke_job.show", interrupted)

    with pytest.raises(KeyboardInterrupt):
        run_smoke_job(alex, console)

    assert alex.get("/api/jobs")["jobs"] == []


def test_failed_job_is_reported_with_its_reason(
    alex: AlexApi, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = {"status": "failed", "error_message": "Writing the report took too long."}
    monkeypatch.setattr("scripts.deploying.smoke_job.show", lambda *_: failed)

    with pytest.raises(SmokeJobFailed, match=r"The smoke job failed: Writing the report took too long\."):
        run_smoke_job(alex, console)
