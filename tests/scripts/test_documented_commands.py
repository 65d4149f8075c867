"""Every command in the documentation exists, takes the documented options, and is run by a test unless it needs AWS."""

from __future__ import annotations

import re
import runpy
import sys
import tomllib
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
#: The test that runs each benchmark with a small workload, or the reason why none does.
BENCHMARKS_RUN_BY = {
    "abuse": "tests/scripts/benchmarks/test_abuse.py",
    "api_cost": "it downloads the frameworks that it compares with",
    "api_fuzz": "tests/functions/api/test_schemathesis.py",
    "backlog": "tests/simulation/test_backlog.py",
    "faults": "tests/scripts/benchmarks/test_benchmarks_run.py",
    "growth": "tests/scripts/benchmarks/test_benchmarks_run.py",
    "import_cost": "it measures CPU time; test_cost.py reads the same files",
    "lighthouse": "it downloads Lighthouse",
    "live_progress": "it watches a stack for minutes",
    "load": "tests/integration/test_load.py",
    "orchestration": "it compares many runs of a stack",
    "page_progress": "it watches a stack for minutes",
    "progress": "tests/scripts/benchmarks/test_benchmarks_run.py",
    "retirement": "tests/scripts/benchmarks/test_benchmarks_run.py",
    "tagging": "tests/local/converse/test_smollm2.py",
    "words": "tests/local/converse/test_smollm2.py",
}
_AWS = "needs AWS"
_CI = ".ci/run"
#: Patterns of all other commands, each with the file that runs it or the reason why none does.
OTHERS = {
    r"python3 -m pip install uv": _CI,
    r"python3 -m uv sync --group dev": _CI,
    r"python3 -m uv python install [\d.]+": "needs the network",
    r"(python3 -m )?uv run (--group dev )?pytest\b.*": _CI,
    r"(python3 -m uv run )?poe( check| fast| format)?": _CI,
    r"uv run python -m tests\.simulation\.mutants": "takes an hour",
    r"field\(\) .*|alex\(\) .*|alex .*|token=.*|job=.*": "tests/integration/test_documented_requests.py",
    r"npm audit|pip-audit .*": "needs the network",
    r"npm ci": "scripts/packaging/page.py",
    r"npm run check": "tests/browser/test_page_build.py",
    r"npm run dev": "it serves until it is stopped",
    r"terraform .*": _AWS,
    r"(variables=\$\()?aws (logs|lambda) .*|curl -s .*terraform .*": _AWS,
}
_DOCUMENTED = (
    "*.md",
    ".github/**/*.md",
    *(f"{folder}/**/*.md" for folder in ("functions", "migrations", "scripts", "terraform", "tests")),
)
_BENCHMARKS = "scripts/benchmarks/"
_SCRIPT = re.compile(r"(?<![\w/])(scripts/[\w/]+\.py)((?: +(?:[^\s`|;&#]|\\\|)+)*)")
_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"`((?:python3 -m|uv|poe|npm|pip-audit|terraform|aws|curl) [^`…]+)`")
_RUN_SCRIPT = re.compile(
    r"([A-Z_]+=\S+ )*(python3 -m )?uv run (--group \w+ )?(scripts/[\w/]+|package_docker)\.py( .*)?"
)
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


def _command_lines() -> set[str]:
    """Return the shell commands in the documentation, without comments."""
    found: set[str] = set()
    for document in _documents():
        text = document.read_text()
        lines = [line for block in _BLOCK.findall(text) for line in block.replace("\\\n", " ").splitlines()]
        for line in [*lines, *_INLINE.findall(text)]:
            found.update(command.strip() for command in re.sub(r"(^|\s)#.*", "", line).split("&&"))
    return found - {""}


def test_every_command_is_known() -> None:
    commands = {command for command in _command_lines() if not _RUN_SCRIPT.fullmatch(command)}
    known = {command: pattern for command in commands for pattern in OTHERS if re.fullmatch(pattern, command)}

    assert commands - known.keys() == set()
    assert OTHERS.keys() - known.values() == set()


def test_documented_groups_tasks_and_folders_exist() -> None:
    commands = "\n".join(sorted(_command_lines()))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())

    assert set(re.findall(r"--group (\S+)", commands)) <= project["dependency-groups"].keys()
    assert set(re.findall(r"\bpoe (\S+)", commands)) <= project["tool"]["poe"]["tasks"].keys()
    assert [path for path in re.findall(r"pytest (tests/\S+)", commands) if not (ROOT / path).exists()] == []
    modules = [module.replace(".", "/") for module in re.findall(r"python -m (\S+)", commands)]
    assert [module for module in modules if not (ROOT / module / "__main__.py").exists()] == []


def test_every_benchmark_has_a_test_or_a_reason() -> None:
    folder = ROOT / _BENCHMARKS
    benchmarks = {file.stem for file in folder.glob("*.py") if "run(main)" in file.read_text()}

    assert benchmarks == BENCHMARKS_RUN_BY.keys()


@pytest.mark.parametrize(
    ("script", "test"),
    [*RUN_BY.items(), *((name, test) for name, test in BENCHMARKS_RUN_BY.items() if test.startswith("tests/"))],
)
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
