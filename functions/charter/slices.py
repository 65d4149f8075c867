"""Reduces the parts of a whole to slices that are easy to distinguish and still sum to the whole."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

#: The number of colors that readers with any type of color vision can distinguish.
MOST_SLICES = 7
#: Slices below this percentage of the whole are grouped.
SMALL = 2
OTHER = "Other"


class Slice(NamedTuple):
    """An amount in US dollars and its name."""

    name: str
    amount: Decimal


def gather(slices: Sequence[Slice], small: int = SMALL) -> list[Slice]:
    """Return at most seven slices, largest first, and the remainder last as "Other".

    Groups slices below `small` percent, unless there is only one. The total does not change.
    """
    ordered = sorted(slices, key=lambda slice_: -slice_.amount)
    whole = sum((slice_.amount for slice_ in ordered), Decimal())
    large = [slice_ for slice_ in ordered if slice_.amount * 100 >= whole * small]
    shown = min(len(ordered) if len(ordered) - len(large) == 1 else len(large), MOST_SLICES)
    rest = sum((slice_.amount for slice_ in ordered[shown:]), Decimal())
    return [*ordered[:shown], *([Slice(OTHER, rest)] if rest else [])]


def unique(slices: Sequence[Slice]) -> list[Slice]:
    """Number repeated names, because charts identify their parts by name."""
    seen: set[str] = set()
    named = []
    for name, amount in slices:
        number, candidate = 1, name
        while candidate in seen:
            number += 1
            candidate = f"{name} ({number})"
        seen.add(candidate)
        named.append(Slice(candidate, amount))
    return named
