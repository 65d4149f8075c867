"""Checks the words around the claims of a passage, whether they are a model's or our templates'.

A model may be wrong, may have been misled by a name in the portfolio, or may not have responded at all. Claims are
rendered verbatim; the words around them are accepted only if they are sentences of the vocabulary that use each
claim once, do not change its meaning, and ask nothing of the reader.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from functions.shared.narration.claims import Claim, Passage, ids_in, own_words
from functions.shared.narration.vocabulary import ADVICE, IDIOMS, PROMISE, STATEMENT, VOCABULARY


class Reason(StrEnum):
    """Why a passage is rejected, in words that don't reveal its content."""

    MISSING = "the text was not written"
    UNFINISHED = "the text was cut off"
    CLAIMS = "the text does not use each claim once"
    ORDER = "the text changes the order of the claims"
    SENTENCE = "the text does not keep a recommendation or a verdict in its own sentence"
    REFERENCE = "the text separates a claim from the one that it refers to"
    SUBJECT = "the text changes the subject of a claim"
    CAUSE = "the text states a cause that is not one"
    CHANGED = "the text adds words that could change a claim"
    FIGURE = "the text adds a figure"
    NAME = "the text adds a name"
    LANGUAGE = "the text is not in English"
    WORDS = "the text uses unknown words, or words that judge, compare, deny or advise"
    MARKUP = "the text contains markup, a link or unusual characters"
    ADVICE = "the text advises the reader"
    PROMISE = "the text promises something"
    STATEMENT = "the text adds a statement"
    REPETITION = "the text repeats itself"
    TOO_LONG = "the text is far too long"


@dataclass(frozen=True)
class Objection:
    """A reason for rejecting a passage. `quoted` is the rejected part, for the model."""

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
#: Words for a cause. Between claims about different subjects, only code can state one.
_CAUSE = re.compile(
    r"[.,;: ]*(?:and )?(?:because|hence|so|since|thereby|therefore|as a (?:result|consequence))[, ]*", re.IGNORECASE
)
_ENDS_SENTENCE = re.compile(r"(?:^|[.?] )$")
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
#: A text with at least this share of unknown words counts as not English.
_FOREIGN = 0.4
_FEW_WORDS = 5
#: Own words: at most this many, plus some for each claim.
_MOST_WORDS, _WORDS_A_CLAIM = 30, 15


def tidy(text: str) -> str:
    """Return the text on one line, with single spaces."""
    return " ".join(text.split())


def objections(words: str, passage: Passage) -> list[Objection]:
    """Return the objections to a writer's words, which contain the ids of claims and have passed through `tidy`."""
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
    claims = [passage.ids.get(key) for key in used]
    for before, after, part in zip([None, *claims], [*claims, None], parts, strict=True):
        yield from _about_neighbors(before, after, part)


def _about_neighbors(before: Claim | None, after: Claim | None, part: str) -> Iterable[Objection]:
    """Object to words next to claims that give them another subject or a cause, or that break their sentences."""
    if before and before.stands_alone and not part.startswith("."):
        yield Objection(part[:40], Reason.SENTENCE)
    if after and after.stands_alone and not _ENDS_SENTENCE.search(part):
        yield Objection(part[-40:], Reason.SENTENCE)
    if before and after and after.refers_back and _SENTENCE.search(part):
        yield Objection(part[-40:], Reason.REFERENCE)
    if after and (foreign := _other_assets(_PART.split(part)[-1], [after])):
        yield Objection(foreign, Reason.SUBJECT)
    if before and after and not before.is_about(after) and (cause := _CAUSE.fullmatch(part)):
        yield Objection(cause.group(), Reason.CAUSE)


def _may_precede(part: str) -> bool:
    """Return whether a claim may follow these words."""
    clause = _PART.split(part)[-1]
    is_possible = clause.rstrip().endswith("that") and _POSSIBILITY.search(clause)
    return bool(_BEFORE.search(part)) and not (is_possible or _CHANGES.search(clause))


def _may_follow(part: str) -> bool:
    """Return whether these words may follow a claim."""
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
    if foreign := _other_assets(" ".join(own_words(words)), passage.claims):
        yield Objection(foreign, Reason.NAME)


def _other_assets(own: str, claims: Iterable[Claim]) -> str:
    """Return the kinds of assets in these words that are neither the subject of a claim nor mentioned in one."""
    claimed = " ".join(f"{claim.subject} {claim.text}" for claim in claims).lower()
    assets = _ASSETS.finditer(IDIOMS.sub(" ", own))
    return ", ".join(asset.group() for asset in assets if asset[1].lower() not in claimed)


def _is_known(word: str) -> bool:
    return all(part in VOCABULARY for part in word.lower().split("-"))


def _may_be_capital(word: str, before: str) -> bool:
    return word[1:] == word[1:].lower() and _SENTENCE_START.search(before) is not None
