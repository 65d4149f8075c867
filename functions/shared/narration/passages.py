"""The draft of a text, the interface of its writers, and their result."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from functions.shared.analysis import Step
from functions.shared.narration.claims import Passage
from functions.shared.sections import Narration


@dataclass(frozen=True)
class Draft:
    """A document's passages by key. Names in their claims are user-supplied text: data, never instructions."""

    passages: Mapping[str, Passage]


@dataclass(frozen=True)
class Narrative:
    """The text of each passage of a draft, as Markdown by key, and its origin in `narration`."""

    passages: Mapping[str, str]
    narration: Narration

    def __getitem__(self, key: str) -> str:
        return self.passages[key]


class Narrator(Protocol):
    """Writes the passages of a draft. Never raises because a model failed."""

    model: str | None
    """The model that the durations belong to; None for templates."""
    share: float
    """The share of an agent's time spent on writing, 0 to 1. Too small a share makes the estimate too early."""

    def narrate(self, draft: Draft, step: Step) -> Narrative:
        """Write the passages, reporting to `step` the fraction that is done."""
        ...


class TemplateNarrator:
    """Uses the templates' words unchanged."""

    model: str | None = None
    share = 0.1

    def narrate(self, draft: Draft, step: Step) -> Narrative:
        step(1.0, "The text is written")
        narration = Narration(source="template", passages=dict.fromkeys(draft.passages, "template"))
        return Narrative({key: passage.text for key, passage in draft.passages.items()}, narration)


TEMPLATES: Narrator = TemplateNarrator()


def within(step: Step, start: float, end: float) -> Step:
    """Map a part of the work to the range from `start` to `end` of the whole."""
    return lambda fraction, message: step(start + (end - start) * fraction, message)
