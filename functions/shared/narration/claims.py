"""Claims: the statements of a report as finished phrases. Code makes and renders them; a writer only refers to them.

A writer's passage is plain text with the ids of claims, such as `[c1], and [c2].` Since a claim is rendered verbatim,
a writer cannot change its figures, its subject or its direction.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

_ID = re.compile(r"\[(c[1-9]\d?)\]")
#: The start of a sentence: the start of the passage, or the position after a period or a question mark.
_STARTS_SENTENCE = re.compile(r"(?:^|[.?]\**\s+)$")
_BOLD = re.compile(r"\*\*[^*]+\*\*")
_PRONOUN = re.compile(r"(?:it|that|they|this|these|all of it|[<>]?\d+% of it)\b|.*\bthat$")
#: A clause that contains other clauses, and reads badly if joined to another.
_COMPLEX = re.compile(r"[:;]|, (?:and|but|or|so|because|which) ")
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

    `subject` is its topic, `measure` is the property that it states, and `value` is its figure as shown, or empty.
    """

    text: str
    subject: str
    measure: str
    direction: Direction = Direction.LEVEL
    value: str = ""

    @property
    def stands_alone(self) -> bool:
        """Whether the claim is always a separate sentence, so that nothing qualifies a recommendation or a verdict."""
        is_bold = _BOLD.fullmatch(self.text) is not None
        return is_bold or self.direction is Direction.ACTION or _COMPLEX.search(self.text) is not None

    @property
    def refers_back(self) -> bool:
        """Whether a pronoun refers to the claim before it, so that a sentence between them would change it."""
        return _PRONOUN.match(self.text) is not None

    def is_about(self, other: "Claim") -> bool:
        """Whether the claims share a subject, or one is about the whole portfolio."""
        return self.subject == other.subject or "portfolio" in {self.subject, other.subject}

    def contrasts(self, other: "Claim") -> bool:
        """Whether one claim is the target for the other's subject."""
        return self.subject == other.subject and (self.measure == "target") != (other.measure == "target")


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

    @property
    def text(self) -> str:
        """The passage in our own words, as Markdown."""
        return self.render(self.template)

    def render(self, words: str) -> str:
        """Replace the ids in a writer's words with the claims. Raises KeyError for an unknown id."""
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


def passage(title: str, *parts: Claim | str) -> Passage:
    """Return an ordered passage of claims, each a sentence unless a text between them connects two: "; "."""
    words, claims = "", list[Claim]()
    for part in parts:
        if isinstance(part, str):
            words += part
            continue
        claims.append(part)
        words += (". " if words.endswith("]") else "") + f"[c{len(claims)}]"
    return Passage(title, claims, f"{words}.", is_ordered=True)


def sentence(claim: Claim) -> str:
    """Return a claim as a sentence of its own, without emphasis."""
    return passage("", replace(claim, text=claim.text.removeprefix("**").removesuffix("**"))).text


def ids_in(words: str) -> list[str]:
    """Return the ids of claims in a writer's words, in order."""
    return _ID.findall(words)


def own_words(words: str) -> list[str]:
    """Return a writer's words before, between and after the ids of claims."""
    return _ID.split(words)[::2]


def _as_sentence(text: str) -> str:
    return _FIRST_LETTER.sub(lambda match: match[1] + match[2].upper(), text)
