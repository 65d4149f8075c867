"""The corpora as passages: good ones and their distortions."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from functions.shared.narration.claims import Claim, Direction, Passage
from tests.functions.shared.narration.corpus.mutations import MUTATIONS
from tests.functions.shared.narration.corpus.portfolios import PORTFOLIOS, Portfolio

_FOLDER = Path(__file__).parent
_DIRECTIONS = {
    "above": Direction.ABOVE,
    "below": Direction.BELOW,
    "up": Direction.UP,
    "down": Direction.DOWN,
    "none": Direction.NONE,
}
#: A security that is not held, for planted sentences.
_OTHER, _STRANGER, _WRONG = "MOONX", "Acme Growth", "$123,456"


class Good(NamedTuple):
    """A passage by a capable writer: its words with ids, and the claims that they cover."""

    words: str
    passage: Passage
    portfolio: Portfolio


def good_passages() -> list[Good]:
    return [
        Good(words, passage_of(PORTFOLIOS[number], topic), PORTFOLIOS[number])
        for topic, lines in _sections("good_passages.txt")
        for number, words in enumerate(lines)
    ]


def passage_of(portfolio: Portfolio, topic: str) -> Passage:
    claims = [
        Claim(phrase.text, phrase.subject, phrase.measure, _DIRECTIONS.get(phrase.direction, Direction.LEVEL))
        for phrase in portfolio.claims()[topic]
    ]
    return Passage(topic, claims)


def kinds() -> list[str]:
    """The kinds of planted sentences."""
    return [kind for kind, _ in _sections("planted.txt")]


def distorted(good: Good, number: int) -> Iterator[tuple[str, str]]:
    """Yield the distortions of a passage, each with its kind. Planted sentences take turns in three places."""
    for kind, change in MUTATIONS.items():
        if (words := change(good.words)) != good.words:
            yield kind, words
    for kind, sentences in _sections("planted.txt"):
        for place, sentence in enumerate(sentences, start=number):
            yield kind, _planted(good.words, _filled(sentence, good), place % 3)


def _planted(words: str, sentence: str, place: int) -> str:
    first, stop, rest = words.partition(". ")
    if place == 0:
        return f"{sentence} {words}"
    return f"{first}. {sentence} {rest}" if stop and place == 1 else f"{words} {sentence}"


def _filled(sentence: str, good: Good) -> str:
    fields = {
        "{symbol}": good.portfolio.symbol,
        "{company}": good.portfolio.company,
        "{other}": _OTHER,
        "{stranger}": _STRANGER,
        "{figure}": f"${good.portfolio.worth:,}",
        "{wrong}": _WRONG,
    }
    for field, text in fields.items():
        sentence = sentence.replace(field, text)
    return sentence


def _sections(name: str) -> list[tuple[str, list[str]]]:
    """Return the lines below each heading."""
    _, *sections = (_FOLDER / name).read_text(encoding="utf-8").split("\n== ")
    return [(heading, [line for line in lines.split("\n") if line]) for heading, _, lines in _split(sections)]


def _split(sections: list[str]) -> Iterator[tuple[str, str, str]]:
    yield from (section.partition("\n") for section in sections)
