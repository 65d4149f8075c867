"""Invalid arguments are reported before anything runs."""

from argparse import ArgumentTypeError

import pytest

from scripts.arguments import at_least


def test_number_that_is_large_enough_is_accepted() -> None:
    assert at_least(1)("1") == 1


@pytest.mark.parametrize("given", ["0", "-3", "1.5", "many", ""])
def test_any_other_value_is_refused_with_the_requirement(given: str) -> None:
    with pytest.raises(ArgumentTypeError, match="must be an integer of at least 1"):
        at_least(1)(given)
