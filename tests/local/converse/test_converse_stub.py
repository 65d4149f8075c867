"""The stand-in for Bedrock, called through the real client."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, EventStreamError
from urllib3.exceptions import HTTPError

from scripts.local.converse import STUB_MODEL_ID, Converse, ConverseControl, Kind

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime import BedrockRuntimeClient

PROMPT = """\
summary (Executive summary):
[c1] your portfolio is worth $301,580
[c2] stocks make up 85% of it
[c3] the rest is in bonds"""
WORDS = '{"summary": "In short, [c1], and [c2]. [c3]."}'


@pytest.fixture(scope="module")
def converse() -> Iterator[Converse]:
    with Converse() as converse:
        yield converse


@pytest.fixture(scope="module")
def client(converse: Converse) -> BedrockRuntimeClient:
    return client_of(converse)


def client_of(converse: Converse, **options: Any) -> BedrockRuntimeClient:
    client: BedrockRuntimeClient = boto3.client(
        "bedrock-runtime",
        endpoint_url=converse.url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}, **options),
    )
    return client


@pytest.fixture
def control(converse: Converse) -> Iterator[ConverseControl]:
    control = ConverseControl(converse.url)
    yield control
    control.clear()


def ask(prompt: str = PROMPT, model_id: str = STUB_MODEL_ID, **inference: Any) -> dict[str, Any]:
    messages = [{"role": "user", "content": [{"text": prompt}]}]
    return {"modelId": model_id, "messages": messages, "inferenceConfig": {"temperature": 0.2, **inference}}


def stream(client: BedrockRuntimeClient, request: dict[str, Any]) -> list[dict[str, Any]]:
    with closing(client.converse_stream(**request)["stream"]) as events:
        return [dict(event) for event in events]


def text_of(events: list[dict[str, Any]]) -> str:
    return "".join(e["contentBlockDelta"]["delta"]["text"] for e in events if "contentBlockDelta" in e)


def test_stream_has_bedrock_events_in_order(client: BedrockRuntimeClient) -> None:
    events = stream(client, ask())

    kinds = [next(iter(event)) for event in events]
    deltas = kinds.count("contentBlockDelta")
    assert kinds == ["messageStart", *["contentBlockDelta"] * deltas, "contentBlockStop", "messageStop", "metadata"]
    assert events[-2]["messageStop"]["stopReason"] == "end_turn"
    usage = events[-1]["metadata"]["usage"]
    assert usage["outputTokens"] == deltas > 10
    assert usage["totalTokens"] == usage["inputTokens"] + deltas


def test_stub_connects_claims_of_prompt(client: BedrockRuntimeClient) -> None:
    assert text_of(stream(client, ask())) == WORDS


def test_forced_tool_gets_response_as_input(client: BedrockRuntimeClient) -> None:
    schema = {"type": "object", "properties": {"summary": {"type": "string"}}}
    tool: dict[str, Any] = {"name": "result", "inputSchema": {"json": schema}}
    forced = {"tools": [{"toolSpec": tool}], "toolChoice": {"tool": {"name": "result"}}}

    events = stream(client, ask() | {"toolConfig": forced})
    response = client.converse(**(ask() | {"toolConfig": forced}))

    deltas = [event["contentBlockDelta"]["delta"] for event in events if "contentBlockDelta" in event]
    assert "".join(delta["toolUse"]["input"] for delta in deltas) == WORDS
    assert events[-2]["messageStop"]["stopReason"] == response["stopReason"] == "tool_use"
    assert response["output"]["message"]["content"][0]["toolUse"]["input"] == json.loads(WORDS)


def test_converse_returns_same_text_at_once(client: BedrockRuntimeClient) -> None:
    response = client.converse(**ask())

    assert response["output"]["message"]["content"][0]["text"] == text_of(stream(client, ask()))
    assert response["stopReason"] == "end_turn"
    assert response["usage"]["outputTokens"] > 10


def test_stub_stops_at_requested_token_limit(client: BedrockRuntimeClient) -> None:
    events = stream(client, ask(maxTokens=5))

    assert events[-2]["messageStop"]["stopReason"] == "max_tokens"
    assert events[-1]["metadata"]["usage"]["outputTokens"] == 5


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        (Kind.THROTTLE, 429, "ThrottlingException"),
        (Kind.NOT_READY, 429, "ModelNotReadyException"),
        (Kind.UNAVAILABLE, 503, "ServiceUnavailableException"),
        (Kind.INTERNAL_ERROR, 500, "InternalServerException"),
        (Kind.MODEL_TIMEOUT, 408, "ModelTimeoutException"),
        (Kind.ACCESS_DENIED, 403, "AccessDeniedException"),
        (Kind.INVALID, 400, "ValidationException"),
    ],
)
def test_errors_match_service_model(
    client: BedrockRuntimeClient, control: ConverseControl, kind: Kind, status: int, code: str
) -> None:
    control.arm(kind)

    with pytest.raises(ClientError) as caught:
        client.converse_stream(**ask())

    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert caught.value.response["Error"]["Code"] == code
    assert code in client.meta.service_model.shape_names


@pytest.mark.parametrize(
    ("kind", "code"),
    [(Kind.STREAM_ERROR, "modelStreamErrorException"), (Kind.THROTTLE_MIDWAY, "throttlingException")],
)
def test_stream_can_end_in_an_exception(
    client: BedrockRuntimeClient, control: ConverseControl, kind: Kind, code: str
) -> None:
    control.arm(kind)
    texts: list[str] = []

    with closing(client.converse_stream(**ask())["stream"]) as events, pytest.raises(EventStreamError) as caught:
        texts.extend(event["contentBlockDelta"]["delta"]["text"] for event in events if "contentBlockDelta" in event)

    assert caught.value.response["Error"]["Code"] == code
    assert len(texts) > 5


@pytest.mark.parametrize("kind", [Kind.STALL, Kind.STALL_MIDWAY, Kind.DISCONNECT])
def test_stream_can_stall_or_break_off(converse: Converse, control: ConverseControl, kind: Kind) -> None:
    control.arm(kind, seconds=600)

    with pytest.raises(HTTPError):
        stream(client_of(converse, read_timeout=1), ask())


@pytest.mark.parametrize(
    ("kind", "stop_reason", "start"),
    [
        (Kind.CUT_OFF, "max_tokens", '{"summary": "In sh'),
        (Kind.FILTERED, "content_filtered", ""),
        (Kind.EMPTY, "end_turn", ""),
        (Kind.SILENT, "end_turn", ""),
        (Kind.REFUSE, "end_turn", "I'm sorry"),
        (Kind.OTHER_LANGUAGE, "end_turn", "Ihr Depot"),
        (Kind.INVENT_FIGURES, "end_turn", "1,234,567 dollars"),
        (Kind.INVENT_TICKER, "end_turn", "MOONX"),
        (Kind.SWAP_CLAIMS, "end_turn", "[c2], and [c2]"),
        (Kind.COMPARE, "end_turn", "far above"),
        (Kind.ADVISE, "end_turn", "You should"),
        (Kind.MARKUP, "end_turn", "<img"),
        (Kind.OBEY, "end_turn", "wire the money"),
        (Kind.CHATTER, "end_turn", "Certainly!"),
    ],
)
def test_stub_can_misbehave(
    client: BedrockRuntimeClient, control: ConverseControl, kind: Kind, stop_reason: str, start: str
) -> None:
    control.arm(kind)

    events = stream(client, ask())

    assert events[-2]["messageStop"]["stopReason"] == stop_reason
    assert start in text_of(events)
    assert bool(start) == bool(text_of(events))


def test_armed_behavior_matches_prompts_and_number_of_calls(
    client: BedrockRuntimeClient, control: ConverseControl
) -> None:
    control.arm(Kind.EMPTY, match="another prompt")
    control.arm(Kind.REFUSE)

    texts = [text_of(stream(client, ask())) for _ in range(2)]

    assert "I'm sorry" in texts[0]
    assert "In short" in texts[1]
    assert control.fired() == {"empty": 0, "refuse": 1}
    assert [call["kind"] for call in control.calls()] == ["refuse", None]


def test_model_id_can_select_a_behavior(client: BedrockRuntimeClient) -> None:
    assert "I'm sorry" in text_of(stream(client, ask(model_id=f"{STUB_MODEL_ID}:refuse")))


def test_tokens_arrive_at_pace_of_a_model() -> None:
    waited: list[float] = []

    class Impatient(Converse):
        def wait(self, seconds: float) -> None:
            waited.append(seconds)

    with Impatient(pace=40) as converse:
        tokens = client_of(converse).converse(**ask())["usage"]["outputTokens"]

    assert waited == [pytest.approx(0.6 + tokens / 40)]
