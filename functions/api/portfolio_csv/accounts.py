"""What an account is called, without its number, and which titles between tables name one.

A broker's file names its accounts by name, by number or both. Only the last four characters of a number are kept, and
always where there is a number: a name that changed once a second account of the same name is opened would leave the
first one's old holdings behind, and the same name at two brokers would be one account.
"""

import re

LONGEST_NAME = 100
UNNAMED = "Portfolio"
"""The account of a file that names none."""
_DIGITS_KEPT = 4
_MASK = ".…*•xX#-"
_TITLE = re.compile(r"[A-Za-z][^,]{0,60}?(?:\.{2,}|…|[-*•#]|\bx+|\bX+) ?[0-9]{3,4}")
_LABELLED = re.compile(r"account(?: name| number)?: *(.{1,100})", re.IGNORECASE)
_POSITIONS = re.compile(r"positions for (?:account )?(?!all\b)(.{1,100}?) as of .{0,100}", re.IGNORECASE)


def account_label(name: str, number: str = "") -> str:
    """Such as "ROTH IRA (…6789)"; a number within the name counts where there is no other.

    A number of four characters or fewer is what a broker has left of it already.
    """
    words: list[str] = []
    numbers = [number] if number else []
    for word in name.split():
        (numbers if _is_number(word) else words).append(word)
    label = " ".join(words) or ("Account" if numbers else "")
    if not numbers:
        return label
    kept = "".join(filter(str.isalnum, numbers[0].lstrip(_MASK)))[-_DIGITS_KEPT:]
    return f"{label} (…{kept})"


def title_of_account(cell: str) -> str | None:
    """The account that a line of its own between or above tables names, None for any other line."""
    if found := _POSITIONS.fullmatch(cell) or _LABELLED.fullmatch(cell):
        return str(found[1])
    return cell if _TITLE.fullmatch(cell) else None


def _is_number(word: str) -> bool:
    bare = word.strip("()").lstrip(_MASK)
    digits = sum(map(str.isdigit, bare))
    is_masked = len(bare) < len(word.strip("()"))
    letters = sum(map(str.isalpha, bare))
    return digits >= (3 if is_masked else 5) and letters <= 3
