"""The characters allowed in names and other text that users enter.

Rejects invisible characters that can make different names look the same or reverse text: control and format characters,
bidirectional controls, line separators, blank letters, private-use characters, and noncharacters. The list follows
`Default_Ignorable_Code_Point` and the general categories Cc, Cf, Co, Zl, and Zp of Unicode,
https://www.unicode.org/reports/tr44/. Joiners and variation selectors are allowed within emoji and within scripts that
need them, where they change the visible text.
"""

import re
from functools import cache
from typing import Any

FORMAT = "visible-text"
#: JSON Schema for such a field. The rule as a pattern would be longer than the rest of the document.
SCHEMA: dict[str, Any] = {
    "format": FORMAT,
    "description": "No line breaks, control characters, or invisible characters.",
}

_HIDDEN = (
    "\x00-\x1f\x7f-\x9f\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\ue000-\uf8ff\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U0010ffff"
)
_JOINERS, _SELECTORS = "\u200c\u200d", "\ufe0e\ufe0f"
#: Arabic to Indic and other scripts with joining letters, symbols, and emoji with skin tones.
_JOINED = "\u00a9\u00ae\u0606-\u109f\u1780-\u18af\u203c-\u2049\u20e3\u2122-\u27bf\u2900-\u303d\U0001f000-\U0001faff"
_UNSEEN = f"{_HIDDEN}{_JOINERS}{_SELECTORS}"
_SELECTED = f"(?<=[{_JOINED}])[{_SELECTORS}]"
_JOINING = f"(?<=[{_JOINED}{_SELECTORS}])[{_JOINERS}](?=[{_JOINED}])"


def visible(text: str) -> str:
    """Return `text` unchanged. Raises ValueError if it contains an invisible character."""
    if not _text().fullmatch(text):
        raise ValueError("must not contain line breaks, control characters or invisible characters")
    return text


def with_spaces_for_hidden(text: str) -> str:
    """Replace each invisible character, such as a line break in a fund's name, with a space."""
    try:
        return visible(text)
    except ValueError:
        return re.sub(f"[{_UNSEEN}]", " ", text)


@cache
def _text() -> re.Pattern[str]:
    """Compiled on first use, because a poll doesn't need it."""
    return re.compile(f"(?:[^{_UNSEEN}]|{_SELECTED}|{_JOINING})*")
