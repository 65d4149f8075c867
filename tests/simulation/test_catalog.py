"""Every fault has existing tests, every defense an applicable mutant, and no function reads the wall clock."""

import re

import pytest

from scripts.manifest import ROOT
from tests.simulation.catalog import FAULTS
from tests.simulation.mutants import MUTANTS

NUMBERS = set(range(1, 43))
WALL_CLOCK = re.compile(r"datetime\.now|utcnow|date\.today|time\.time\(")


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
def test_functions_never_read_the_wall_clock(folder: str) -> None:
    """They may use time.monotonic for durations."""
    for file in (ROOT / "functions" / folder).rglob("*.py"):
        assert not WALL_CLOCK.search(file.read_text(encoding="utf-8")), file
