"""Rules about the data behind the report: missing prices, unknown kinds, old prices."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from functions.reporter.measures import Measures
from functions.shared.analysis.wording import count, day, money, named, portion
from functions.shared.narration.claims import Claim, Direction, Passage, passage

UNKNOWN_LIMIT = 1
"""Percent of the portfolio that cannot be classified."""
STALE_LIMIT = 5
"""Percent of the portfolio at old prices."""
VERY_OLD_DAYS = 90
"""Prices of this age weigh in full."""
SYMBOLS_NAMED = 6


@dataclass(frozen=True)
class Finding:
    """`title` is a sentence in Markdown. `explanation` has the claims of the text after it; see `passage`."""

    weight: float
    title: str
    explanation: Iterable[Claim | str]

    @property
    def passage(self) -> Passage:
        return passage(f"Finding: {self.title}", *self.explanation)


def _unpriced(measures: Measures) -> Finding | None:
    symbols = measures.quality.unpriced
    if not symbols:
        return None
    one = len(symbols) == 1
    return Finding(
        weight=60.0,
        title=f"{count(len(symbols), 'holding has', 'holdings have')} no price.",
        explanation=(
            Claim(
                f"{_some(symbols)} {'is' if one else 'are'} left out of this report, so your portfolio is worth more "
                "than it shows",
                _some(symbols),
                "value",
                Direction.NONE,
            ),
            Claim(
                f"add {'its price' if one else 'their prices'} and run the analysis again",
                _some(symbols),
                "price",
                Direction.ACTION,
            ),
        ),
    )


def _unclassified(measures: Measures) -> Finding | None:
    value = measures.quality.unclassified_value
    if measures.share(value) < UNKNOWN_LIMIT:
        return None
    symbols = measures.quality.unclassified
    one = len(symbols) == 1
    return Finding(
        weight=float(measures.share(value)) * 0.9,
        title=f"We cannot classify {portion(value, measures.total)} of the portfolio.",
        explanation=(
            Claim(
                f"{_some(symbols)} ({money(value)}) {'is' if one else 'are'} left out of the comparison with targets "
                "and of the trades",
                _some(symbols),
                "value",
                value=money(value),
            ),
            Claim(
                f"tell us what {'it is' if one else 'they are'} to include {'it' if one else 'them'}",
                _some(symbols),
                "kind",
                Direction.ACTION,
            ),
        ),
    )


def _stale(measures: Measures) -> Finding | None:
    quality, share = measures.quality, measures.share(measures.quality.stale_value)
    if share < STALE_LIMIT or quality.oldest_price is None:
        return None
    age = (measures.taken_at.date() - quality.oldest_price).days
    oldest, held = day(quality.oldest_price), count(len(quality.stale), "holding")
    older: Sequence[Claim | str] = (
        Claim(f"{held} have a price older than a week", "prices", "age", value=held),
        "; ",
        Claim(f"the oldest is from {oldest}", "prices", "date", value=oldest),
    )
    if len(quality.stale) == 1:
        older = (Claim(f"the price of {_some(quality.stale)} is from {oldest}", "prices", "date", value=oldest),)
    return Finding(
        weight=float(share) * 0.5 * min(age / VERY_OLD_DAYS, 1),
        title=f"{portion(quality.stale_value, measures.total)} of the value rests on old prices.",
        explanation=(
            *older,
            Claim("import a current file", "prices", "file", Direction.ACTION),
        ),
    )


def _some(symbols: Sequence[str]) -> str:
    """Return the first few symbols; the appendix lists more."""
    return named(symbols, SYMBOLS_NAMED)


DATA_RULES: tuple[Callable[[Measures], Finding | None], ...] = (_unpriced, _unclassified, _stale)
