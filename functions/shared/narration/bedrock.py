"""Calls a model on Amazon Bedrock through the Converse API. Imports boto3, so import it only if one is configured."""

import random
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from contextvars import copy_context
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from queue import Empty, Queue
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from functions.shared import metrics
from functions.shared.durations.delays import Delays
from functions.shared.narration.model_prices import estimated_cost_usd
from functions.shared.narration.settings import ModelSettings
from functions.shared.narration.structure import Output, Prompt, Schema, output_of, request_for
from functions.shared.observability import logger
from functions.shared.sections import ModelUsage

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime import BedrockRuntimeClient

#: The call wasn't executed: retry with full jitter (Brooker, "Exponential Backoff and Jitter", 2015).
_NOT_STARTED = frozenset({"ThrottlingException", "ModelNotReadyException", "ServiceUnavailableException"})
_FIRST_DELAY_S, _LONGEST_DELAY_S = 0.5, 8.0
#: How often `check` is called while the model is silent, and how long an abandoned stream may take to close.
_CHECK_S, _CLOSE_S = 0.5, 1.0
#: For English text ("Glossary: Tokens", Anthropic documentation). An abandoned stream reports no usage.
_CHARACTERS_PER_TOKEN = 3.5
#: The name of a response's structure.
_STRUCTURE = "result"


class Failure(StrEnum):
    """Why a response is incomplete, in words for the report's reader."""

    THROTTLED = "the model was too busy"
    SILENT = "the model took too long"
    BROKEN = "the model's response broke off"
    CUT_OFF = "the model's response was cut off"
    FILTERED = "the model declined to respond"
    EMPTY = "the model's response was empty"
    OVERFLOWN = "the model's context was too small"
    UNREACHABLE = "the model could not be reached"


@dataclass
class Answer:
    """A model's response up to its end or failure; a complete one has no `failure`."""

    text: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    failure: Failure | None = None


