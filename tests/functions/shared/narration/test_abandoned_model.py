"""A model whose job was canceled, taken over, or deleted with its user during the call."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from functions.shared.narration.bedrock import Model
from functions.shared.narration.model_narrator import ModelNarrator
from functions.shared.narration.prompt import first_prompt
from functions.shared.narration.structure import Prompt
from scripts.local.converse import ConverseControl, Kind
from tests.functions.shared.narration.drafting import DRAFT, narrate


class JobIsOver(Exception):
    pass


@pytest.fixture
def model_until(model: Callable[..., Model], control: ConverseControl) -> Callable[..., Model]:
    """A model that stops once `is_over` returns True."""

    def make(is_over: Callable[[], bool], **settings: object) -> Model:
        def check() -> None:
            if is_over():
                raise JobIsOver

        return replace(model(model_silence_s=60, **settings), check=check)

    return make


@pytest.mark.parametrize("kind", [Kind.STALL, Kind.STALL_MIDWAY])
def test_silent_model_is_abandoned(model_until: Callable[..., Model], control: ConverseControl, kind: Kind) -> None:
    control.arm(kind, seconds=600)
    checks = iter(range(100))

    with pytest.raises(JobIsOver):
        narrate(ModelNarrator(model_until(lambda: next(checks) >= 3)))

    assert next(checks) <= 30


def test_model_is_abandoned_in_the_middle_of_its_text(model_until: Callable[..., Model]) -> None:
    texts: list[str] = []

    with pytest.raises(JobIsOver):
        model_until(lambda: bool(texts)).stream(Prompt("system", first_prompt(DRAFT)), 500, texts.append, {})

    assert len(texts) == 1


def test_throttled_model_is_abandoned_between_two_calls(
    model_until: Callable[..., Model], control: ConverseControl
) -> None:
    control.arm(Kind.THROTTLE, times=50)

    with pytest.raises(JobIsOver):
        narrate(ModelNarrator(model_until(lambda: bool(control.calls()))))

    assert len(control.calls()) == 1


def test_tokens_of_abandoned_call_are_counted(
    model_until: Callable[..., Model],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "alex")
    monkeypatch.setenv("NAME_PREFIX", "alex")
    texts: list[str] = []

    prompt = first_prompt(DRAFT)

    with pytest.raises(JobIsOver):
        model_until(lambda: len(texts) > 3).stream(Prompt("a" * 350, prompt), 500, texts.append, {})

    (line,) = (line for text in capsys.readouterr().out.splitlines() if "_aws" in (line := json.loads(text)))
    read, written = round((350 + len(prompt)) / 3.5), round(len(texts[-1]) / 3.5)
    assert line["ModelInputTokens"] == [read]
    assert line["ModelOutputTokens"] == [written]
    assert line["ModelTokensAbandoned"] == [read + written]
