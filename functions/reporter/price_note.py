"""What the refresh of prices came to, in a sentence or two for whoever relies on the figures."""

from collections.abc import Callable

from functions.shared.analysis.quality import DataQuality
from functions.shared.analysis.wording import LIST_LENGTH, count, listed


def price_note(quality: DataQuality, name: Callable[[str], str] = str) -> str:
    """Nothing where no source of prices is set; `name` writes a symbol."""
    refresh = quality.price_refresh
    if refresh is None:
        return ""
    day, asked = refresh.at.date().isoformat(), refresh.refreshed + len(refresh.failed)
    if not refresh.failed:
        return f"{'The price was' if asked == 1 else f'All {asked:,} prices were'} refreshed on {day}."
    if not refresh.refreshed:
        failed = f"Prices could not be refreshed on {day} ({refresh.reason})"
    else:
        failed = (
            f"{refresh.refreshed:,} of {count(asked, 'price')} {'was' if refresh.refreshed == 1 else 'were'} refreshed "
            f"on {day}, but not "
            f"{listed([name(symbol) for symbol in refresh.failed], LIST_LENGTH)} ({refresh.reason})"
        )
    return f"{failed}; {_what_counts(quality)}."


def _what_counts(quality: DataQuality) -> str:
    refresh, unpriced = quality.price_refresh, quality.unpriced
    if refresh and set(refresh.failed) <= set(unpriced):
        return "none is known from before"
    since = f", the oldest from {quality.oldest_kept_price.isoformat()}" if quality.oldest_kept_price else ""
    return f"the last known {'price is' if refresh and len(refresh.failed) == 1 else 'prices are'} used{since}"
