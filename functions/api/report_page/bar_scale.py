"""The scale of a table's bars, so that their lengths can be compared with the track behind them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

#: The length of a scale, in SVG units.
LENGTH = 100.0

_WHOLE = 100.0
_LEAST_LOSS = 50.0
_STEP = 10
_SHARE = re.compile(r"(<?)([+-]?\d+(?:\.\d+)?)%")
#: Shares below 1% are shown as "<1%".
_BELOW_ONE = 0.5


@dataclass(frozen=True)
class Scale:
    """Maps values to positions; zero is always on it. If all values are losses, bars also grow from the left."""

    low: float
    high: float
    is_fixed: bool = False
    """Whether the full length has a meaning of its own, and is therefore drawn as a track."""

    @classmethod
    def of_amounts(cls, amounts: Sequence[float]) -> Scale:
        """Return a scale relative to the largest amount."""
        return cls(min([0.0, *amounts]), max([0.0, *amounts]))

    @classmethod
    def of_shares(cls, shares: Sequence[float | None]) -> Scale:
        """Return 0 to 100% for shares of a whole; with losses, 0 to -50%, or further in steps of 10 points."""
        known = [share for share in shares if share is not None]
        worst, best = min([0.0, *known]), max([0.0, *known])
        if worst == 0:
            return cls(0.0, max(_WHOLE, best), is_fixed=True)
        low = min(-_LEAST_LOSS, float(floor(worst / _STEP) * _STEP))
        return cls(low, float(ceil(best / _STEP) * _STEP), is_fixed=True)

    @property
    def ends(self) -> tuple[str, str] | None:
        """The ends of a scale with losses as text; None for others, which end at a whole or have no meaning."""
        if not self.is_fixed or self.low == 0:
            return None
        return (f"{self.low:.0f}%", f"+{self.high:.0f}%") if self.high else ("0%", f"{self.low:.0f}%")

    def __call__(self, value: float) -> float:
        place = LENGTH * (value - self.low) / ((self.high - self.low) or 1)
        return place if self.high else LENGTH - place


def share_of(shown: str) -> float | None:
    """Parse `85%`, `about -32%`, or `<1%`, which counts as 0.5."""
    found = _SHARE.search(shown)
    if not found:
        return None
    return _BELOW_ONE if found[1] else float(found[2])
