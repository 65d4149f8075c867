"""Classifies symbols that are missing from the reference data."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from functions.shared.portfolio import Instrument
from functions.shared.tasks import TaggerAnswer, TaggerTask
from functions.tagger.prompt import Classification, prompt, read_answer, schema

if TYPE_CHECKING:
    from functions.shared.narration.bedrock import Model

#: Symbols that fit into one response; any beyond that stay unclassified.
MOST_SYMBOLS = 60
_TOKENS_A_SYMBOL = 160
_CALLS = 2


def classify(task: TaggerTask, model: "Model | None") -> TaggerAnswer:
    """Return an instrument for each symbol.

    Without a model or a valid response, the symbol is unclassified and shown as such, never guessed.
    """
    if model is None:
        return TaggerAnswer(instruments=tuple(Instrument.unclassified(symbol) for symbol in task.symbols))
    names = {symbol: task.names.get(symbol, "") for symbol in task.symbols[:MOST_SYMBOLS]}
    known = _ask(names, model)
    instruments = []
    for symbol in task.symbols:
        found, name = known.get(symbol), task.names.get(symbol, "")
        instruments.append(found.instrument(name, model.id) if found else Instrument.unclassified(symbol, name))
    return TaggerAnswer(instruments=tuple(instruments), usage=model.usage)


def _ask(names: Mapping[str, str], model: "Model") -> dict[str, Classification | None]:
    """Request classifications of all symbols, and again for those without a valid response."""
    answered: dict[str, Classification | None] = {}
    for _ in range(_CALLS):
        open_ = {symbol: name for symbol, name in names.items() if symbol not in answered}
        if not open_ or model.time_left_s() <= 0:
            break
        form = schema(open_, model.output)
        answer = model.stream(prompt(open_), _TOKENS_A_SYMBOL * len(open_) + 100, lambda _text: None, form)
        answered |= read_answer(answer.text, open_)
    return answered
