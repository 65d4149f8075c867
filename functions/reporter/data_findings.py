"""Rules about the data behind the report: missing prices, unknown kinds, old prices."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from functions.reporter.measures import Measures
from functions.shared.analysis.wording import count, day, listed, markdown, money, portion

UNKNOWN_LIMIT = 1
"""Percent of the portfolio that cannot be classified."""
STALE_LIMIT = 5
"""Percent of the portfolio at old prices."""
SYMBOLS_NAMED = 6


@dataclass(frozen=True)
class Finding:
    """`title` and `text` are Markdown: one sentence, and what is behind it."""

    weight: float
    title: str
    text: str


def _unpriced(measures: Measures) -> Finding | None:
    symbols = measures.quality.unpriced
    if not symbols:
        return None
    one = len(symbols) == 1
    return Finding(
        weight=60.0,
        title=f"{count(len(symbols), 'holding has', 'holdings have')} no price.",
        text=f"{_some(symbols)} {'is' if one else 'are'} left out of this report, so your portfolio is worth more than "
        f"it shows. Add {'its price' if one else 'their prices'} and run the analysis again.",
    )


def _unclassified(measures: Measures) -> Finding | None:
    value = measures.quality.unclassified_value
    if measures.share(value) < UNKNOWN_LIMIT:
        return None
    symbols = measures.quality.unclassified
    return Finding(
        weight=float(measures.share(value)) * 0.9,
        title=f"We cannot classify {portion(value, measures.total)} of the portfolio.",
        text=f"{_some(symbols)} ({money(value)}) {'is' if len(symbols) == 1 else 'are'} left out of the comparison "
        f"with targets and of the trades. Tell us what {'it is' if len(symbols) == 1 else 'they are'} to include "
        f"{'it' if len(symbols) == 1 else 'them'}.",
    )


def _stale(measures: Measures) -> Finding | None:
    quality, share = measures.quality, measures.share(measures.quality.stale_value)
    if share < STALE_LIMIT or quality.oldest_price is None:
        return None
    return Finding(
        weight=float(share) * 0.5,
        title=f"{portion(quality.stale_value, measures.total)} of the value rests on old prices.",
        text=f"{count(len(quality.stale), 'holding has', 'holdings have')} a price older than a week; the oldest is of "
        f"{day(quality.oldest_price)}. Import a current file.",
    )


def _some(symbols: Sequence[str]) -> str:
    """Return the first few symbols; the appendix lists more."""
    return listed([markdown(symbol) for symbol in symbols], SYMBOLS_NAMED)


DATA_RULES: tuple[Callable[[Measures], Finding | None], ...] = (_unpriced, _unclassified, _stale)
