"""Reading or refusing any file of 1 MB costs a bounded number of steps."""

import sys
from types import FrameType
from typing import Any

import pytest

from scripts.benchmarks.import_files import FILES
from tests.functions.api.portfolio_csv.reading import parsed

pytestmark = pytest.mark.slow

MOST_CALLS = 2_000_000
"""The limit of Python function calls. A second of CPU time has room for several million."""


@pytest.mark.parametrize("name", FILES)
def test_largest_file_costs_bounded_number_of_calls(name: str) -> None:
    body = FILES[name]()
    calls = 0

    def count(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        parsed(body)
    finally:
        sys.setprofile(None)

    assert 0 < calls < MOST_CALLS
