"""Distortions of a good passage. Written before the checks, and independently of them.

Each takes a passage with ids and returns a text that must be refused, or the unchanged passage if the distortion
does not apply.
"""

import re
from collections.abc import Callable, Mapping

_ID = re.compile(r"\[c\d\]")
_LETTERS = "aceopxyi"
_SCRIPTS = {
    "Cyrillic letter": dict(zip(_LETTERS, "асеорхуі", strict=True)),  # noqa: RUF001
    "Greek letter": {"a": "α", "o": "ο", "i": "ι"},  # noqa: RUF001
    "fullwidth letter": {letter: chr(ord(letter) + 0xFEE0) for letter in _LETTERS},
    "mathematical bold letter": {letter: chr(0x1D41A + ord(letter) - ord("a")) for letter in _LETTERS},
    "dotless letter": {"i": "ı"},  # noqa: RUF001
    "accented letter": dict(zip("aeo", "áéó", strict=True)),
}


def _own(text: str, change: Callable[[str], str]) -> str:
    """Change the first word of at least four letters outside of ids."""
    return re.sub(r"(?<![\[\w])[A-Za-z]{4,}(?!\w)", lambda word: change(word.group()), text, count=1)


def _replaced(letters: Mapping[str, str]) -> Callable[[str], str]:
    """Replace the first letter that has a counterpart outside of ids."""

    def change(text: str) -> str:
        for place, letter in enumerate(text):
            if letter in letters and not _in_id(text, place):
                return text[:place] + letters[letter] + text[place + 1 :]
        return text

    return change


def _in_id(text: str, place: int) -> bool:
    return any(match.start() <= place < match.end() for match in _ID.finditer(text))


def _inside(mark: str) -> Callable[[str], str]:
    return lambda text: _own(text, lambda word: word[:2] + mark + word[2:])


def _around(before: str = "", after: str = "") -> Callable[[str], str]:
    return lambda text: text.replace("[c1]", f"{before}[c1]{after}")


MUTATIONS: Mapping[str, Callable[[str], str]] = {
    **{name: _replaced(letters) for name, letters in _SCRIPTS.items()},
    "zero-width space": _inside("\u200b"),
    "zero-width joiner": _inside("\u200d"),
    "soft hyphen": _inside("\u00ad"),
    "right-to-left override": _inside("\u202e"),
    "combining accent": _inside("\u0301"),
    "byte order mark": _inside("\ufeff"),
    "control character": _inside("\x07"),
    "null character": _inside("\x00"),
    "emoji": lambda text: f"{text} \U0001f680",
    "digit in a word": _inside("0"),
    "superscript digit": lambda text: text.replace("[c1]", "[c1]\u00b2"),
    "fraction sign": _around("\u00bd of the time "),
    "Arabic digit": lambda text: text.replace("[c1]", "\u0663 times [c1]"),
    "circled digit": lambda text: text.replace("[c1]", "\u2460 [c1]"),
    "Roman numeral": lambda text: text.replace("[c1]", "[c1], item XIV"),
    "Roman numeral sign": lambda text: text.replace("[c1]", "[c1], item \u216b"),
    "claim left out": lambda text: text.replace("[c1]", "it is so"),
    "every claim left out": lambda text: _ID.sub("it is so", text),
    "claim used again": lambda text: f"{text} So [c1].",
    "claim used in place of another": lambda text: text.replace("[c2]", "[c1]"),
    "unknown claim": lambda text: text.replace("[c1]", "[c9]"),
    "claim of another document": lambda text: text.replace("[c1]", "[x1]"),
    "claim without a bracket": lambda text: text.replace("[c1]", "[c1"),
    "claim in capitals": lambda text: text.replace("[c1]", "[C1]"),
    "claim with a space": lambda text: text.replace("[c1]", "[ c1 ]"),
    "claim in other brackets": lambda text: text.replace("[c1]", "{c1}"),
    "claim in full-width brackets": lambda text: text.replace("[c1]", "\uff3bc1\uff3d"),
    "digit glued to a claim": _around(after="0"),
    "percent sign after a claim": _around(after="%"),
    "minus before a claim": _around("-"),
    "dollar before a claim": _around("$"),
    "letters glued to a claim": _around(after="ish"),
    "scale after a claim": _around(after=" million"),
    "scale of thousands after a claim": _around(after=" thousand"),
    "period after a claim": _around(after=" a month"),
    "period of days after a claim": _around(after=" every day"),
    "unit after a claim": _around(after=" per share"),
    "person after a claim": _around(after=" per person"),
    "currency after a claim": _around(after=" in euros"),
    "comparison after a claim": _around(after=" too much"),
    "exception after a claim": _around(after=" except in part"),
    "year after a claim": _around(after=" last year"),
    "denial before a claim": _around("it is not true that "),
    "falsehood before a claim": _around("it is false that "),
    "nobody before a claim": _around("nobody thinks that "),
    "doubt before a claim": _around("it is doubtful that "),
    "rumor before a claim": _around("people say that "),
    "condition before a claim": _around("if only "),
    "pretense before a claim": _around("suppose that "),
    "past before a claim": _around("it used to be that "),
    "wish before a claim": _around("we hope that "),
    "hardly before a claim": _around("hardly "),
    "double before a claim": _around("twice over, "),
    "number word before a claim": _around("in seven cases "),
    "another's claim": _around("for your neighbor, "),
    "denial after a claim": _around(after=", which is not so"),
    "joke after a claim": _around(after=", just kidding"),
    "opposite after a claim": _around(after=", or rather the opposite"),
    "judgment after a claim": _around(after=", which is excellent"),
    "size after a claim": _around(after=", which is far too much"),
    "direction after a claim": _around(after=", and rising"),
    "quoted claim": _around('"', '"'),
    "claim in tags": _around("<b>", "</b>"),
    "emphasized claim": _around("**", "**"),
    "struck claim": _around("~~", "~~"),
    "claim in code": _around("`", "`"),
    "claim as a link": _around("", "(https://evil.example)"),
    "cut off": lambda text: text.rstrip(".") + " and",
    "cut off within a word": lambda text: text.rstrip(".") + ", becau",
    "empty": lambda _text: "",
    "blank": lambda _text: "   ",
    "only punctuation": lambda _text: "...",
    "far too long": lambda text: text + " This is so because of what it is." * 40,
    "repeated word": lambda text: f"{text} This is this is this is this is this is so.",
    "nested object": lambda text: '{"text": "' + text + '"}',
    "line break and list": lambda text: f"{text}\n- a list item\n- a list item",
    "line break and heading": lambda text: f"{text}\n\n# A heading",
    "line break and table": lambda text: f"{text}\n| a | b |\n|---|---|",
    "words run together": lambda text: _own(text, lambda word: word + word.lower()),
    "misspelled word": lambda text: _own(text, lambda word: word[:2] + word[2:][::-1] + "zq"),
    "word in capitals": lambda text: _own(text, str.upper),
}
