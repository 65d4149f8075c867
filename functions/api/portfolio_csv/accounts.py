"""Account labels without full account numbers.

Broker files identify accounts by name, by number, or both. A label keeps only the last four characters of a number, and
always includes them if there is a number: otherwise the same name at two brokers would become one account. It keeps
more characters if two accounts of a file would otherwise have the same label.
"""

from collections.abc import Iterable

from functions.api.portfolio_csv.tables import Owner

LONGEST_NAME = 100
UNNAMED = "Portfolio"
"""The account of a file that names none."""
_DIGITS_KEPT = 4
_MASK = ".…*•xX#-"


def labels(owners: Iterable[Owner], *, typed_by_hand: bool) -> dict[Owner, str]:
    """Return a unique label for each account, such as "ROTH IRA (…6789)"."""
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
    """Return a label such as "ROTH IRA (…6789)", using a number inside the name if there is no separate one.

    A number of four characters or fewer was already truncated by the broker.
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
