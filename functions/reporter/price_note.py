"""One or two sentences on the result of the price refresh."""

from collections.abc import Callable

from functions.shared.analysis.quality import DataQuality
from functions.shared.analysis.wording import day, listed
from functions.shared.portfolio import PriceRefresh


def price_note(quality: DataQuality, name: Callable[[str], str] = str) -> str:
    """Return the note, or an empty string if no price source is set. `name` formats a symbol."""
    refresh = quality.price_refresh
    if refresh is None:
        return ""
    on = day(refresh.at)
    if not refresh.failed:
        current = "it is" if refresh.refreshed == 1 else f"all {refresh.refreshed:,} are"
        return f"Prices were refreshed on {on}, and {current} up to date."
    if refresh.refreshed:
        names = listed([name(symbol) for symbol in refresh.failed])
        came_to = f"Prices were refreshed on {on}, but not {names}"
    else:
        came_to = f"Prices could not be refreshed on {on}"
    return f"{came_to} ({refresh.reason}); {_what_counts(refresh, quality)}."


def _what_counts(refresh: PriceRefresh, quality: DataQuality) -> str:
    if set(refresh.failed) <= set(quality.unpriced):
        return "none is known from before"
    since = f", the oldest from {day(quality.oldest_kept_price)}" if quality.oldest_kept_price else ""
    return f"the last known {'price is' if len(refresh.failed) == 1 else 'prices are'} used{since}"
