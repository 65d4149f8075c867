"""What a model is asked, and the structure of its response."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import Any, Literal

from functions.shared.narration.claims import Passage

Schema = Mapping[str, Any]
Output = Literal["schema", "patterns", "tool", "text"]
"""How a model is made to respond with JSON.

`schema` sends a JSON schema in Converse's `outputConfig`. `patterns` does too, and its strings have regular
expressions, for servers that compile them, such as llama.cpp. `tool` forces a call of a tool whose input is the JSON.
`text` relies on the prompt.
"""


@dataclass(frozen=True)
class Prompt:
    """`example` is empty, or a prompt and a response to it, sent as an earlier turn."""

    system: str
    text: str
    example: tuple[str, str] | tuple[()] = ()

    @property
    def turns(self) -> list[tuple[Literal["user", "assistant"], str]]:
        earlier: list[tuple[Literal["user", "assistant"], str]] = []
        if self.example:
            earlier = [("user", self.example[0]), ("assistant", self.example[1])]
        return [*earlier, ("user", self.text)]


#: "Get validated JSON results from models" in the Amazon Bedrock User Guide.
_WITH_SCHEMA = (
    "anthropic.claude-haiku-4-5",
    "anthropic.claude-sonnet-4-5",
    "anthropic.claude-sonnet-4-6",
    "anthropic.claude-opus-4-5",
    "anthropic.claude-opus-4-6",
)
#: "ToolChoice" in the Amazon Bedrock API Reference: models that can be forced to call one tool.
_WITH_TOOL = ("amazon.nova", "anthropic.claude-3")
#: Up to this many claims, a pattern permits every order; beyond, any of them may come first.
_ANY_ORDER = 3
_OPENING = "((In short|At the moment|As it stands|Overall|Here|Today|To begin with|Looking at the whole), )?"
#: None states a cause: a model that needs patterns is too small to be right about causes.
_JOINT = r"(, and |, while |; |\. |\. At the same time, )"
_CLOSING = r"\.( (The|This|A|Over|When|Since|It|Each|Most|Every|In) [a-z]+( [a-z]+){3,12}\.)?"


def output_of(model_id: str) -> Output:
    """Return the strictest way that a model, or its inference profile, is documented to support."""
    if _is_of(model_id, _WITH_SCHEMA):
        return "schema"
    return "tool" if _is_of(model_id, _WITH_TOOL) else "text"


def passages_schema(passages: Mapping[str, Passage], output: Output) -> Schema:
    """Return the schema of a response with these passages."""
    patterns = {key: {"pattern": pattern(passage)} if output == "patterns" else {} for key, passage in passages.items()}
    return {
        "type": "object",
        "properties": {key: {"type": "string", **patterns[key]} for key in passages},
        "required": list(passages),
        "additionalProperties": False,
    }


def pattern(passage: Passage) -> str:
    """Return a regular expression for a passage: its ids once each, connected, with an opening and a closing."""
    orders = "|".join(_JOINT.join(rf"\[{key}\]" for key in order) for order in _orders(passage))
    return f"^{_OPENING}({orders}){_CLOSING}$"


def request_for(output: Output, schema: Schema, name: str) -> dict[str, Any]:
    """Return the members of a Converse request that enforce a schema."""
    match output:
        case "schema" | "patterns":
            document = {"schema": json.dumps(schema), "name": name}
            return {"outputConfig": {"textFormat": {"type": "json_schema", "structure": {"jsonSchema": document}}}}
        case "tool":
            tool = {"name": name, "description": "Hands over the result.", "inputSchema": {"json": schema}}
            return {"toolConfig": {"tools": [{"toolSpec": tool}], "toolChoice": {"tool": {"name": name}}}}
        case "text":
            return {}


def _is_of(model_id: str, families: Iterable[str]) -> bool:
    return any(model_id.startswith(family) or f".{family}" in model_id for family in families)


def _orders(passage: Passage) -> Iterator[Iterable[str]]:
    ids = list(passage.ids)
    if passage.is_ordered:
        yield ids
        return
    if len(ids) <= _ANY_ORDER:
        yield from permutations(ids)
        return
    for first in ids:
        yield [first, *(key for key in ids if key != first)]
