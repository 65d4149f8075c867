"""Every fault has existing tests, every defense an applicable mutant, and no function reads its own clock."""

import re

import pytest

from scripts.manifest import ROOT
from tests.simulation.catalog import FAULTS
from tests.simulation.mutants import MUTANTS

NUMBERS = set(range(1, 43))
OWN_CLOCK = re.compile(r"datetime\.now|utcnow|date\.today|time\.time\(")


def has_test(path: str) -> bool:
    file, _, name = path.partition("::")
    name = name.rpartition("::")[2]
    return f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")


def test_every_fault_has_tests() -> None:
    assert set(FAULTS) == NUMBERS
    assert [test for _, tests in FAULTS.values() for test in tests or [""] if not has_test(f"tests/{test}")] == []


def test_every_mutant_changes_one_place_and_has_a_test() -> None:
    outdated = [
        mutant.name
        for mutant in MUTANTS
        if (ROOT / mutant.file).read_text(encoding="utf-8").count(mutant.old) != 1 or not has_test(mutant.test)
    ]

    assert outdated == []


@pytest.mark.parametrize("folder", ["planner", "dead_letters", "shared"])
def test_functions_read_no_clock_of_their_own(folder: str) -> None:
    """time.monotonic is allowed, for durations."""
    for file in (ROOT / "functions" / folder).rglob("*.py"):
        assert not OWN_CLOCK.search(file.read_text(encoding="utf-8")), file
