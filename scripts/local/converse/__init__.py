"""A stand-in for Amazon Bedrock's Converse API: the real protocol, generated text, and faults that tests inject."""

from scripts.local.converse.behaviors import Kind
from scripts.local.converse.control import ConverseControl
from scripts.local.converse.server import Converse

#: The stand-in's model id. Reports name it, so that nobody mistakes its text for a language model's.
STUB_MODEL_ID = "local.converse-stub-v1"

__all__ = ["STUB_MODEL_ID", "Converse", "ConverseControl", "Kind"]
