"""Marks slow tests, runs the whole suite in several processes, and reports reruns and skipped tests."""

import os
import signal
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.deploy.terraform import NO_TERRAFORM

_TESTS = Path(__file__).parent
#: Tests that use one of these start a server or a browser, or install something.
_SLOW_FIXTURES = frozenset(
    {"server", "product_data_api", "stack", "emulator", "postgres", "browser", "database", "converse"}
)
_SLOW_FOLDERS = frozenset(
    {"browser", "clients", "deploy", "integration", "local", "simulation", "migrations", "benchmarks"}
)
#: Folders whose tests share a stack or built files, longest first. Each runs in one process. The second mostly waits
#: for Terraform's provider, which leaves the cores to the first.
_SHARING_FOLDERS = ("browser", "deploy/applied", "integration", "deploy", "clients")
_MOST_PROCESSES = 4
#: Servers, browsers and other processes share the machine's cores with everything else that runs there.
_SECOND_CHANCE = pytest.mark.flaky(reruns=1)

# Containers often turn bytecode off. Here, every process of a run, from xdist's to the stack's functions, would then
# repeat the others' compilation: 2 s of CPU for a function, 15 s for these tests.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# A shell starts background commands with SIGINT ignored, and programs inherit that. Tests interrupt programs.
signal.signal(signal.SIGINT, signal.default_int_handler)

# The same examples in every run, however slow the machine is.
settings.register_profile(
    "repeatable",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("repeatable")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Use several processes only for a run of the whole suite; a few tests are faster and easier to debug in one."""
    is_whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return min(os.cpu_count() or 1, _MOST_PROCESSES) if is_whole else 0


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the slow folders of the fast loop: importing them would take as long as many of its tests."""
    return True if _is_fast(config) and _SLOW_FOLDERS & set(collection_path.parts[len(_TESTS.parts) :]) else None


def _is_fast(config: pytest.Config) -> bool:
    return bool(config.getoption("markexpr") == "not slow")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _SLOW_FOLDERS & set(item.path.parts) or _SLOW_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)
            item.add_marker(_SECOND_CHANCE)
        item.add_marker(pytest.mark.xdist_group(_group(item)))
    items.sort(key=_rank)


def _group(item: pytest.Item) -> str:
    """Return the name of the group that runs in one process: a folder whose tests share something, or a file."""
    return _sharing_folder(item) or item.path.relative_to(_TESTS).as_posix()


def _rank(item: pytest.Item) -> int:
    """Return the position of an item's folder, so that the longest groups start first."""
    folder = _sharing_folder(item)
    return _SHARING_FOLDERS.index(folder) if folder else len(_SHARING_FOLDERS)


def _sharing_folder(item: pytest.Item) -> str | None:
    """Return the innermost of the sharing folders that has the item."""
    folders = (folder.as_posix() for folder in item.path.relative_to(_TESTS).parents)
    return next((folder for folder in folders if folder in _SHARING_FOLDERS), None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for report in terminalreporter.stats.get("rerun", []):
        terminalreporter.section(f"First failure of {report.nodeid}")
        terminalreporter.write_line(report.longreprtext)
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if NO_TERRAFORM in str(report.longrepr)]
    if skipped:
        terminalreporter.write_line(
            f"{len(skipped)} tests were skipped. {NO_TERRAFORM}: https://developer.hashicorp.com/terraform/install"
        )
