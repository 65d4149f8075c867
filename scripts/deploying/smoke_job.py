"""Runs one analysis through the deployed API as a user would, and removes all of its data."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from rich.console import Console

from functions.shared.agent_declaration import JobType
from functions.shared.plans import sections
from functions.shared.section_names import SUMMARY
from scripts.api_client import AlexApi, ApiError
from scripts.deployment import Deployment
from scripts.progress_view import show

#: The results of a portfolio job. Each is null until committed.
_RESULTS = tuple(f"{section}_payload" for section in (*sections(JobType.PORTFOLIO), SUMMARY))


class SmokeJobFailed(Exception):
    """The analysis did not complete, or lacks results. The message is a sentence."""


@contextmanager
def smoke_user(deployment: Deployment) -> Iterator[str]:
    """Yield a token of a temporary user in the deployment's Cognito pool. Raises botocore's errors."""
    cognito = deployment.client("cognito-idp")
    pool = deployment.user_pool_id
    name, password = f"smoke-test-{secrets.token_hex(8)}@example.com", f"Aa1-{secrets.token_hex(16)}"
    cognito.admin_create_user(UserPoolId=pool, Username=name, MessageAction="SUPPRESS")
    try:
        cognito.admin_set_user_password(UserPoolId=pool, Username=name, Password=password, Permanent=True)
        signed_in = cognito.admin_initiate_auth(
            UserPoolId=pool,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            ClientId=deployment.operators_client_id,
            AuthParameters={"USERNAME": name, "PASSWORD": password},
        )
        yield str(signed_in["AuthenticationResult"]["AccessToken"])
    finally:
        cognito.admin_delete_user(UserPoolId=pool, Username=name)


def run_smoke_job(alex: AlexApi, console: Console) -> None:
    """Analyze the sample portfolio as a new user, then erase the user.

    An existing user's data stays: the job analyzes their own portfolio, and only the job is deleted. Raises
    SmokeJobFailed, and ApiError if the API rejects a step.
    """
    is_new = bool(alex.get("/api/user")["created"])
    try:
        if is_new:
            alex.post("/api/populate-test-data")
        with _job(alex) as job_id:
            _check(show(console, alex.watch(job_id)))
    finally:
        if is_new:
            alex.delete("/api/user")


@contextmanager
def _job(alex: AlexApi) -> Iterator[str]:
    """Yield the id of a new job, which is deleted after the block, whatever happens."""
    job_id = str(alex.post("/api/analyze", json.dumps({"analysis_type": "portfolio"}).encode())["job_id"])
    try:
        yield job_id
    finally:
        try:
            alex.post(f"/api/jobs/{job_id}/cancel")
        except ApiError as error:
            if error.status != HTTPStatus.CONFLICT:  # it has ended
                raise
        alex.delete(f"/api/jobs/{job_id}")


def _check(job: dict[str, Any]) -> None:
    if job["status"] != "completed":
        raise SmokeJobFailed(f"The smoke job {job['status']}: {job['error_message']}")
    if missing := [name for name in _RESULTS if job[name] is None]:
        raise SmokeJobFailed(f"The smoke job completed without {', '.join(missing)}.")
