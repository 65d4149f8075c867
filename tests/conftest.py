"""The marker `slow`, and a line about tests that Terraform was missing for."""

import pytest

from tests.deploy.terraform import NO_TERRAFORM

#: Tests that use one of these start a server or a browser, or install something.
_SLOW_FIXTURES = frozenset(
    {"server", "product_data_api", "stack", "emulator", "postgres", "browser", "database", "converse"}
)
_SLOW_FOLDERS = frozenset({"browser", "deploy", "integration", "local", "simulation", "migrations", "benchmarks"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _SLOW_FOLDERS & set(item.path.parts) or _SLOW_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if NO_TERRAFORM in str(report.longrepr)]
    if skipped:
        terminalreporter.write_line(
            f"{len(skipped)} tests were skipped. {NO_TERRAFORM}: https://developer.hashicorp.com/terraform/install"
        )
