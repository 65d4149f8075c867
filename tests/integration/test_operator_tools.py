"""The operators' commands against a running stack."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import boto3
import pytest

from scripts.api_client import AlexApi
from scripts.local.stack import LocalStack
from scripts.manifest import ROOT
from tests.rows import Rows
from tests.waiting import until

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(stack: LocalStack) -> Run:
    """`run("check_jobs.py", "--limit", "1")` returns the command's exit code and output."""

    def command(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        file = str(stack.state / "stack.json")
        return subprocess.run(
            [sys.executable, str(ROOT / "scripts" / script), *arguments, "--stack", file],
            capture_output=True,
            text=True,
            check=False,
        )

    return command


@pytest.fixture(scope="module")
def job_id(stack: LocalStack) -> Iterator[str]:
    """The latest job: a portfolio job that has completed, and whose planner has ended."""
    alex = AlexApi(stack.info.api_url, stack.info.token)
    alex.post("/api/populate-test-data")
    submitted = alex.post("/api/analyze")["job_id"]
    list(alex.watch(submitted, 0.05))
    # Log lines appear when an invocation ends, which is after the job.
    until(lambda: any(submitted in line and "Analysis complete" in line for line in stack.logs("planner")))
    yield submitted
    alex.delete("/api/user")


def planner_variables(stack: LocalStack) -> dict[str, str]:
    configuration = stack.boto3_client("lambda").get_function_configuration(FunctionName="alex-planner")
    return dict(configuration["Environment"]["Variables"])


def test_check_jobs_lists_states_without_portfolio_data(run: Run, job_id: str) -> None:
    done = run("check_jobs.py", "--limit", "5")

    assert done.returncode == 0
    assert job_id in done.stdout
    assert "completed" in done.stdout
    assert "VTI" not in done.stdout


def test_check_latest_job_shows_each_agent_section_and_event(run: Run, job_id: str) -> None:
    done = run("check_latest_job.py")

    assert done.returncode == 0
    for word in (job_id, "stage completed, 100%", "reporter", "section    charts", "section_committed"):
        assert word in done.stdout


def test_watch_analysis_works_after_job_ended_and_in_a_pipe(run: Run, stack: LocalStack, job_id: str) -> None:
    done = run("watch_analysis.py", job_id)

    assert done.returncode == 0
    assert "Write the report: done in " in done.stdout
    assert "\nWhat matters most\n1. " in done.stdout
    assert done.stdout.endswith(f"\nYour report is ready: {stack.info.api_url}/#/jobs/{job_id}\n")
    assert "\x1b" not in done.stdout


def test_watch_analysis_reports_missing_job(run: Run) -> None:
    unknown = str(uuid4())

    done = run("watch_analysis.py", unknown)

    assert (done.returncode, done.stdout) == (2, f"This user has no analysis {unknown}.\n")


def test_migrate_finds_database_up_to_date(run: Run) -> None:
    assert run("migrate.py").stdout == "The database is up to date.\n"


def test_toggling_changes_one_variable_and_keeps_others(run: Run, stack: LocalStack) -> None:
    before = planner_variables(stack)
    try:
        off = run("toggle_progress.py", "off")
        assert planner_variables(stack) == {**before, "ENABLE_PROGRESS_TRACKING": "false"}
    finally:
        on = run("toggle_progress.py", "on")

    assert (off.returncode, on.returncode) == (0, 0)
    assert planner_variables(stack) == before
    assert "alex-planner         ENABLE_PROGRESS_TRACKING=true" in run("toggle_progress.py", "status").stdout


def test_tail_logs_shows_the_whole_course_of_a_job(run: Run, job_id: str) -> None:
    done = run("tail_logs.py", "--job", job_id, "--once", "--grep", "Progress:")

    lines = done.stdout.splitlines()
    percents: dict[str, list[int]] = {}
    for line in lines:
        if updated := re.search(r"Updated to (\d+)%", line):
            percents.setdefault(line.split()[1], []).append(int(updated[1]))
    assert done.returncode == 0
    assert {line.split()[1] for line in lines} >= {"planner", "reporter", "charter", "retirement"}
    assert lines == sorted(lines, key=lambda line: line.split()[0])
    # The speed of the job determines how many are logged, and which of two functions logs first.
    assert {name: sorted(seen) for name, seen in percents.items()} == percents
    assert percents["planner"][-1] == 100
    assert all("Progress:" in line for line in lines)


def test_tail_logs_follows_until_interrupted(stack: LocalStack, job_id: str) -> None:
    alex = AlexApi(stack.info.api_url, stack.info.token)
    command = [sys.executable, str(ROOT / "scripts" / "tail_logs.py"), "planner", "--since", "60"]
    tail = subprocess.Popen([*command, "--stack", str(stack.state / "stack.json")], stdout=subprocess.PIPE, text=True)
    with tail:
        try:
            assert tail.stdout
            next(line for line in tail.stdout if job_id in line)  # it follows now
            later = alex.post("/api/analyze")["job_id"]
            seen = next(line for line in tail.stdout if later in line)
            list(alex.watch(later, 0.05))
            tail.send_signal(signal.SIGINT)
            tail.wait()
        finally:
            tail.kill()
    alex.delete(f"/api/jobs/{later}")

    assert "INFO" in seen
    assert tail.returncode == 130


def test_wiped_planner_is_diagnosed(run: Run, stack: LocalStack) -> None:
    client = stack.boto3_client("lambda")
    before = planner_variables(stack)
    alex = AlexApi(stack.info.api_url, stack.info.token_other_user)
    alex.post("/api/populate-test-data")
    with stack.undelivered("planner"):
        alex.post("/api/analyze")
        client.update_function_configuration(
            FunctionName="alex-planner", Environment={"Variables": {"ENABLE_PROGRESS_TRACKING": "true"}}
        )
        try:
            finished = [run("check_latest_job.py"), run("toggle_progress.py", "status")]
        finally:
            client.update_function_configuration(FunctionName="alex-planner", Environment={"Variables": before})
            alex.delete("/api/user")

    for done in finished:
        assert done.returncode == 1
        assert "alex-planner can't work: its environment lacks AGENT_TIMEOUT_S, DB_CLUSTER_ARN and" in done.stderr


@pytest.mark.parametrize("script", ["tail_logs.py planner --once", "toggle_progress.py status", "redrive.py"])
def test_misspelled_prefix_is_an_error(run: Run, script: str) -> None:
    done = run(*script.split(), "--name-prefix", "alexx")

    target, problem = done.stderr.splitlines()
    assert done.returncode == 1
    assert target.startswith("Local stack at http://127.0.0.1:")
    assert problem.endswith("Is that the right --region and --name-prefix?")


@pytest.mark.parametrize("script", ["check_jobs.py", "check_latest_job.py", "toggle_progress.py status"])
def test_tables_are_available_as_json(run: Run, job_id: str, script: str) -> None:
    document = json.loads(run(*script.split(), "--json").stdout)

    assert job_id in json.dumps(document) or set(document) == {"alex-api", "alex-planner"}


def test_documented_query_reads_progress(
    stack: LocalStack, job_id: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The Python example of terraform/README.md, as written."""
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / "terraform" / "README.md").read_text(), re.DOTALL)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # and the one that the example makes is not kept
    for name, value in {
        "AWS_ENDPOINT_URL_RDS_DATA": stack.info.data_api_url,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": stack.info.region,
    }.items():
        monkeypatch.setenv(name, value)

    exec(example, {"CLUSTER_ARN": stack.info.cluster_arn, "SECRET_ARN": stack.info.secret_arn})  # noqa: S102

    assert capsys.readouterr().out == "100\n"


def test_redrive_has_nothing_to_do_without_given_up_jobs(run: Run, stack: LocalStack, job_id: str) -> None:
    listed = run("redrive.py")
    resent = run("redrive.py", "--unfinished")

    assert listed.stdout.endswith("0 jobs failed because of messages that could not be processed.\n")
    assert "Sent 0 messages for unfinished jobs." in resent.stdout
    assert Rows(stack.database).of_job(job_id)["attempt"] == 1


@pytest.mark.parametrize(
    "script", ["check_jobs.py", "watch_analysis.py", "toggle_progress.py status", "tail_logs.py api"]
)
def test_tools_without_stack_leave_aws_alone(tmp_path: Path, script: str) -> None:
    name, *arguments = script.split()
    done = subprocess.run(
        [
            sys.executable,
            str(ROOT / "scripts" / name),
            *arguments,
            *("--stack", str(tmp_path / "stack.json"), "--terraform", str(tmp_path)),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"},
    )

    assert done.returncode == 1
    assert done.stderr.startswith("The local stack is not running.")


@pytest.mark.parametrize(
    "script", sorted(file.name for file in (ROOT / "scripts").glob("*.py") if "def main()" in file.read_text())
)
def test_each_script_has_help_and_is_in_readme(script: str) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / script), "--help"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0
    assert len(done.stdout.splitlines()) > 5
    assert f"scripts/{script}" in (ROOT / "scripts" / "README.md").read_text()
