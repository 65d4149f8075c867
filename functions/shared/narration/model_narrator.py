"""Lets a model write the passages, keeps those that pass the checks, and uses templates for the rest."""

from functions.shared.analysis import Step
from functions.shared.narration.bedrock import Answer, Failure, Model
from functions.shared.narration.passages import Draft, Narrative, within
from functions.shared.narration.prompt import SYSTEM, begun, first_prompt, read_answer, repair_prompt
from functions.shared.narration.prose_check import Objection, Reason, objections, tidy
from functions.shared.observability import logger
from functions.shared.sections import Narration, Source

#: The share of the time that the first response takes, if a second one is needed.
_FIRST_ANSWER = 0.9
#: Tokens for a response: about three characters each, twice the length of the drafts, plus the tags.
_TOKENS_A_CHARACTER = 2 / 3
_TAGS_TOKENS = 40
#: With less time left, in seconds, the model isn't called again.
_WORTH_ASKING_S = 5
#: After these, calling again is pointless.
_FINAL = frozenset({Failure.FILTERED, Failure.EMPTY, Failure.THROTTLED, Failure.UNREACHABLE})


class ModelNarrator:
    """Makes at most two calls, excluding throttled ones: one for all passages, one to repair those that fail."""

    share = 0.99

    def __init__(self, model: Model) -> None:
        self._model = model
        self.model: str | None = model.id

    def narrate(self, draft: Draft, step: Step) -> Narrative:
        first = self._ask(draft, list(draft.passages), first_prompt(draft), within(step, 0, _FIRST_ANSWER))
        taken, faults = _judge(draft, list(draft.passages), first)
        sources: dict[str, Source] = dict.fromkeys(taken, "model")
        last = first
        if faults and self._is_worth_repairing(first):
            last = self._ask(draft, list(faults), repair_prompt(draft, faults), within(step, _FIRST_ANSWER, 1))
            repaired, faults = _judge(draft, list(faults), last)
            taken |= repaired
            sources |= dict.fromkeys(repaired, "repaired")
        sources |= dict.fromkeys(faults, "template")
        reasons = {key: str(last.failure or found[0].reason) for key, found in faults.items()}
        logger.info("Worded by the model", passages=len(draft.passages), replaced=len(faults), calls=self._model.calls)
        words = {key: taken.get(key, text) for key, text in draft.passages.items()}
        return Narrative(words, self._narration({key: sources[key] for key in draft.passages}, reasons))

    def _ask(self, draft: Draft, keys: list[str], prompt: str, step: Step) -> Answer:
        length = sum(len(draft.passages[key]) for key in keys)

        def told(text: str) -> None:
            done = min(1.0, len(text) / (length + _TAGS_TOKENS * len(keys)))
            passage = min(len(keys), max(1, begun(text)))
            step(done, f"Writing passage {passage} of {len(keys)}")

        max_tokens = round(length * _TOKENS_A_CHARACTER) + _TAGS_TOKENS * len(keys)
        return self._model.stream(SYSTEM, prompt, max_tokens, told)

    def _is_worth_repairing(self, first: Answer) -> bool:
        refused = not read_answer(first.text) and any(
            objection.reason is Reason.REFUSAL for objection in objections(tidy(first.text), "", {})
        )
        return first.failure not in _FINAL and not refused and self._model.time_left_s() > _WORTH_ASKING_S

    def _narration(self, sources: dict[str, Source], reasons: dict[str, str]) -> Narration:
        kinds = {"template" if source == "template" else "model" for source in sources.values()}
        return Narration(
            source="mixed" if len(kinds) > 1 else "template" if kinds == {"template"} else "model",
            passages=sources,
            reasons=reasons,
            **self._model.usage.model_dump(),
        )


def _judge(draft: Draft, keys: list[str], answer: Answer) -> tuple[dict[str, str], dict[str, list[Objection]]]:
    """Return the passages that pass the checks, and the objections to the others."""
    written = {key: tidy(text) for key, text in read_answer(answer.text).items()}
    taken: dict[str, str] = {}
    faults: dict[str, list[Objection]] = {}
    for key in keys:
        if found := objections(written.get(key, ""), draft.passages[key], draft.names):
            faults[key] = found
        else:
            taken[key] = written[key]
    return taken, faults
