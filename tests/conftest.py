"""Which tests are slow, how a run of the whole suite uses several processes, and a line about skipped tests."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.deploy.terraform import NO_TERRAFORM

_TESTS = Path(__file__).parent
#: Tests that use one of these start a server or a browser, or install something.
_SLOW_FIXTURES = frozenset(
    {"server", "product_data_api", "stack", "emulator", "postgres", "browser", "database", "converse"}
)
_SLOW_FOLDERS = frozenset(
    {"browser", "clients", "deploy", "integration", "local", "simulation", "migrations", "benchmarks"}
)
#: Folders whose tests share a stack or built files, longest first. Each runs in one process.
_SHARING_FOLDERS = ("deploy", "integration", "browser", "clients")
_MOST_PROCESSES = 4

settings.register_profile("counts, never seconds", deadline=None)
settings.load_profile("counts, never seconds")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Use several processes only for a run of the whole suite; a few tests are faster and easier to debug in one."""
    is_whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return min(os.cpu_count() or 1, _MOST_PROCESSES) if is_whole else 0


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the slow folders of the fast loop: importing them would take as long as many of its tests."""
    is_fast = config.getoption("markexpr") == "not slow"
    return True if is_fast and _SLOW_FOLDERS & set(collection_path.parts[len(_TESTS.parts) :]) else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _SLOW_FOLDERS & set(item.path.parts) or _SLOW_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)
        item.add_marker(pytest.mark.xdist_group(_group(item)))
    items.sort(key=_rank)


def _group(item: pytest.Item) -> str:
    """Return the name of the group that runs in one process: a folder whose tests share something, or a file."""
    folder, *below = item.path.relative_to(_TESTS).parts
    return folder if folder in _SHARING_FOLDERS else "/".join([folder, *below])


def _rank(item: pytest.Item) -> int:
    """Return the position of an item's folder, so that the longest groups start first."""
    folder = item.path.relative_to(_TESTS).parts[0]
    return _SHARING_FOLDERS.index(folder) if folder in _SHARING_FOLDERS else len(_SHARING_FOLDERS)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if NO_TERRAFORM in str(report.longrepr)]
    if skipped:
        terminalreporter.write_line(
            f"{len(skipped)} tests were skipped. {NO_TERRAFORM}: https://developer.hashicorp.com/terraform/install"
        )
