"""Lines that name the account of the table below them."""

import re

_TITLE = re.compile(r"[A-Za-z][^,]{0,60}?(?:\.{2,}|…|[-*•#]|\bx+|\bX+) ?[0-9]{3,4}")
_LABELED = re.compile(r"account(?: name| number)?(?:: *|, )(.{1,100})", re.IGNORECASE)
_POSITIONS = re.compile(r"positions for (?:account )?(?!all\b)(.{1,100}?) as of .{0,100}", re.IGNORECASE)


def title_of_account(text: str) -> str | None:
    """Return the account named by a separate line, such as "Individual ...123"; None for any other line."""
    if found := _POSITIONS.fullmatch(text) or _LABELED.fullmatch(text):
        return str(found[1])
    return text if _TITLE.fullmatch(text) else None
