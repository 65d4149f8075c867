"""A model, and a narrator that uses it."""

from collections.abc import Callable

import pytest

from functions.shared.narration.bedrock import Model
from functions.shared.narration.model_narrator import ModelNarrator
from tests.functions.models import control, converse, model

__all__ = ["control", "converse", "model", "narrator"]


@pytest.fixture
def narrator(model: Callable[..., Model]) -> ModelNarrator:
    return ModelNarrator(model())


@pytest.fixture
def impatient_narrator(model: Callable[..., Model]) -> ModelNarrator:
    """Its model gives up after 2 s of silence."""
    return ModelNarrator(model(model_silence_s=2))
