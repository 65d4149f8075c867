"""Recognizes a currency in a cell, a header, or a sentence."""

import re
import unicodedata
from functools import lru_cache

from functions.api.portfolio_csv.vocabulary.currencies import (
    ACCOUNTS,
    ALSO_WORDS,
    DOLLAR,
    NAMES,
    SIGNS,
    UNKNOWN,
    USD,
    WORDS,
)

_LETTERS = re.compile(r"[^\W\d_]+")
_SIGN = re.compile(
    "|".join(
        re.escape(sign) for sign in sorted(SIGNS, key=len, reverse=True) if not (sign.isalpha() and sign.isascii())
    )
)
_CODE = re.compile(rf"(?<![A-Za-z])(?:{'|'.join(code for code in NAMES if code not in ALSO_WORDS)}|GBp)(?![A-Za-z])")
_LONG_WORDS = sorted((re.escape(word) for word in WORDS if len(word) > 3), key=len, reverse=True)
_WORD = re.compile(rf"(?<![a-z])(?:{'|'.join(_LONG_WORDS)})(?![a-z])")
_WORDS_IN_A_NAME = {
    word: re.compile(rf"(?<![a-z]){word}(?![a-z])")
    for word in (
        *("pence", "pounds", "euros", "euro", "rupees", "yen"),
        *("us dollars", "us dollar", "canadian dollars", "dollars"),
    )
}
"""The first of these that a column name contains is its currency."""
_CODES_IN_A_NAME = "usd|eur|gbp|gbx|cad|aud|chf|jpy|inr|hkd|sgd|sek|nok|dkk"
_CODE_IN_A_NAME = re.compile(rf"(?<![a-z])(?:{_CODES_IN_A_NAME})(?![a-z])")
_IN_A_NAME = re.compile(rf"(?<![a-z])(?:{'|'.join(_WORDS_IN_A_NAME)}|{_CODES_IN_A_NAME})(?![a-z])")
"""Any of these. Almost no name contains one, so this search replaces eleven."""
_PENCE = frozenset({"GBp", "GBX", "gbx", "GBx"})


def plain(text: str) -> str:
    """Return the text in lower case without accents; other scripts are unchanged."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character)).casefold()


@lru_cache(maxsize=1_024)
def currency_of_cell(text: str) -> str | None:
    """Return the code in a currency cell: "USD", "US Dollars", "US$", "CAD - Canadian Dollar".

    None if the cell is empty, UNKNOWN if it contains anything else.
    """
    cell = text.strip()[:60]
    if not any(map(str.isalnum, cell)) and cell not in {"$", "€", "£", "¥", "₹"}:
        return None
    if cell in _PENCE:
        return "GBX"
    upper = cell.upper()
    words = " ".join(_LETTERS.findall(plain(cell)))
    if upper in NAMES or upper in SIGNS or words in WORDS:
        return upper if upper in NAMES else SIGNS.get(upper, WORDS.get(words, UNKNOWN)).replace(DOLLAR, USD)
    found = {code.upper() for code in _CODE.findall(cell)} | {WORDS[word] for word in _WORD.findall(words)}
    specific = found - {USD} if "dollar" in words and len(found) > 1 else found
    if len(specific) == 1:
        return specific.pop()
    return UNKNOWN


@lru_cache(maxsize=4_096)
def currency_in_name(text: str) -> tuple[str | None, str]:
    """Return the currency in a column name, and the name without it: "Value (C$)", "Price GBP", "Kurs in EUR"."""
    if sign := _SIGN.search(text):
        return SIGNS[sign[0]], text[: sign.start()] + " " + text[sign.end() :]
    if code := _CODE.search(text):
        found = "GBX" if code[0] in _PENCE else code[0]
        return found, text[: code.start()] + " " + text[code.end() :]
    lower = plain(text)
    if not _IN_A_NAME.search(lower):
        return None, text
    for word, pattern in _WORDS_IN_A_NAME.items():
        if found_word := pattern.search(lower):
            return WORDS[word], lower[: found_word.start()] + " " + lower[found_word.end() :]
    if code := _CODE_IN_A_NAME.search(lower):
        return code[0].upper(), lower[: code.start()] + " " + lower[code.end() :]
    return None, text


def currency_in_sentence(text: str) -> str | None:
    """Return the currency that a phrase starts with: "EUR", "Canadian dollars unless noted"."""
    start = text.strip()[:40]
    if sign := _SIGN.match(start):
        return SIGNS[sign[0]].replace(DOLLAR, USD)
    if code := _CODE.match(start):
        return "GBX" if code[0] in _PENCE else code[0]
    if (lower_code := start[:3].upper()) in NAMES and not start[3:4].isalpha() and lower_code not in ALSO_WORDS:
        return lower_code
    words = " ".join(_LETTERS.findall(plain(start)))
    matches = [word for word in WORDS if words == word or words.startswith(f"{word} ")]
    return WORDS[max(matches, key=len)] if matches else None


@lru_cache(maxsize=1_024)
def currency_of_account(name: str) -> str | None:
    """Return the currency that ends an account's name ("TFSA - USD"), else that of its kind ("Stocks & Shares ISA")."""
    words = _LETTERS.findall(name[-60:])
    if words and words[-1] in NAMES and words[-1] not in ALSO_WORDS:
        return str(words[-1])
    return next((ACCOUNTS[word] for word in words if word in ACCOUNTS), None)


def suggested(code: str) -> str:
    """Format a currency that is implied but not stated: "Canadian dollars (CAD)"."""
    return "another currency" if code == UNKNOWN else shown(code)


def shown(code: str) -> str:
    """Format a currency for messages: "Canadian dollars (CAD)"."""
    return f"{NAMES[code]} ({code})" if code in NAMES else "a currency that Alex doesn't recognize"
