"""Claims: the statements of a report as finished phrases. Code makes and renders them; a writer only refers to them.

A writer's passage is plain text with the ids of claims, such as `[c1], and [c2].` Since a claim is rendered as it is,
a writer cannot change its figures, its subject or its direction.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from functions.shared.narration.vocabulary import VOCABULARY

_ID = re.compile(r"\[(c[1-9]\d?)\]")
#: The start of a sentence: of the passage, or after a full stop.
_STARTS_SENTENCE = re.compile(r"(?:^|[.?]\**\s+)$")
_SENTENCE_END = re.compile(r"(?:(?<=\.)|(?<=\.\*\*))\s+(?=\**[A-Z$0-9])")
_FULL_STOP = re.compile(r"\.(\**)$")
_BOLD = re.compile(r"\*\*[^*]+\*\*")
_FIRST_WORD = re.compile(r"(\**)([A-Z][a-z]*\b)")
_FIRST_LETTER = re.compile(r"^(\**)([a-z])(?=[a-z]*[ *])")


class Direction(StrEnum):
    """The side or the movement that a claim states."""

    LEVEL = "level"
    ABOVE = "above"
    BELOW = "below"
    UP = "up"
    DOWN = "down"
    NONE = "none"
    ACTION = "action"
    """The claim is a recommendation of the report."""


@dataclass(frozen=True)
class Claim:
    """A clause in Markdown, without a final period, in lowercase unless it starts with a name: "stocks make up 85%".

    `subject` is what it is about, `measure` is what is stated of it, and `value` is its figure as shown, or empty.
    """

    text: str
    subject: str
    measure: str
    direction: Direction = Direction.LEVEL
    value: str = ""


@dataclass(frozen=True)
class Passage:
    """The claims of a passage, in order, and our own words around them. `title` describes the passage's purpose.

    `words` has the form of a writer's passage. By default, each claim is a sentence. If `is_ordered`, a writer keeps
    the order, because a claim may refer to the one before it ("that is …").
    """

    title: str
    claims: Sequence[Claim]
    words: str = ""
    is_ordered: bool = False

    @property
    def ids(self) -> dict[str, Claim]:
        """The claims by id, in order: `c1`, `c2`, …"""
        return {f"c{number}": claim for number, claim in enumerate(self.claims, start=1)}

    @property
    def template(self) -> str:
        """Our own words, with the claims' ids."""
        return self.words or " ".join(f"[{key}]." for key in self.ids)

    def render(self, words: str) -> str:
        """Replace the ids in a writer's words by the claims. Raises KeyError for an unknown id."""
        claims, parts, rest = self.ids, [""], 0
        for match in _ID.finditer(words):
            parts.append(words[rest : match.start()])
            text = claims[match[1]].text
            parts.append(_as_sentence(text) if _STARTS_SENTENCE.search("".join(parts)) else text)
            rest = match.end()
            if _BOLD.fullmatch(text) and words[rest : rest + 1] == ".":  # the period belongs to the bold sentence
                parts.append(f"{parts.pop()[:-2]}.**")
                rest += 1
        return "".join([*parts, words[rest:]])


def stated(title: str, text: str) -> Passage:
    """Return an ordered passage whose claims are the sentences of a text in our own words, `title` their subject."""
    sentences = [_FULL_STOP.sub(r"\1", sentence) for sentence in _SENTENCE_END.split(text) if sentence]
    claims = [Claim(_as_clause(sentence), title, "statement") for sentence in sentences]
    return Passage(title, claims, is_ordered=True)


def ids_in(words: str) -> list[str]:
    """Return the ids of claims in a writer's words, in order."""
    return _ID.findall(words)


def own_words(words: str) -> list[str]:
    """Return a writer's words before, between and after the ids of claims."""
    return _ID.split(words)[::2]


def _as_clause(sentence: str) -> str:
    """Return the sentence with a small first letter, unless it starts with a name."""
    first = _FIRST_WORD.match(sentence)
    if first is None or first[2].lower() not in VOCABULARY:
        return sentence
    return f"{first[1]}{first[2].lower()}{sentence[first.end() :]}"


def _as_sentence(text: str) -> str:
    return _FIRST_LETTER.sub(lambda match: match[1] + match[2].upper(), text)
