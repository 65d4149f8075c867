"""How much of the function a process imports before its first response."""

import json
import os
import subprocess
import sys

from scripts.manifest import ROOT
from tests.functions.api.calling import event

CHILD = """
import json, sys
from types import SimpleNamespace
from functions.api.handler import application, handler
context = SimpleNamespace(function_name="api", memory_limit_in_mb=1, invoked_function_arn="arn", aws_request_id="1")
statuses = [handler(event, context)["statusCode"] for event in json.load(sys.stdin)]
jobs = application.dependencies.jobs  # as a poll by a signed-in user does
print(json.dumps([statuses, sorted(sys.modules)]), file=sys.stderr)
"""
POLL = "/api/jobs/8f1c1f0e-0d57-4a44-9a0b-1d9f2a3b4c5d"
DUMMY_SETTINGS = {
    "DB_CLUSTER_ARN": "c",
    "DB_SECRET_ARN": "s",
    "PLANNER_CONCURRENCY": "1",
    "AWS_ACCESS_KEY_ID": "a",
    "AWS_SECRET_ACCESS_KEY": "s",
}


def statuses_and_imports(*paths: str) -> tuple[list[int], set[str]]:
    """Serve these paths in order, without a sign-in, in a new process."""
    events = json.dumps([event("GET", path, None, {}, {}, None) for path in paths])
    environment = {**os.environ, **DUMMY_SETTINGS, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", CHILD], input=events, env=environment, capture_output=True, text=True, check=True
    )
    statuses, modules = json.loads(done.stderr.splitlines()[-1])
    return statuses, set(modules)


def test_poll_imports_nothing_for_other_routes() -> None:
    statuses, modules = statuses_and_imports(POLL)

    assert statuses == [401]
    assert {name for name in modules if name.startswith("functions.api.routes.")} == {"functions.api.routes.poll"}
    assert not {"boto3", "numpy", "markdown_it", "pydantic"} & modules
    assert not {"functions.api.logic", "functions.api.schemas", "functions.api.portfolio_csv"} & modules
    assert not {"functions.shared.plans", "functions.shared.portfolio", "functions.shared.sections"} & modules


def test_process_that_started_with_poll_serves_every_route() -> None:
    statuses, modules = statuses_and_imports(POLL, f"{POLL}/events", "/health", POLL, "/api/jobsite", "/api/user")

    assert statuses == [401, 401, 200, 401, 401, 401]
    assert "functions.api.routes.accounts" in modules
