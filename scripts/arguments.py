"""Kinds of arguments that several scripts take."""

from argparse import ArgumentTypeError
from collections.abc import Callable


def at_least(least: int) -> Callable[[str], int]:
    """A whole number, for argparse."""

    def number(given: str) -> int:
        if not given.isdecimal() or int(given) < least:
            raise ArgumentTypeError(f"{given} is no whole number from {least} on")
        return int(given)

    return number
