"""Argument types shared by several scripts."""

from argparse import ArgumentTypeError
from collections.abc import Callable


def at_least(least: int) -> Callable[[str], int]:
    """Return an argparse type for integers of at least `least`."""

    def number(given: str) -> int:
        if not given.isdecimal() or int(given) < least:
            raise ArgumentTypeError(f"{given} must be an integer of at least {least}")
        return int(given)

    return number
