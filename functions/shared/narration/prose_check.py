"""Checks whether a writer's own words may stand around the claims of a passage, a model's or our templates'.

A model may be wrong, may have been misled by a name in the portfolio, or may not have responded at all. Claims are
rendered as they are; the words around them are accepted only if they are sentences of the vocabulary that use each
claim once, leave its meaning alone, and ask nothing of the reader.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from functions.shared.narration.claims import Passage, ids_in, own_words
from functions.shared.narration.vocabulary import ADVICE, IDIOMS, PROMISE, STATEMENT, VOCABULARY


class Reason(StrEnum):
    """Why a passage is rejected, in words that don't reveal its content."""

    MISSING = "it was not written"
    UNFINISHED = "it was cut off"
    CLAIMS = "it does not use each claim once"
    ORDER = "it does not keep the order of the claims"
    CHANGED = "it puts words to a claim that could change it"
    FIGURE = "it has a figure of its own"
    NAME = "it names something of its own"
    LANGUAGE = "it is not in English"
    WORDS = "it uses words that judge, compare, deny or advise, or that are not known"
    MARKUP = "it has markup, a link or strange characters"
    ADVICE = "it advises the reader"
    PROMISE = "it promises something"
    STATEMENT = "it states something of its own"
    REPETITION = "it repeats itself"
    TOO_LONG = "it is far too long"


@dataclass(frozen=True)
class Objection:
    """What a passage is rejected for. `quoted` is the part that it is about, for the model."""

    quoted: str
    reason: Reason


_STRANGE = re.compile("[^A-Za-z0-9 ,.;:?'\u2019\u2013\u2014()-]")
_PUNCTUATION = re.compile(r"[,.;:?-]{2,}|(?:^|[.?] )-|\( | \)|\(\)|(?:^|\s)[,.;:?)]|[A-Za-z][.:;?,][A-Za-z]")
_WORD = re.compile(r"[A-Za-z]+(?:['\u2019-][A-Za-z]+)*")
#: Directly before a claim: the start, punctuation, or one of these.
_INTRODUCTIONS = (
    "also and as because but hence here now since so still that then therefore today together where whereas while yet"
)
_BEFORE = re.compile(
    rf"(?:^|[.,;:?(\u2013\u2014] ?|(?:^|\W)(?:{'|'.join(_INTRODUCTIONS.split())}|although|though|in dollars"
    r"|as a (?:result|consequence))\s)$",
    re.IGNORECASE,
)
#: Directly after a claim, with or without a comma: the end, punctuation, or one of these.
_CONTINUATIONS = (
    "although and as because but given hence meaning since so that then therefore though where whereas which while yet"
)
_AFTER = re.compile(
    rf"$|[.;:?)]|,? ?(?:$|[\u2013\u2014]|(?:{'|'.join(_CONTINUATIONS.split())}|in total|today)\b)", re.IGNORECASE
)
#: In the same part of a sentence as a claim, these would change it.
_CHANGES = re.compile(
    r"\b(?:commonly|frequently|normally|often|perhaps|previously|regularly|sometimes|typically|usually|largely|mostly"
    r"|partly|another|others|other (?!words|side)|question|said|different|(?:once|before)(?=,?\s*$)"
    r"|per|annual(?:ly)?|yearly|daily|(?:a|an|each|every) (?:day|week|month|person|share|account)"
    r"|the (?:day|week|month)|(?:days|weeks|months|decades) (?:ago|later)|percent)\b",
    re.IGNORECASE,
)
#: Before "that" and a claim, these would make it a possibility.
_POSSIBILITY = re.compile(
    r"\b(?:imagine|wish|might|could|may|would|perhaps|if|whether|forecast|seems?|used to|people)\b", re.IGNORECASE
)
_SENTENCE = re.compile(r"(?<=[.?] )[A-Z][^.?]+[.?]")
#: A part of a sentence without a claim, up to its end.
_FREE = re.compile(r"(?:(?<=^)|(?<=[.;?] ))[^.;:?\x00]+[.;?]")
_PART = re.compile(r"[.;:?]")
_SENTENCE_START = re.compile(r"(?:^|[.?:]\s*\(?)$")
_NUMBERS = frozenset(
    """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion
    hundreds thousands millions billions dozen dozens half halves third thirds quarter quarters fifth tenth twice thrice
    double doubled doubles triple tripled second
    """.split()
)
#: Kinds of assets, by their stems.
_ASSETS = re.compile(
    r"\b(bond|cash|currenc|deposit|dividend|government|loan|mortgage|pension|stock|tax)\w*", re.IGNORECASE
)
#: Share of unknown words from which a text is not English.
_FOREIGN = 0.4
_FEW_WORDS = 5
#: Own words: at most this many, plus some for each claim.
_MOST_WORDS, _WORDS_A_CLAIM = 30, 15


def tidy(text: str) -> str:
    """Join into one line."""
    return " ".join(text.split())


def objections(words: str, passage: Passage) -> list[Objection]:
    """Return the objections to a tidy passage with the ids of claims."""
    if not words:
        return [Objection("", Reason.MISSING)]
    return [*_about_claims(words, passage), *_about_form(words), *_about_words(words), *_about_assets(words, passage)]


