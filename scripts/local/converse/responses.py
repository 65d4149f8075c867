"""The stand-in's response to one call: its text, stop reason and token counts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scripts.local.converse import event_stream
from scripts.local.converse.behaviors import Behavior, Kind
from scripts.local.converse.words import words

#: Service errors: status, code, message.
ERRORS: Mapping[Kind, tuple[int, str, str]] = {
    Kind.THROTTLE: (429, "ThrottlingException", "Too many tokens, please wait before trying again."),
    Kind.NOT_READY: (429, "ModelNotReadyException", "The model is not ready for inference."),
    Kind.UNAVAILABLE: (503, "ServiceUnavailableException", "Bedrock is unable to process your request."),
    Kind.INTERNAL_ERROR: (500, "InternalServerException", "The system encountered an unexpected error."),
    Kind.MODEL_TIMEOUT: (408, "ModelTimeoutException", "Model has timed out in processing the request."),
    Kind.ACCESS_DENIED: (403, "AccessDeniedException", "You don't have access to the model with this model id."),
    Kind.INVALID: (400, "ValidationException", "The provided model identifier is invalid."),
}
_MIDWAY: Mapping[Kind, tuple[str, str]] = {
    Kind.STREAM_ERROR: ("modelStreamErrorException", "The model stopped in the middle of its response."),
    Kind.THROTTLE_MIDWAY: ("throttlingException", "Too many tokens, please wait before trying again."),
}
#: A token: about four characters, like the tokens of real models.
_TOKEN = re.compile(r"\s*\S{1,4}|\s+$")


@dataclass(frozen=True)
class ModelResponse:
    """A response. `stop_reason` is Converse's; `input_tokens` is estimated from the length of the request."""

    tokens: list[str]
    stop_reason: str
    input_tokens: int
    kind: Kind | None
    stall_s: float = 0
    tool: str | None = None
    """The tool that the request forces the model to call; its input is the text."""

    @property
    def usage(self) -> dict[str, int]:
        output = len(self.tokens)
        total = self.input_tokens + output
        return {"inputTokens": self.input_tokens, "outputTokens": output, "totalTokens": total}

    @property
    def breaks_off(self) -> bool:
        """Whether the connection closes before the response is complete."""
        return self.kind is Kind.DISCONNECT

    def document(self) -> dict[str, Any]:
        """Return the body of a Converse response."""
        content = [] if self.kind is Kind.SILENT else [self._block("".join(self.tokens))]
        return {
            "output": {"message": {"role": "assistant", "content": content}},
            "stopReason": self.stop_reason,
            "usage": self.usage,
            "metrics": {"latencyMs": 1},
        }

    def frames(self) -> Iterator[tuple[bytes, float]]:
        """Yield the frames of a ConverseStream response, each with its number of tokens. Stops early if the stream
        breaks.
        """
        yield event_stream.event("messageStart", {"role": "assistant"}), 0
        if self.tool:
            start = {"contentBlockIndex": 0, "start": {"toolUse": {"toolUseId": "tool-1", "name": self.tool}}}
            yield event_stream.event("contentBlockStart", start), 0
        breaks = self.breaks_off or self.kind in _MIDWAY
        for token in self.tokens[: self._middle] if breaks else self.tokens:
            yield self.delta(token), 1
        if self.kind and self.kind in _MIDWAY:
            yield event_stream.exception(*_MIDWAY[self.kind]), 0
        if breaks:
            return
        for frame in self.ending():
            yield frame, 0

    def ending(self) -> Iterator[bytes]:
        """Yield the frames after the last token."""
        yield event_stream.event("contentBlockStop", {"contentBlockIndex": 0})
        yield event_stream.event("messageStop", {"stopReason": self.stop_reason})
        yield event_stream.event("metadata", {"usage": self.usage, "metrics": {"latencyMs": 1}})

    def delta(self, token: str) -> bytes:
        """Return the frame of one token."""
        delta = {"toolUse": {"input": token}} if self.tool else {"text": token}
        return event_stream.event("contentBlockDelta", {"contentBlockIndex": 0, "delta": delta})

    def _block(self, text: str) -> dict[str, Any]:
        if self.tool is None:
            return {"text": text}
        return {"toolUse": {"toolUseId": "tool-1", "name": self.tool, "input": json.loads(text)}}

    def stalls_before(self, number: int) -> bool:
        """Return whether the stream stalls before the frame with this number."""
        return number == {Kind.STALL: 0, Kind.STALL_MIDWAY: 1 + self._middle}.get(self.kind or Kind.EMPTY)

    @property
    def _middle(self) -> int:
        return len(self.tokens) // 2


def prompt_of(request: Mapping[str, Any]) -> str:
    """Return the text of a request's last message. Raises KeyError or TypeError for a malformed request."""
    return "\n".join(block["text"] for block in request["messages"][-1]["content"])


def respond(request: Mapping[str, Any], behavior: Behavior | None) -> ModelResponse:
    kind = behavior.kind if behavior else None
    prompt = prompt_of(request)
    tokens = _TOKEN.findall(words(prompt, kind)) if kind is not Kind.SILENT else []
    most = request.get("inferenceConfig", {}).get("maxTokens", len(tokens))
    if kind is Kind.CUT_OFF:
        most = len(tokens) // 2
    stop_reason = "content_filtered" if kind is Kind.FILTERED else "max_tokens" if most < len(tokens) else ""
    tool = request.get("toolConfig", {}).get("toolChoice", {}).get("tool", {}).get("name")
    return ModelResponse(
        tokens=[] if kind is Kind.FILTERED else tokens[:most],
        stop_reason=stop_reason or ("tool_use" if tool else "end_turn"),
        tool=tool,
        input_tokens=len(json.dumps(request)) // 4,
        kind=kind,
        stall_s=behavior.seconds if behavior else 0,
    )
