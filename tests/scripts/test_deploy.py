"""Reasons for `scripts/deploy.py` not to deploy, and its output. tests/deploy/applied/ covers real deployments."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from scripts import deploy

#: Responds to each command as specified in the file `responses` in its folder, and records its calls.
TERRAFORM = """#!{python}
import json, pathlib, sys
here = pathlib.Path(__file__).parent
command = sys.argv[2]
with open(here / "calls", "a") as calls:
    calls.write(" ".join(sys.argv[2:]) + "\\n")
status, output = json.loads((here / "responses").read_text()).get(command, (0, ""))
print(output)
sys.exit(status)
"""


class Terminal(io.StringIO):
    """A terminal with someone at it."""

    def isatty(self) -> bool:
        return True


Responses = dict[str, tuple[int, str]]
Deploy = Callable[..., int]


def plan(*, deployed_in: str | None = None, **variables: Any) -> str:
    """A plan as `terraform show -json` prints it."""
    given = {"region": "us-east-1", "jwt_issuer": None, **variables}
    outputs = {"region": {"value": deployed_in}} if deployed_in else {}
    return json.dumps(
        {
            "variables": {name: {"value": value} for name, value in given.items()},
            "prior_state": {"values": {"outputs": outputs}},
        }
    )


@pytest.fixture
def terraform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only program on the PATH, with an initialized folder next to it."""
    program = tmp_path / "terraform"
    program.write_text(TERRAFORM.format(python=sys.executable))
    program.chmod(0o755)
    (tmp_path / ".terraform").mkdir()
    (tmp_path / ".terraform.lock.hcl").touch()
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


@pytest.fixture
def run(terraform: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deploy]:
    """Deploy, signed in, with a Terraform that responds this way. Returns the exit status."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setattr(sys, "stdin", Terminal())

    def deployed(responses: Responses, *arguments: str) -> int:
        (terraform / "responses").write_text(json.dumps(responses))
        monkeypatch.setattr(sys, "argv", ["deploy.py", "--terraform", str(terraform), "--skip-packaging", *arguments])
        return deploy.main()

    with mock_aws():
        yield deployed


def calls(terraform: Path) -> list[str]:
    return [line.split()[0] for line in (terraform / "calls").read_text().splitlines()]


def test_missing_terraform_is_reported_with_instructions(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["deploy.py"])

    assert deploy.main() == 1
    assert capsys.readouterr().err == "There is no terraform on the PATH: install Terraform 1.11 or newer.\n"


@pytest.mark.usefixtures("terraform")
def test_missing_credentials_are_reported_with_how_to_sign_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for variable in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr(sys, "argv", ["deploy.py"])

    with pytest.raises(SystemExit, match="There are no AWS credentials: sign in"):
        deploy.main()


def test_failed_init_is_repeated(terraform: Path, run: Deploy) -> None:
    (terraform / ".terraform.lock.hcl").unlink()  # written once the providers are there

    assert run({"init": (1, "")}) == 1

    assert calls(terraform) == ["init"]


def test_missing_terminal_fails_before_anything_is_built(
    monkeypatch: pytest.MonkeyPatch, terraform: Path, run: Deploy, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())

    assert run({}) == 1

    assert "Without a terminal, nobody can approve the plan: pass --auto-approve." in capsys.readouterr().err
    assert not (terraform / "calls").exists()


def test_failed_packaging_stops_before_terraform(
    monkeypatch: pytest.MonkeyPatch, terraform: Path, run: Deploy, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(deploy, "package", lambda arguments: 1)
    monkeypatch.setattr(sys, "argv", ["deploy.py", "--terraform", str(terraform)])

    assert deploy.main() == 1
    assert "The zips could not be built, so nothing was deployed." in capsys.readouterr().err
    assert not (terraform / "calls").exists()


@pytest.mark.parametrize(
    ("responses", "complaint"),
    [
        ({"plan": (1, "There is no api.zip")}, "`terraform plan` failed. See its output above."),
        (
            {"plan": (2, ""), "show": (0, plan(region="eu-west-1", deployed_in="us-east-1"))},
            "This would create a deployment in eu-west-1 and orphan the one in us-east-1.",
        ),
        (
            {"plan": (2, ""), "show": (0, plan(jwt_issuer="https://127.0.0.1:9"))},
            "The issuer https://127.0.0.1:9 can't be reached",
        ),
    ],
    ids=["a plan that fails", "another region", "an unreachable issuer"],
)
def test_plan_that_cannot_work_is_not_applied(
    run: Deploy, terraform: Path, capsys: pytest.CaptureFixture[str], responses: Responses, complaint: str
) -> None:
    assert run(responses) == 1

    assert complaint in capsys.readouterr().err
    assert "apply" not in calls(terraform)


@pytest.mark.parametrize("typed", ["no\n", "y\n", ""], ids=["no", "y", "Ctrl-D"])
def test_plan_without_approval_is_not_applied(
    monkeypatch: pytest.MonkeyPatch, run: Deploy, terraform: Path, capsys: pytest.CaptureFixture[str], typed: str
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(typed))

    assert run({"plan": (2, ""), "show": (0, plan())}) == 1

    assert capsys.readouterr().err == "Nothing was changed.\n"
    assert "apply" not in calls(terraform)


def test_own_issuer_needs_token_for_smoke_job(
    run: Deploy, terraform: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(deploy, "check_issuer", lambda issuer: None)

    assert run({"plan": (2, ""), "show": (0, plan(jwt_issuer="https://login.example.com"))}, "--auto-approve") == 1

    assert "pass a token of https://login.example.com with --token" in capsys.readouterr().err
    assert "apply" not in calls(terraform)


def test_failed_apply_reports_working_parts(run: Deploy, capsys: pytest.CaptureFixture[str]) -> None:
    responses: Responses = {"plan": (2, ""), "show": (0, plan()), "apply": (1, "")}

    assert run(responses, "--auto-approve") == 1

    expected = "A failed migration is rolled back, and functions that were not updated keep their old code."
    assert expected in capsys.readouterr().err


def test_checks_need_deployment(run: Deploy, terraform: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run({"output": (0, "{}")}, "--only-checks") == 1

    assert "There is no deployment in Terraform's state" in capsys.readouterr().err
    assert calls(terraform) == ["output"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [(["--var", "region"], "--var must be NAME=VALUE, not region"), (["--var-file", "none"], "none does not exist")],
)
def test_invalid_arguments_are_refused(
    run: Deploy, capsys: pytest.CaptureFixture[str], arguments: list[str], complaint: str
) -> None:
    with pytest.raises(SystemExit) as end:
        run({}, *arguments)

    assert end.value.code == 2
    assert complaint in capsys.readouterr().err
