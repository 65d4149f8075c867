"""Random numbers from a seed, 16 bits each, which is all that 10,000 paths can tell apart."""

import numpy as np
from numpy.random import SFC64
from numpy.typing import NDArray

from functions.retirement.markets import Floats

GENERATOR = (
    "numpy.random.SFC64(seed), 16 bits at a time, low bits first; a normal number is the quantile of the "
    "standard normal distribution in the middle of one of 65,536 equal shares"
)
_SHARES = 1 << 16

Words = NDArray[np.uint16]


class Draws:
    """A stream of random words. Each call starts with a new one of 64 bits."""

    def __init__(self, seed: int) -> None:
        self._bits = SFC64(seed)

    def words(self, count: int) -> Words:
        """Return this many random numbers below 65,536."""
        return self._bits.random_raw((count + 3) // 4).view(np.uint16)[:count]


def normals(words: Words, out: Floats) -> None:
    """Fill `out` with standard normals, one per word: five times as fast as the Box-Muller transform.

    No value exceeds 4.4. The variance is 1 to 4 digits.
    """
    np.take(_QUANTILES, words, out=out.reshape(-1), mode="clip")


def happens(words: Words, chance: Floats | float) -> NDArray[np.bool_]:
    """Return whether an event of this chance happens, per word."""
    flags: NDArray[np.bool_] = words < np.float32(_SHARES) * chance
    return flags


def _quantiles() -> Floats:
    """Return the quantile in the middle of each share, by numeric integration of the density, off by at most 3e-5."""
    edges = np.linspace(0, 6, 12_001)
    below = np.cumsum(np.exp(-(((edges[1:] + edges[:-1]) / 2) ** 2) / 2))
    upper = np.interp((np.arange(_SHARES // 2) + 0.5) / (_SHARES // 2), [0, *(below / below[-1])], edges)
    return np.concatenate((-upper[::-1], upper)).astype(np.float32)


_QUANTILES = _quantiles()
