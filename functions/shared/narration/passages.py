"""What is to be worded, and how it came out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from functions.shared.analysis import Step
from functions.shared.sections import Narration


@dataclass(frozen=True)
class Draft:
    """The passages of a document as our templates word them, as Markdown by key; they are the facts for a model.

    `titles` say what a passage is for. `names` are those of the securities that the passages speak of, by symbol: text
    of the user's, which is data and never an instruction.
    """

    passages: Mapping[str, str]
    titles: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Narrative:
    """The words of each passage of a draft, by its key, as Markdown; `narration` says whose they are."""

    passages: Mapping[str, str]
    narration: Narration

    def __getitem__(self, key: str) -> str:
        return self.passages[key]


class Narrator(Protocol):
    """Words the passages of a draft. Does not raise for anything that a model does."""

    model: str | None
    """Whose durations these are; None without one."""
    share: float
    """How much of an agent's time the wording takes, 0 to 1. Too little promises an early end to who waits."""

    def narrate(self, draft: Draft, step: Step) -> Narrative:
        """`step` is told how much of the wording is done."""
        ...


class TemplateNarrator:
    """Leaves the words as our templates have them."""

    model: str | None = None
    share = 0.1

    def narrate(self, draft: Draft, step: Step) -> Narrative:
        step(1.0, "The text is written")
        narration = Narration(source="template", passages=dict.fromkeys(draft.passages, "template"))
        return Narrative(draft.passages, narration)


TEMPLATES: Narrator = TemplateNarrator()


def within(step: Step, start: float, end: float) -> Step:
    """Reports a part of the work as from `start` to `end` of the whole."""
    return lambda fraction, message: step(start + (end - start) * fraction, message)
