"""A stand-in for Amazon Bedrock's Converse API: the real protocol, words of its own, faults that a test injects."""

from scripts.local.converse.behaviours import Kind
from scripts.local.converse.control import ConverseControl
from scripts.local.converse.server import Converse

#: The model id of the stand-in. Reports name it, so that nobody takes its words for a language model's.
STUB_MODEL_ID = "local.converse-stub-v1"

__all__ = ["STUB_MODEL_ID", "Converse", "ConverseControl", "Kind"]
