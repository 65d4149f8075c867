"""Selects the model or the templates to write this process's texts."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from functions.shared.durations.delays import Delays
from functions.shared.narration.passages import TEMPLATES, Narrator
from functions.shared.narration.settings import ModelSettings

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from functions.shared.narration.bedrock import Model

#: Seconds reserved for committing the section after a model fell silent.
_COMMIT_S = 30

# The model's code and boto3 are imported only if a model is configured: the import takes longer than computing an
# agent's figures.


def narrator(context: "LambdaContext", check: Callable[[], None], delays: Delays) -> Narrator:
    """Return the configured model, limited to this invocation's remaining time, or the templates if there is none.

    For `check` and `delays`, see `Model`.
    """
    asked = model(context, _COMMIT_S, check, delays)
    if asked is None:
        return TEMPLATES
    from functions.shared.narration.model_narrator import ModelNarrator  # noqa: PLC0415

    return ModelNarrator(asked)


def model(
    context: "LambdaContext", spared_s: float, check: Callable[[], None], delays: Delays | None = None
) -> "Model | None":
    """Return the configured model, usable while this invocation has more than `spared_s` seconds left."""
    settings = ModelSettings.load()
    if not settings.bedrock_model_id:
        return None
    from functions.shared.narration.bedrock import Model  # noqa: PLC0415

    def seconds_left() -> float:
        return context.get_remaining_time_in_millis() / 1000 - spared_s

    return Model(settings, seconds_left, check, delays or Delays())
