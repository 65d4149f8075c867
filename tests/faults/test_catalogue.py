"""Every fault of the list has a test that exists, and no function goes by a clock of its own."""

import re

import pytest

from scripts.table import ROOT
from tests.faults.catalogue import FAULTS

NUMBERS = range(1, 33)
OWN_CLOCK = re.compile(r"datetime\.now|utcnow|date\.today|time\.time\(")


def test_every_fault_is_there() -> None:
    assert set(FAULTS) == set(NUMBERS)
    assert all(tests for _, tests in FAULTS.values())


@pytest.mark.parametrize("number", FAULTS)
def test_its_tests_exist(number: int) -> None:
    _, tests = FAULTS[number]

    for test in tests:
        file, _, name = test.partition("::")
        assert f"def {name}(" in (ROOT / "tests" / file).read_text(encoding="utf-8"), test


@pytest.mark.parametrize("folder", ["planner", "watchdog", "shared/database"])
def test_no_function_asks_a_clock_of_its_own_for_the_time(folder: str) -> None:
    """time.monotonic, for durations, is another matter."""
    for file in (ROOT / "functions" / folder).rglob("*.py"):
        assert not OWN_CLOCK.search(file.read_text(encoding="utf-8")), file
