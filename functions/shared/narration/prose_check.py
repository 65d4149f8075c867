"""Checks whether a passage written by a model may be used in a report.

A model may be wrong, may have been misled by a name in the portfolio, or may not have responded at all. Its text is
accepted only if it consists of plain English sentences, uses our figures alone, and mentions nothing outside the
portfolio.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from functions.shared.analysis.wording import plain
from functions.shared.narration.figure_check import is_ours
from functions.shared.narration.quantities import read


class Reason(StrEnum):
    """Why a passage is rejected, in words that don't reveal its content."""

    MISSING = "it was not written"
    UNFINISHED = "it was cut off"
    FIGURE = "it has a figure that is none of ours"
    NO_FIGURE = "it leaves out every figure"
    NAME = "it names what is not in the portfolio"
    LANGUAGE = "it is not in English"
    MARKUP = "it has markup, a link or strange characters"
    REFUSAL = "it refuses to answer"
    PROMISE = "it promises what nobody can promise"
    TOO_LONG = "it is far too long"


@dataclass(frozen=True)
class Objection:
    """A sentence (or a whole passage) and the reason it is rejected."""

    sentence: str
    reason: Reason


#: Capitalized words and names that are neither figures nor securities, and always allowed.
_VOCABULARY = frozenset(
    """
    a i etf etfs us usa u.s usd ira iras reit reits irs roth s&p nasdaq social security medicare january february
    march april may june july august september october november december monte carlo herfindahl american european
    asian america europe asia africa oceania latin north middle east western treasury treasuries federal
    """.split()
)
_PHRASES = re.compile(r"\b401\(?k\)?|\b403\(?b\)?|\bS&P 500\b|\bRussell [123]000\b|\bNasdaq[- ]100\b", re.IGNORECASE)
_SENTENCE = re.compile("(?<=[.!?])[\"\u201d']?\\s+(?=[\"\u201c'(]?[A-Z$0-9])")
_STRANGE = re.compile("[^A-Za-zÀ-ÖØ-öø-ÿ0-9\\s.,;:!?'\"\u2018\u2019\u201c\u201d()\u2013\u2014%$&/+\u2026-]")
_LINK = re.compile(r"://|\bwww\.|[A-Za-z]\.[A-Za-z]{2}|&#?\w+;|\$(?!\d)", re.IGNORECASE)
_LIST = re.compile("(?:[-+\u2013\u2014]|[0-9]+[.)])\\s")
_CAPITALS = re.compile(r"\b[A-Z](?:[A-Z0-9&]|[.-](?=[A-Z0-9]))*\b")
_CAPITALIZED = re.compile(r"(?<=[a-z0-9,;%)]\s)[A-Z][a-z]\w+")
_WORDS = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ]+")
_REFUSAL = re.compile(
    r"\bI(?:.m| am) (?:sorry|unable|not able)|\bI (?:cannot|can.t|won.t)\b|\bas an? (?:AI|language model)\b"
    r"|\bprompts?\b|\binstruct(?:ion|ed)",
    re.IGNORECASE,
)
_PROMISE = re.compile(
    r"\bguarante|\brisk[- ]free\b|\bcan(?:not|.t) lose\b|\bno risk\b|\bsure thing\b|\b(?:wire|send) (?:the|your) money",
    re.IGNORECASE,
)
_COMPARISON = re.compile(r"\b(?:doubl|tripl|quadrupl|twice|thrice|halv|\w+fold\b|dozen|nan\b|infinit)", re.IGNORECASE)
_ENGLISH = frozenset(
    """
    the of and to is are your that it its for with by this these which from has have be would than you as not but
    at an more most below above into while so each all they their in on a
    """.split()
)
_LEAST_ENGLISH = 0.2
_FEW_WORDS = 6


def tidy(text: str) -> str:
    """Join into one line without emphasis, removing any formatting the model added."""
    return " ".join(text.replace("**", "").replace("\u00a0", " ").split())


