"""Who words the texts of this process."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from functions.shared.narration.passages import TEMPLATES, Narrator
from functions.shared.narration.settings import ModelSettings

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from functions.shared.narration.bedrock import Model

#: What is left of a function's time, after a model that fell silent, to write the section down.
_COMMIT_S = 30

# What asks a model is loaded with boto3 only where there is one: that takes longer than all of an agent's figures.


def narrator(context: "LambdaContext", check: Callable[[], None]) -> Narrator:
    """The model that the environment names, within the time of this invocation; without one, the templates.

    `check` is described at Model.
    """
    asked = model(context, _COMMIT_S, check)
    if asked is None:
        return TEMPLATES
    from functions.shared.narration.model_narrator import ModelNarrator  # noqa: PLC0415

    return ModelNarrator(asked)


def model(context: "LambdaContext", spared_s: float, check: Callable[[], None]) -> "Model | None":
    """The model that the environment names, for as long as this invocation has more than `spared_s` left."""
    settings = ModelSettings.load()
    if not settings.bedrock_model_id:
        return None
    from functions.shared.narration.bedrock import Model  # noqa: PLC0415

    return Model(settings, lambda: context.get_remaining_time_in_millis() / 1000 - spared_s, check)
