"""A model for the tagger."""

from tests.functions.models import control, converse, model

__all__ = ["control", "converse", "model"]
