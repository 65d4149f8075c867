"""Lets a model write the words around claims, keeps those that pass the checks, and uses templates for the rest."""

from collections.abc import Iterable

from functions.shared import metrics
from functions.shared.analysis import Step
from functions.shared.narration.bedrock import Answer, Failure, Model
from functions.shared.narration.passages import Draft, Narrative, within
from functions.shared.narration.prompt import SYSTEM, begun, example, first_prompt, read_answer, repair_prompt
from functions.shared.narration.prose_check import Objection, Reason, objections, sentences, tidy
from functions.shared.narration.structure import Prompt, passages_schema
from functions.shared.observability import logger
from functions.shared.sections import Narration, Source

#: The share of the time that the first response takes, if a second one is needed.
_FIRST_ANSWER = 0.9
#: Tokens for a response, per passage and per claim: the words around it.
_TOKENS_A_PASSAGE, _TOKENS_A_CLAIM = 60, 40
#: The usual length of a passage with its key, in characters, per passage and per claim.
_LENGTH_OF_PASSAGE, _LENGTH_OF_CLAIM = 35, 15
#: With less time left, in seconds, the model isn't called again.
_WORTH_ASKING_S = 5
#: After these failures, calling again is pointless.
_FINAL = frozenset({Failure.FILTERED, Failure.EMPTY, Failure.THROTTLED, Failure.UNREACHABLE, Failure.OVERFLOWN})


class ModelNarrator:
    """Makes at most two calls, excluding throttled ones: one for all passages, one to repair those that fail."""

    share = 0.99

    def __init__(self, model: Model) -> None:
        self._model = model
        self.model: str | None = model.id

    def narrate(self, draft: Draft, step: Step) -> Narrative:
        first = self._ask(draft, list(draft.passages), first_prompt(draft), within(step, 0, _FIRST_ANSWER))
        taken, faults = self._judge(draft, list(draft.passages), first)
        sources: dict[str, Source] = dict.fromkeys(taken, "model")
        last = first
        if faults and self._is_worth_repairing(first):
            last = self._ask(draft, list(faults), repair_prompt(draft, faults), within(step, _FIRST_ANSWER, 1))
            repaired, faults = self._judge(draft, list(faults), last, taken.values())
            taken |= repaired
            sources |= dict.fromkeys(repaired, "repaired")
        sources |= dict.fromkeys(faults, "template")
        reasons = {key: str(last.failure or found[0].reason) for key, found in faults.items()}
        self._record(sources)
        words = {key: passage.render(taken.get(key, passage.template)) for key, passage in draft.passages.items()}
        return Narrative(words, self._narration({key: sources[key] for key in draft.passages}, reasons))

    def _ask(self, draft: Draft, keys: list[str], prompt: str, step: Step) -> Answer:
        claims = sum(len(draft.passages[key].claims) for key in keys)

        def on_text(text: str) -> None:
            done = min(1.0, len(text) / (len(keys) * _LENGTH_OF_PASSAGE + claims * _LENGTH_OF_CLAIM))
            passage = min(len(keys), max(1, begun(text)))
            step(done, f"Writing passage {passage} of {len(keys)}")

        schema = passages_schema({key: draft.passages[key] for key in keys}, self._model.output)
        max_tokens = len(keys) * _TOKENS_A_PASSAGE + claims * _TOKENS_A_CLAIM
        return self._model.stream(Prompt(SYSTEM, prompt, example(self._model.output)), max_tokens, on_text, schema)

    def _is_worth_repairing(self, first: Answer) -> bool:
        wrote_passages = bool(read_answer(first.text)) or first.failure is not None
        return wrote_passages and first.failure not in _FINAL and self._model.time_left_s() > _WORTH_ASKING_S

    def _record(self, sources: dict[str, Source]) -> None:
        written = list(sources.values())
        accepted, repaired, replaced = (written.count(source) for source in ("model", "repaired", "template"))
        metrics.passages_written(self._model.id, accepted=accepted, repaired=repaired, replaced=replaced)
        logger.info(
            "Worded by the model", accepted=accepted, repaired=repaired, replaced=replaced, calls=self._model.calls
        )

    def _narration(self, sources: dict[str, Source], reasons: dict[str, str]) -> Narration:
        kinds = {"template" if source == "template" else "model" for source in sources.values()}
        return Narration(
            source="mixed" if len(kinds) > 1 else "template" if kinds == {"template"} else "model",
            passages=sources,
            reasons=reasons,
            **self._model.usage.model_dump(),
        )

    def _judge(
        self, draft: Draft, keys: list[str], answer: Answer, earlier: Iterable[str] = ()
    ) -> tuple[dict[str, str], dict[str, list[Objection]]]:
        """Return the words that pass the checks, and the objections to the others, by passage.

        No sentence of the example or of another passage may be repeated; `earlier` has the words accepted before.
        """
        written = {key: tidy(text) for key, text in read_answer(answer.text).items()}
        used = {
            sentence
            for words in (*read_answer(example(self._model.output)[1]).values(), *earlier)
            for sentence in sentences(words)
        }
        taken: dict[str, str] = {}
        faults: dict[str, list[Objection]] = {}
        for key in keys:
            words = written.get(key, "")
            found = objections(words, draft.passages[key])
            found += [Objection(again, Reason.REPETITION) for again in sentences(words) if again in used]
            if found:
                faults[key] = found
            else:
                taken[key] = words
                used.update(sentences(words))
        return taken, faults
