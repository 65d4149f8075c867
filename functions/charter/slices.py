"""Parts of a whole as a chart shows them: few enough to tell apart, and still the whole."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

#: As many as there are colours that everybody can tell apart.
MOST_SLICES = 7
#: Percent of the whole below which slices are gathered.
SMALL = 2
OTHER = "Other"


class Slice(NamedTuple):
    """US dollars under a name."""

    name: str
    amount: Decimal


def gather(slices: Sequence[Slice], small: int = SMALL) -> list[Slice]:
    """Largest first, at most seven, and last what is left of the whole as 'Other'.

    Slices below `small` percent go there, unless it is a single one; amounts always sum to the same.
    """
    ordered = sorted(slices, key=lambda slice_: -slice_.amount)
    whole = sum((slice_.amount for slice_ in ordered), Decimal())
    large = [slice_ for slice_ in ordered if slice_.amount * 100 >= whole * small]
    shown = min(len(ordered) if len(ordered) - len(large) == 1 else len(large), MOST_SLICES)
    rest = sum((slice_.amount for slice_ in ordered[shown:]), Decimal())
    return [*ordered[:shown], *([Slice(OTHER, rest)] if rest else [])]


def unique(slices: Sequence[Slice]) -> list[Slice]:
    """Names that occur again get a number: charts tell their parts apart by name."""
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
