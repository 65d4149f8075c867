"""Every script in the documentation exists, takes the documented options, and is run by a test unless it needs AWS."""

from __future__ import annotations

import re
import runpy
import sys
from pathlib import Path

import pytest

from scripts.manifest import ROOT

#: The test that runs each script.
RUN_BY = {
    "scripts/check_jobs.py": "tests/integration/test_operator_tools.py",
    "scripts/check_latest_job.py": "tests/integration/test_operator_tools.py",
    "scripts/costs.py": "tests/scripts/test_costs.py",
    "scripts/demo.py": "tests/integration/test_demo.py",
    "scripts/deploy.py": "tests/deploy/applied/test_deploy_script.py",
    "scripts/migrate.py": "tests/integration/test_operator_tools.py",
    "scripts/redrive.py": "tests/integration/test_operator_tools.py",
    "scripts/start_dev_server.py": "tests/local/test_stack.py",
    "scripts/tail_logs.py": "tests/integration/test_operator_tools.py",
    "scripts/toggle_progress.py": "tests/integration/test_operator_tools.py",
    "scripts/watch_analysis.py": "tests/integration/test_operator_tools.py",
}
_DOCUMENTED = (
    "*.md",
    ".github/**/*.md",
    *(f"{folder}/**/*.md" for folder in ("functions", "migrations", "scripts", "terraform", "tests")),
)
_BENCHMARKS = "scripts/benchmarks/"
_SCRIPT = re.compile(r"(?<![\w/])(scripts/[\w/]+\.py)((?: +(?:[^\s`|;&#]|\\\|)+)*)")
_OPTION = re.compile(r"--[a-z][a-z-]*")
_FILE = re.compile(
    r"(?<![\w/.-])(?:tests|functions|migrations|scripts|terraform)/[\w./]*\w\.(?:py|sql|yaml|md|tf|ts|tsx|csv)\b"
)
#: The folder of the agent that functions/README.md adds as an example.
_EXAMPLE = "functions/rebalancer/"


def _documents() -> list[Path]:
    return [file for folder in _DOCUMENTED for file in sorted(ROOT.glob(folder)) if "node_modules" not in file.parts]


def _commands() -> dict[str, set[str]]:
    """Return the options that the documentation passes to each script."""
    found: dict[str, set[str]] = {}
    for document in _documents():
        for script, arguments in _SCRIPT.findall(document.read_text()):
            found.setdefault(script, set()).update(_OPTION.findall(arguments))
    return found


def _parts_of_scripts() -> set[str]:
    """Return modules that the documentation mentions as places in the code, which have no command line."""
    return {script for script in _commands() if "__main__" not in (ROOT / script).read_text()}


@pytest.mark.parametrize("script", sorted(_commands().keys() - _parts_of_scripts()))
def test_script_takes_documented_options(
    script: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", [script, "--help"])

    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / script), run_name="__main__")

    assert ended.value.code == 0
    assert _commands()[script] <= set(_OPTION.findall(capsys.readouterr().out))


def test_every_documented_script_is_run_by_a_test() -> None:
    documented = {script for script in _commands() if not script.startswith(_BENCHMARKS)}

    assert documented == RUN_BY.keys() | documented.intersection(_parts_of_scripts())


@pytest.mark.parametrize(("script", "test"), RUN_BY.items())
def test_named_test_runs_the_script(script: str, test: str) -> None:
    assert re.search(rf"\b{Path(script).stem}(\.py)?\b", (ROOT / test).read_text())


def test_every_script_is_documented() -> None:
    with_commands = {
        f"scripts/{file.name}" for file in (ROOT / "scripts").glob("*.py") if "run(main)" in file.read_text()
    }
    benchmarks = {
        f"{_BENCHMARKS}{file.name}" for file in (ROOT / _BENCHMARKS).glob("*.py") if "run(main)" in file.read_text()
    }

    text = "\n".join(document.read_text() for document in _documents())

    assert {script for script in with_commands | benchmarks if Path(script).name not in text} == set()


@pytest.mark.parametrize("document", _documents(), ids=lambda document: str(document.relative_to(ROOT)))
def test_files_named_in_documents_exist(document: Path) -> None:
    named = _FILE.findall(document.read_text())

    assert [path for path in named if not (ROOT / path).exists() and not path.startswith(_EXAMPLE)] == []