def sentences(text: str) -> list[str]:
    return _SENTENCE.split(text)


def objections(text: str, facts: str, names: Mapping[str, str]) -> list[Objection]:
    """Return the objections to the tidy `text` of a passage; `facts` is our own version, `names` are by symbol."""
    if not text:
        return [Objection("", Reason.MISSING)]
    whole = list(_about_the_whole(text, facts))
    figures = read(facts).quantities
    if figures and not read(text).quantities:
        whole.append(Objection(text, Reason.NO_FIGURE))
    known = _known_words(facts, names)
    checked = (
        Objection(sentence, reason)
        for sentence in sentences(text)
        if (reason := _reason_against(_without_names(sentence, names), facts, known))
    )
    return [*whole, *checked]


def _about_the_whole(text: str, facts: str) -> Iterable[Objection]:
    if len(text) > 3 * len(facts) + 200:
        yield Objection(text, Reason.TOO_LONG)
    if _LIST.match(text):
        yield Objection(text, Reason.MARKUP)
    words = [word.lower() for word in _WORDS.findall(text)]
    if len(words) >= _FEW_WORDS and sum(word in _ENGLISH for word in words) < _LEAST_ENGLISH * len(words):
        yield Objection(text, Reason.LANGUAGE)
    if not text.rstrip("\"\u201d')").endswith((".", "!", "?")):
        yield Objection(text, Reason.UNFINISHED)


def _reason_against(sentence: str, facts: str, known: frozenset[str]) -> Reason | None:
    without_phrases = _PHRASES.sub(" ", sentence)
    reading = read(without_phrases)
    figures = read(facts).quantities
    tests = (
        (Reason.REFUSAL, _REFUSAL.search(sentence) is not None),
        (Reason.MARKUP, _STRANGE.search(sentence) is not None or _LINK.search(_spared(sentence, known)) is not None),
        (Reason.PROMISE, _PROMISE.search(sentence) is not None),
        (Reason.FIGURE, not reading.is_clear or not all(is_ours(quantity, figures) for quantity in reading.quantities)),
        (Reason.FIGURE, bool(_COMPARISON.search(sentence)) and not _COMPARISON.search(facts)),
        (Reason.NAME, bool(_foreign_names(without_phrases, known))),
    )
    return next((reason for reason, applies in tests if applies), None)


def _known_words(facts: str, names: Mapping[str, str]) -> frozenset[str]:
    words = {word.lower() for word in _WORDS.findall(facts)}
    capitals = {symbol.lower() for symbol in _CAPITALS.findall(facts)}
    return _VOCABULARY | words | capitals | {symbol.lower() for symbol in names}


def _spared(sentence: str, known: frozenset[str]) -> str:
    """Remove known symbols, whose dots aren't links."""
    dotted = re.compile(r"\b[A-Z][A-Z0-9]*(?:[.-][A-Z0-9]+)+\b")
    return dotted.sub(lambda match: " " if match.group().lower() in known else match.group(), sentence)


def _foreign_names(sentence: str, known: frozenset[str]) -> list[str]:
    """Return capitalized words and symbols in the sentence that the facts don't contain."""
    found = [*_CAPITALS.findall(sentence), *_CAPITALIZED.findall(sentence)]
    first = sentence.split(" ", 1)[0].strip("\"'(").lower()
    return [
        word
        for word in found
        if word.lower() not in known and word.lower().removesuffix("s") not in known and not _is_first(word, first)
    ]


def _is_first(word: str, first: str) -> bool:
    """Return whether the word is a single letter that starts the sentence: "A fund", "I"."""
    return word.lower() == first and len(word) == 1


def _without_names(sentence: str, names: Mapping[str, str]) -> str:
    """Replace names quoted in full, so that neither their digits nor their capitals are checked."""
    for name in sorted({plain(name) for name in names.values()}, key=len, reverse=True):
        sentence = sentence.replace(name, "it")
    return sentence
