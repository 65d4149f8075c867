"""Reading or refusing any file of 1 MB costs a bounded number of steps."""

from cProfile import Profile

import pytest

from scripts.benchmarks.import_files import FILES
from tests.functions.api.portfolio_csv.reading import parsed

pytestmark = pytest.mark.slow

MOST_CALLS = 2_000_000
"""The limit of Python function calls. A second of CPU time has room for several million."""


@pytest.mark.parametrize("name", FILES)
def test_largest_file_costs_bounded_number_of_calls(name: str) -> None:
    body = FILES[name]()
    profile = Profile(builtins=False)

    profile.runcall(parsed, body)

    assert 0 < sum(entry.callcount for entry in profile.getstats()) < MOST_CALLS