def _about_claims(words: str, passage: Passage) -> Iterable[Objection]:
    used, given = ids_in(words), list(passage.ids)
    if sorted(used) != sorted(given):
        wrong = sorted({key for key in [*used, *given] if used.count(key) != given.count(key)})
        yield Objection(", ".join(wrong), Reason.CLAIMS)
    elif passage.is_ordered and used != given:
        yield Objection(", ".join(given), Reason.ORDER)
    parts = own_words(words)
    for place, part in enumerate(parts):
        if place < len(parts) - 1 and not _may_precede(part):
            yield Objection(part[-40:], Reason.CHANGED)
        if place > 0 and not _may_follow(part):
            yield Objection(part[:40], Reason.CHANGED)


def _may_precede(part: str) -> bool:
    """Return whether a claim may stand after these words."""
    clause = _PART.split(part)[-1]
    is_possible = clause.rstrip().endswith("that") and _POSSIBILITY.search(clause)
    return bool(_BEFORE.search(part)) and not (is_possible or _CHANGES.search(clause))


def _may_follow(part: str) -> bool:
    """Return whether these words may stand after a claim."""
    return bool(_AFTER.match(part)) and not _CHANGES.search(_PART.split(part)[0])


def _about_form(words: str) -> Iterable[Objection]:
    parts = own_words(words)
    own = "".join(parts)
    if strange := _STRANGE.search(own):
        yield Objection(strange.group(), Reason.MARKUP)
    elif any(character.isnumeric() for character in own):
        yield Objection("".join(filter(str.isnumeric, own)), Reason.FIGURE)
    elif _PUNCTUATION.search("c".join(parts)):
        yield Objection("", Reason.MARKUP)
    if not words.endswith((".", "?")):
        yield Objection(words[-40:], Reason.UNFINISHED)
    count = len(_WORD.findall(own))
    if count > _MOST_WORDS + _WORDS_A_CLAIM * len(parts):
        yield Objection("", Reason.TOO_LONG)
    if repeated := next(filter(None, map(_stutter, parts)), "") or _repetition(parts):
        yield Objection(repeated, Reason.REPETITION)


def sentences(words: str) -> list[str]:
    """Return a writer's sentences without claims."""
    return [sentence for part in own_words(words) for sentence in _SENTENCE.findall(part)]


def _stutter(part: str) -> str:
    """Return a word that follows itself, or an empty string."""
    words = _WORD.findall(part.lower())
    return next((one for one, other in pairwise(words) if one == other), "")


def _repetition(parts: list[str]) -> str:
    """Return four words that occur twice, or an empty string."""
    phrases: set[str] = set()
    for part in parts:
        words = _WORD.findall(part.lower())
        for place in range(len(words) - 3):
            phrase = " ".join(words[place : place + 4])
            if phrase in phrases:
                return phrase
            phrases.add(phrase)
    return ""


def _about_words(words: str) -> Iterable[Objection]:
    own = "\x00".join(own_words(words))
    spared = IDIOMS.sub(lambda match: "\x01" * len(match.group()), own)
    found = [(match.group(), own[: match.start()]) for match in _WORD.finditer(spared)]
    everything = [(match.group(), own[: match.start()]) for match in _WORD.finditer(own)]
    names = [word for word, before in everything if word != word.lower() and not _may_be_capital(word, before)]
    unknown = [word for word, _ in found if not _is_known(word)]
    if numbers := [word for word in unknown if word.lower() in _NUMBERS]:
        yield Objection(", ".join(numbers), Reason.FIGURE)
    elif len(found) >= _FEW_WORDS and len(unknown) >= _FOREIGN * len(found):
        yield Objection("", Reason.LANGUAGE)
    elif names:
        yield Objection(", ".join(names), Reason.NAME)
    elif unknown:
        yield Objection(", ".join(unknown), Reason.WORDS)
    if advice := ADVICE.search(own):
        yield Objection(advice.group().strip(" .\x00"), Reason.ADVICE)
    if promise := PROMISE.search(own):
        yield Objection(promise.group(), Reason.PROMISE)
    statements = (STATEMENT.search(sentence) for sentence in _FREE.findall(own))
    if statement := next(filter(None, statements), None):
        yield Objection(statement.group(), Reason.STATEMENT)


def _about_assets(words: str, passage: Passage) -> Iterable[Objection]:
    """Object to kinds of assets that no claim of the passage mentions."""
    claimed = " ".join(claim.text for claim in passage.claims).lower()
    own = IDIOMS.sub(" ", " ".join(own_words(words)))
    if foreign := [asset.group() for asset in _ASSETS.finditer(own) if asset[1].lower() not in claimed]:
        yield Objection(", ".join(foreign), Reason.NAME)


def _is_known(word: str) -> bool:
    return all(part in VOCABULARY for part in word.lower().split("-"))


def _may_be_capital(word: str, before: str) -> bool:
    return word[1:] == word[1:].lower() and _SENTENCE_START.search(before) is not None
