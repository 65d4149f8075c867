"""What an account is called, without its number.

A broker's file names its accounts by name, by number, or both. Only the last four characters of a number are kept,
and always where there is a number: otherwise the same name at two brokers would be one account. Where two accounts of a
file would still be called the same, more characters are kept.
"""

from collections.abc import Iterable

from functions.api.portfolio_csv.tables import Owner

LONGEST_NAME = 100
UNNAMED = "Portfolio"
"""The account of a file that names none."""
_DIGITS_KEPT = 4
_MASK = ".…*•xX#-"


def labels(owners: Iterable[Owner], *, typed_by_hand: bool) -> dict[Owner, str]:
    """A name for each account, all different, such as "ROTH IRA (…6789)"."""
    named: dict[str, Owner] = {}
    for owner in owners:
        kept = _DIGITS_KEPT
        label = owner.name if typed_by_hand and owner.name else account_label(owner, kept)
        while label in named and kept < len(owner.number):
            kept += 1
            label = account_label(owner, kept)
        count, unnumbered = 2, label
        while label in named:
            label = f"{unnumbered} ({count})"
            count += 1
        named[label] = owner
    return {owner: label for label, owner in named.items()}


def account_label(owner: Owner, kept: int = _DIGITS_KEPT) -> str:
    """Such as "ROTH IRA (…6789)"; a number within the name counts where there is no other.

    A number of four characters or fewer is what a broker has left of it already.
    """
    words: list[str] = []
    numbers = [owner.number] if owner.number else []
    for word in owner.name.split():
        (numbers if _is_number(word) else words).append(word)
    label = " ".join(words) or ("Account" if numbers else UNNAMED)
    if not numbers:
        return label
    shown = "".join(filter(str.isalnum, numbers[0].lstrip(_MASK)))[-kept:]
    return f"{label} (…{shown})"


def _is_number(word: str) -> bool:
    bare = word.strip("()").lstrip(_MASK)
    digits = sum(map(str.isdigit, bare))
    is_masked = len(bare) < len(word.strip("()"))
    letters = sum(map(str.isalpha, bare))
    return digits >= (3 if is_masked else 5) and letters <= 3
