"""The prompt for a model, and the structure of its response."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise, permutations, repeat
from typing import Any, Literal

from functions.shared.narration.claims import Claim, Passage

Schema = Mapping[str, Any]
Output = Literal["schema", "patterns", "tool", "text"]
"""How a model is made to respond with JSON.

`schema` sends a JSON schema in Converse's `outputConfig`. `patterns` does too, with a regular expression
for each string, for servers that compile them, such as llama.cpp. `tool` forces the model to call a tool whose input
is the JSON. `text` relies on the prompt.
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
#: Up to this many claims, a pattern permits every order; with more, any claim may come first, the rest in order.
_ANY_ORDER = 3
#: For the first passages, so that no two of them start alike.
_OPENINGS = ("In short|Overall|To begin with", "At the moment|As it stands|Today")
#: None states a cause: a model that needs patterns is too small to get causes right.
_SENTENCES, _CONTRAST, _JOINT = r"\. ", "(, while |; )", r"(, and |; |\. )"
_CLOSING = r"\.( (The|This|A|Over|When|Since|It|Each|Most|Every|In) [a-z]+( [a-z]+){3,12}\.)?"


def output_of(model_id: str) -> Output:
    """Return the strictest way that a model, or its inference profile, is documented to support."""
    if _is_of(model_id, _WITH_SCHEMA):
        return "schema"
    return "tool" if _is_of(model_id, _WITH_TOOL) else "text"


def passages_schema(passages: Mapping[str, Passage], output: Output) -> Schema:
    """Return the schema of a response with these passages."""
    openings = chain(_OPENINGS, repeat(""))
    patterns = {
        key: {"pattern": pattern(passage, opening)} if output == "patterns" else {}
        for (key, passage), opening in zip(passages.items(), openings, strict=False)
    }
    return {
        "type": "object",
        "properties": {key: {"type": "string", **patterns[key]} for key in passages},
        "required": list(passages),
        "additionalProperties": False,
    }


def pattern(passage: Passage, openings: str) -> str:
    """Return a regular expression for a passage: its ids once each, connected, with an opening and a closing.

    `openings` are the phrases that may precede the first claim, separated by `|`.
    """
    opening = f"(({openings}), )?" if openings else ""
    orders = "|".join(_connected(passage, order, opening) for order in _orders(passage))
    return f"^({orders}){_CLOSING}$"


def _connected(passage: Passage, order: Sequence[str], opening: str) -> str:
    claims = [passage.ids[key] for key in order]
    joints = ("" if claims[0].stands_alone else opening, *(_joint(*pair) for pair in pairwise(claims)))
    return "".join(rf"{joint}\[{key}\]" for joint, key in zip(joints, order, strict=True))


def _joint(before: Claim, after: Claim) -> str:
    if before.stands_alone or after.stands_alone:
        return _SENTENCES
    return _CONTRAST if before.contrasts(after) else _JOINT


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


def _orders(passage: Passage) -> Iterator[Sequence[str]]:
    ids = list(passage.ids)
    if passage.is_ordered:
        yield ids
        return
    if len(ids) <= _ANY_ORDER:
        yield from permutations(ids)
        return
    for first in ids:
        yield [first, *(key for key in ids if key != first)]
