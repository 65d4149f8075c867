"""Compares the api function's CPU time with the same poll in FastAPI, Mangum and boto3 (yardstick.py).

Each runs in its own process, alternately, on the same PostgreSQL: a first response with all imports, then polls of a
running job. All processes share an environment that stands for Lambda's runtime: Python and boto3, with bytecode. The
api function runs from its built zip, which contains bytecode. The yardstick runs with its packages as uv installs them,
without bytecode, and, for information, with bytecode. They are downloaded from the package index. Budgets: 0.25 of the
yardstick without bytecode, for the first response and for a poll.
"""

import json
import os
import subprocess
import sys
import zipfile
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID, uuid4

import psycopg

from functions.shared.agent_declaration import JobType
from functions.shared.plans import PLANS
from functions.shared.progress.model import initial_progress
from scripts.arguments import at_least
from scripts.benchmarks.database import CLUSTER_ARN, SECRET_ARNS, migrated, state_folder
from scripts.cli import run
from scripts.manifest import ROOT, DeploymentContext, environment, read_manifest
from scripts.packaging.build import Builder
from scripts.packaging.documentation import build_documentation
from scripts.packaging.target import Target
from scripts.packaging.toolchains import toolchain, uv

BUDGET = 0.25
RUNTIME_PACKAGES = ("boto3==1.43.106",)
YARDSTICK_PACKAGES = ("fastapi==0.165.0", "mangum==0.22.0", "pydantic==2.14.3")
USER = "user"
_JOB = """
    INSERT INTO jobs (id, user_id, job_type, sections, status, attempt, worker, lease_expires_at,
                      started_at, progress_data)
    VALUES (%s, %s, 'portfolio', '{report,charts,retirement}', 'running', 1, 'w',
            now() + interval '1 hour', now(),
            apply_progress(%s::jsonb || jsonb_build_object('started_at', iso8601(now())), '{"stage": "running"}',
                           now()))
"""


def main() -> int:
    """Return 0 if both budgets are met, otherwise 1."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=at_least(1), default=20, help="processes of each [20]")
    parser.add_argument("--calls", type=at_least(1), default=200, help="polls in each process [200]")
    arguments = parser.parse_args()
    with state_folder() as scratch:
        code = _unpacked(scratch)
        with migrated(scratch) as (api, dsn):
            event, common = _event(_running_job(dsn)), _common_environment(api.url)
            python = _runtime(scratch)
            sources = _installed(python, scratch / "sources")
            bytecode = _installed(python, scratch / "bytecode", "--compile-bytecode")
            processes = {
                "api": ("functions.api.handler", common | _api_environment(code)),
                "yardstick": ("yardstick", common | {"PYTHONPATH": str(sources)}),
                "with bytecode": ("yardstick", common | {"PYTHONPATH": str(bytecode)}),
            }
            rounds = [
                {
                    name: _run([str(python), *_child(module, arguments.calls)], event, variables)
                    for name, (module, variables) in processes.items()
                }
                for _ in range(arguments.rounds)
            ]
    return 0 if _print(rounds) else 1


def _unpacked(scratch: Path) -> Path:
    """Return the folder with the api function unpacked as on Lambda, built for this machine."""
    target = Target.this_machine()
    build_documentation()
    builder = Builder(target, toolchain(target, wheels_only=True), output=scratch / "zips")
    built = builder.build(read_manifest().functions["api"])
    with zipfile.ZipFile(built.zip_file) as archive:
        archive.extractall(scratch / "code")
    return scratch / "code"


def _runtime(scratch: Path) -> Path:
    """Return the interpreter of a new environment that contains only boto3, compiled."""
    python = scratch / "runtime" / "bin" / "python"
    subprocess.run([uv(), "venv", "--quiet", "--python", sys.executable, str(scratch / "runtime")], check=True)
    _install(python, RUNTIME_PACKAGES, "--compile-bytecode")
    return python


def _installed(python: Path, folder: Path, *options: str) -> Path:
    """Install the yardstick's packages into a folder, as for a zip, and return the folder."""
    _install(python, YARDSTICK_PACKAGES, "--target", str(folder), *options)
    return folder


def _install(python: Path, packages: Sequence[str], *options: str) -> None:
    subprocess.run([uv(), "pip", "install", "--quiet", "--python", str(python), *options, *packages], check=True)


def _child(module: str, calls: int) -> list[str]:
    return [str(Path(__file__).with_name("cpu_of_handler.py")), module, str(calls)]


def _run(command: Sequence[str], event: str, environment: dict[str, str]) -> dict[str, float]:
    done = subprocess.run(command, input=event, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-2000:])
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def _running_job(dsn: str) -> UUID:
    job_id = uuid4()
    progress = initial_progress(PLANS[JobType.PORTFOLIO], 1, frozenset()).model_dump_json()
    with psycopg.connect(dsn) as connection:
        connection.execute("INSERT INTO users (id) VALUES (%s)", [USER])
        connection.execute(_JOB, [job_id, USER, progress])
    return job_id


def _event(job_id: UUID) -> str:
    """Return an API Gateway event, payload format 2.0."""
    path = f"/api/jobs/{job_id}"
    claims = {"sub": USER, "exp": "4102444800"}
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "ANY /api/{proxy+}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "api.example.com", "accept": "application/json"},
        "requestContext": {
            "http": {"method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "-"},
            "authorizer": {"jwt": {"claims": claims, "scopes": None}},
            "domainName": "api.example.com",
            "requestId": "r",
            "stage": "$default",
        },
        "isBase64Encoded": False,
    }
    return json.dumps(event)


def _common_environment(data_api_url: str) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONDONTWRITEBYTECODE": "1",  # a zip's files are read-only on Lambda
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL_RDS_DATA": data_api_url,
        "DB_CLUSTER_ARN": CLUSTER_ARN,
        "DB_SECRET_ARN": SECRET_ARNS["api"],
    }


def _api_environment(code: Path) -> dict[str, str]:
    manifest = read_manifest()
    context = DeploymentContext(
        cluster_arn=CLUSTER_ARN,
        secret_arns=SECRET_ARNS,
        database="alex",
        queue_urls={queue: f"https://sqs.us-east-1.amazonaws.com/000000000000/{queue}" for queue in manifest.queues},
    )
    return environment(manifest, manifest.functions["api"], context) | {"PYTHONPATH": str(code)}


def _print(rounds: list[dict[str, dict[str, float]]]) -> bool:
    print(f"{'CPU time in ms':36}{'api':>9}{'yardstick':>11}{'ratio':>8}   budget")
    within = True
    for key, name in (("first_ms", "import and first response"), ("poll_ms", "a warm poll")):
        for yardstick, budget in (("yardstick", BUDGET), ("with bytecode", None)):
            ours, other = (median(each[kind][key] for each in rounds) for kind in ("api", yardstick))
            ratio = median(each["api"][key] / each[yardstick][key] for each in rounds)
            label = name if budget else f"  over the yardstick {yardstick}"
            print(f"{label:36}{ours:9.2f}{other:11.2f}{ratio:8.3f}   {budget or 'none'}")
            within &= budget is None or ratio <= budget
    return within


if __name__ == "__main__":
    run(main)
