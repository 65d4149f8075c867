"""The format of figures and names. Every text, table and chart formats its figures here, from unrounded values.

This way, all texts show a figure in the same form: $301,580, 85%, about $94,000.

Names come from users and files. `plain` reduces them to one printable line; `markdown` also keeps them plain text
anywhere in a Markdown document.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

NAME_LENGTH = 60
LIST_LENGTH = 20

_CENTS_BELOW = 10
_ALL = 100
_WORD_JOINER = "\u2060"
_MARKUP = re.compile(r"[\\`*_\[\]{}|~#^$=]")
_LINK = re.compile(r"\w(?=\.\w\w)|:(?=//)|@")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_MONTHS = (  # not the platform's names, which depend on its locale
    "January February March April May June July August September October November December"
).split()
_LABELS = {
    "etf": "ETF",
    "cd": "CD",
    "equity": "Stocks",
    "fixed_income": "Bonds",
    "treasury": "Treasuries",
    "corporate": "Corporate bonds",
    "mortgage": "Mortgage bonds",
    "government_related": "Other government bonds",
    "diversified": "Sectors not known",
}


def money(amount: Decimal) -> str:
    """Format an exact amount: whole US dollars from $10 on, cents below: $301,580, $1.37, -$0.50, $5."""
    whole = abs(amount) >= _CENTS_BELOW or amount == amount.to_integral_value()
    shown = rounded(amount, 0 if whole else 2)
    return f"{'-' if shown < 0 else ''}${abs(shown):,}"


def dollars(amount: Decimal | float) -> str:
    """Format estimated US dollars without cents: $1,235."""
    whole = rounded(amount, 0)
    return f"{'-' if whole < 0 else ''}${abs(whole):,}"


def signed(amount: Decimal) -> str:
    """Format estimated US dollars with a sign: +$1,235, -$1,235, $0."""
    return f"{'+' if amount > 0 else ''}{dollars(amount)}"


def estimate(amount: Decimal | float) -> str:
    """Format an estimate with two digits, its actual precision: $94,000, $1,200, $37. Put "about" before it."""
    return dollars(two_digits(amount))


def two_digits(amount: Decimal | float) -> Decimal:
    """Round to two significant digits, and to whole units: 94,321 becomes 94,000."""
    value = Decimal(amount)
    return rounded(value, min(0, 1 - value.adjusted()) if abs(value) >= 1 else 0)


def rounded(value: Decimal | float, digits: int) -> Decimal:
    """Round half-even to this many decimals; negative for tens, hundreds, …"""
    result = Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN) + 0  # turns -0 into 0
    return result if digits >= 0 else result.quantize(Decimal(1))


def amount_in_short(amount: Decimal | float) -> str:
    """Format US dollars with three digits, to save space: $950, $44.1K, -$1.25M."""
    value, suffix = abs(float(amount)), ""
    for power, letter in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K")):
        if value >= power * 0.9995:
            value, suffix = value / power, letter
            break
    digits = 0 if not suffix or value >= 99.95 else 1 if value >= 9.995 else 2
    text = f"{value:,.{digits}f}"
    short = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{'-' if amount < 0 and short != '0' else ''}${short}{suffix}"


def percent(share: Decimal | float, digits: int = 1) -> str:
    """Format a percentage: 5.7%."""
    return f"{rounded(share, digits):,}%"


def portion(amount: Decimal | float, whole: Decimal | float) -> str:
    """Format an amount as a whole percentage: 85%. A part is never shown as 0% (but <1%) or as 100% (but >99%)."""
    if not whole:
        return "0%"
    share = 100 * Decimal(amount) / Decimal(whole)
    whole_percent = rounded(share, 0)
    if share and not whole_percent:
        return "<1%"
    return ">99%" if whole_percent == _ALL and share != _ALL else f"{whole_percent}%"


def points(difference: Decimal | float) -> str:
    """Format percentage points with a sign: +15, -3, 0."""
    whole = rounded(difference, 0)
    return f"+{whole}" if whole > 0 else str(whole)


def distance(difference: Decimal | float) -> str:
    """Format percentage points without a sign: 15 points, 1 point."""
    return count(int(abs(rounded(difference, 0))), "point")


def count(number: int, noun: str, plural: str = "") -> str:
    """Format a count: 1 account, 2 accounts, 1,000 accounts."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def day(date: date) -> str:
    """Format a date: November 5, 2026. A datetime keeps its own time zone."""
    return f"{_MONTHS[date.month - 1]} {date.day}, {date.year}"


def listed(items: Sequence[str], limit: int = LIST_LENGTH) -> str:
    """Join items: a; a and b; a, b and c; and beyond the limit: a, b and 7 more."""
    shown = [*items[:limit], *([f"{len(items) - limit:,} more"] if len(items) > limit else [])]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def named(names: Iterable[str], limit: int = LIST_LENGTH) -> str:
    """Escape names for Markdown, and join them as `listed` does."""
    return listed([markdown(name) for name in names], limit)


def label(key: str) -> str:
    """Return the label of an internal key: fixed_income becomes Bonds, north_america becomes North America."""
    if key in _LABELS:
        return _LABELS[key]
    if key in {"north_america", "latin_america", "middle_east"}:
        return key.replace("_", " ").title()
    return key.replace("_", " ").capitalize()


def plain(name: str, length: int = NAME_LENGTH) -> str:
    """Return one line of printable characters, at most `length`, without control and invisible characters."""
    spaced = " ".join("".join(_printable(unicodedata.normalize("NFC", name))).split())
    shown = spaced if len(spaced) <= length else spaced[: length - 1].rstrip() + "…"
    return shown or "(unnamed)"


def markdown(name: str, length: int = NAME_LENGTH) -> str:
    """Escape a name so that Markdown shows it verbatim: no markup, HTML, table cells, or automatic links.

    Intended for the middle of a line. Every markup character is escaped; an invisible word joiner breaks addresses,
    since some renderers detect links after resolving escapes.
    """
    text = _ENTITY.sub("&amp;", _LINK.sub(rf"\g<0>{_WORD_JOINER}", plain(name, length)))
    return _MARKUP.sub(r"\\\g<0>", text).replace("<", "&lt;").replace(">", "&gt;")


def table(header: Sequence[str], rows: Iterable[Sequence[str]], texts: int = 1) -> str:
    """Return a Markdown table. The first `texts` columns are left-aligned, others right-aligned. Cells are Markdown."""
    rule = [*("---" for _ in header[:texts]), *("---:" for _ in header[texts:])]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (header, rule, *rows))


def _printable(name: str) -> Iterable[str]:
    for character in name:
        match unicodedata.category(character):
            case "Cc" | "Zs" | "Zl" | "Zp":
                yield " "
            case "Cf" | "Cs" | "Co" | "Cn":
                continue
            case _:
                yield character
