"""How scripts end: without a traceback, and with the exit status that a shell expects."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from botocore.exceptions import EndpointConnectionError

from functions.shared.database import DatabaseUnavailable
from scripts.cli import run
from scripts.manifest import ROOT


def raising(error: BaseException) -> Callable[[], int]:
    def main() -> int:
        raise error

    return main


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (KeyboardInterrupt(), 130, "Stopped."),
        (
            EndpointConnectionError(endpoint_url="http://127.0.0.1:9"),
            1,
            "http://127.0.0.1:9 can't be reached. Is that the right region or endpoint?",
        ),
        (DatabaseUnavailable("connection refused"), 1, "The database is not available: connection refused"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_failure_is_one_sentence(
    error: BaseException, status: int, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run(raising(error))

    assert ended.value.code == status
    assert capsys.readouterr().err.strip() == sentence


def test_closed_pipe_ends_a_script_silently() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "costs.py")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as script:
        assert script.stdout
        assert script.stderr
        script.stdout.close()
        errors = script.stderr.read()

    assert (script.returncode, errors) == (141, b"")


def test_bad_argument_is_named(capfd: pytest.CaptureFixture[str]) -> None:
    done = subprocess.run([sys.executable, str(ROOT / "scripts" / "costs.py"), "--jobs", "-5"], check=False)

    assert done.returncode == 2
    assert "--jobs: -5 must be an integer of at least 1" in capfd.readouterr().err
