"""A model to ask."""

from tests.functions.models import control, converse, model

__all__ = ["control", "converse", "model"]