@dataclass
class Model:
    """One model, for one section of one attempt. `calls` counts executed calls, excluding throttled ones.

    `check` raises once the work is pointless. It is called every half second during a call; its exception ends the
    call, closes the stream, and propagates from `stream`. `delays` counts throttled calls and times the first token.
    """

    settings: ModelSettings
    seconds_left: Callable[[], float]
    check: Callable[[], None] = lambda: None
    delays: Delays = field(default_factory=Delays)
    sleep: Callable[[float], None] = time.sleep
    calls: int = 0
    throttled: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    _started: float = field(default_factory=time.monotonic)
    _asked_at: float | None = None
    """The time of a call whose first token hasn't arrived."""

    @property
    def id(self) -> str:
        return self.settings.bedrock_model_id or ""

    @property
    def usage(self) -> ModelUsage:
        """The usage so far."""
        tokens = self.input_tokens, self.output_tokens
        return ModelUsage(
            model=self.id,
            calls=self.calls,
            throttled=self.throttled,
            input_tokens=self.input_tokens,
            output_tokens=self.output_tokens,
            estimated_cost_usd=estimated_cost_usd(self.id, *tokens, self.settings.model_price),
        )

    @property
    def output(self) -> Output:
        """How the model is made to respond with JSON."""
        return self.settings.model_output or output_of(self.id)

    def time_left_s(self) -> float:
        """Return the seconds until the text must be complete."""
        spent = time.monotonic() - self._started
        return min(self.seconds_left(), self.settings.model_time_limit_s - spent)

    def stream(self, prompt: Prompt, max_tokens: int, on_text: Callable[[str], None], schema: Schema) -> Answer:
        """Request JSON of this schema, passing the text so far to `on_text` after each part of the response.

        `output` determines whether the model is bound by the schema, so callers must validate the response. Raises the
        exceptions of `check` and `on_text`, but none caused by a model.
        """
        return self._ask(self._request(prompt, max_tokens, schema), on_text)

    def _ask(self, request: dict[str, Any], on_text: Callable[[str], None]) -> Answer:
        answer, delay_s = Answer(), _FIRST_DELAY_S
        while True:
            started = time.monotonic()
            code = self._try(answer, request, on_text)
            if code not in _NOT_STARTED or answer.text:
                break
            self.throttled += 1
            self.delays.throttles += 1
            metrics.model_throttled(self.id)
            pause_s = random.uniform(0, delay_s)  # noqa: S311 - jitter, not a secret
            if self.time_left_s() < pause_s:
                answer.failure = Failure.THROTTLED
                break
            self._pause(pause_s)
            delay_s = min(2 * delay_s, _LONGEST_DELAY_S)
        if answer.failure is not Failure.THROTTLED:
            self.calls += 1
            metrics.model_answered(
                self.id,
                duration_s=time.monotonic() - started,
                input_tokens=answer.input_tokens,
                output_tokens=answer.output_tokens,
            )
        self.input_tokens += answer.input_tokens
        self.output_tokens += answer.output_tokens
        logger.info(
            "Asked the model",
            model=self.id,
            input_tokens=answer.input_tokens,
            output_tokens=answer.output_tokens,
            throttled=self.throttled,
            failure=answer.failure,
        )
        return answer

    def _pause(self, pause_s: float) -> None:
        while pause_s > 0:
            self.check()
            self.sleep(min(pause_s, _CHECK_S))
            pause_s -= _CHECK_S

    def _count_abandoned(self, answer: Answer, request: dict[str, Any]) -> None:
        turns = (request["system"], *(message["content"] for message in request["messages"]))
        asked = "".join(part["text"] for turn in turns for part in turn)
        read, written = (round(len(text) / _CHARACTERS_PER_TOKEN) for text in (asked, answer.text))
        metrics.model_abandoned(self.id, input_tokens=read, output_tokens=written)
        logger.info(
            "Stopped asking the model", model=self.id, input_tokens=read, output_tokens=written, is_estimated=True
        )

    def _try(self, answer: Answer, request: dict[str, Any], on_text: Callable[[str], None]) -> str:
        """Make one call. Returns its error code, or an empty string, and sets the answer's `failure`."""
        try:
            self._stream(answer, request, on_text)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            answer.failure = Failure.BROKEN if answer.text else Failure.UNREACHABLE
            if code == "ValidationException" and "too long" in error.response["Error"].get("Message", ""):
                answer.failure = Failure.OVERFLOWN
            logger.warning("The model returned an error", reason=code)
            return code
        except (BotoCoreError, HTTPError) as error:
            slow = "Timeout" in type(error).__name__  # both libraries use this name
            answer.failure = Failure.SILENT if slow else Failure.BROKEN if answer.text else Failure.UNREACHABLE
            logger.warning("The model could not be reached", reason=type(error).__name__)
        except Exception:  # from `check` or `on_text`: the job is over
            self._count_abandoned(answer, request)
            raise
        return ""

    def _stream(self, answer: Answer, request: dict[str, Any], on_text: Callable[[str], None]) -> None:
        ended, self._asked_at = False, time.monotonic()
        with closing(self._events(request)) as events:
            for event in self._in_time(answer, events):
                if "contentBlockDelta" in event:
                    self._time_first_token()
                    self._asked_at = None
                    answer.text += _text(event["contentBlockDelta"]["delta"])
                    on_text(answer.text)
                elif "messageStop" in event:
                    ended = True
                    answer.failure = _failure_of(event["messageStop"]["stopReason"], answer.text)
                elif "metadata" in event:
                    _count(answer, event["metadata"])
        if not ended and answer.failure is None:
            answer.failure = Failure.BROKEN

    def _in_time(self, answer: Answer, events: Iterable[Any]) -> Iterable[Any]:
        for event in events:
            yield event
            if self.time_left_s() < 0:
                answer.failure = Failure.SILENT
                return

    def _events(self, request: dict[str, Any]) -> Generator[Any, None, None]:
        """Yield the stream's events. A thread reads them, so that `check` is called while the model is silent."""
        events: Queue[Any] = Queue()
        is_abandoned = Event()

        def read() -> None:
            try:
                with closing(self._client.converse_stream(**request)["stream"]) as stream:
                    for event in stream:
                        events.put(event)
                        if is_abandoned.is_set():
                            return
                events.put(None)
            except Exception as error:
                events.put(error)  # raised by `_next`

        reader = Thread(target=copy_context().run, args=(read,), daemon=True)
        reader.start()
        try:
            while (event := self._next(events)) is not None:
                yield event
        finally:
            is_abandoned.set()
            reader.join(_CLOSE_S)

    def _next(self, events: "Queue[Any]") -> Any:
        while True:
            self.check()
            try:
                event = events.get(timeout=_CHECK_S)
            except Empty:
                self._time_first_token()
                continue
            if isinstance(event, Exception):
                raise event
            return event

    def _time_first_token(self) -> None:
        if self._asked_at is not None:
            self.delays.first_token_s = round(time.monotonic() - self._asked_at, 3)

    def _request(self, prompt: Prompt, max_tokens: int, schema: Schema) -> dict[str, Any]:
        return {
            **request_for(self.output, schema, _STRUCTURE),
            "modelId": self.id,
            "system": [{"text": prompt.system}],
            "messages": [{"role": role, "content": [{"text": text}]} for role, text in prompt.turns],
            "inferenceConfig": {"temperature": self.settings.model_temperature, "maxTokens": max_tokens},
        }

    @property
    def _client(self) -> "BedrockRuntimeClient":
        return _bedrock(self.settings.bedrock_region, self.settings.model_silence_s)


def _failure_of(stop_reason: str, text: str) -> Failure | None:
    match stop_reason:
        case "end_turn" | "stop_sequence" | "tool_use":
            return None if text.strip() else Failure.EMPTY
        case "model_context_window_exceeded":
            return Failure.OVERFLOWN
        case "content_filtered" | "guardrail_intervened":
            return Failure.FILTERED
        case _:
            return Failure.CUT_OFF


def _text(delta: Any) -> str:
    """Return a part of the response: text, or the input of the tool that the model must call."""
    return str(delta.get("text") or delta.get("toolUse", {}).get("input") or "")


def _count(answer: Answer, metadata: Any) -> None:
    usage = metadata["usage"]
    answer.input_tokens, answer.output_tokens = usage["inputTokens"], usage["outputTokens"]


@cache
def _bedrock(region: str | None, silence_s: float) -> "BedrockRuntimeClient":
    """Return the process-wide client. The SDK's retries are off, because they would make more paid calls silently."""
    config = Config(connect_timeout=3, read_timeout=silence_s, retries={"total_max_attempts": 1})
    client: BedrockRuntimeClient = boto3.client("bedrock-runtime", region_name=region, config=config)
    return client
