"""The real model: its words around claims, and its failures. It needs the dependency group `model`."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from functions.shared.narration import bedrock
from functions.shared.narration.bedrock import Failure, Model
from functions.shared.narration.model_narrator import ModelNarrator
from functions.shared.narration.passages import Draft, Narrative
from functions.shared.narration.prompt import SYSTEM, example, first_prompt
from functions.shared.narration.settings import ModelSettings
from functions.shared.narration.structure import Prompt, passages_schema
from scripts.benchmarks.passage_judge import judge
from scripts.local.converse import Converse, ConverseControl, Kind
from scripts.local.converse.smollm2 import SMOLLM2_MODEL_ID, SmolLM2, is_installed
from scripts.manifest import ROOT
from tests.functions.shared.narration.corpus.portfolios import PORTFOLIOS
from tests.functions.shared.narration.corpus.reading import passage_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not is_installed() and not os.environ.get("CI"), reason="the model is not installed; add --group model"
    ),
]
TOPICS = list(PORTFOLIOS[0].claims())


@pytest.fixture(scope="module")
def smollm2() -> Iterator[Converse]:
    """The real model, with a context of a few passages."""
    with Converse(model=SmolLM2(context=1536)) as converse:
        yield converse


@pytest.fixture
def model(smollm2: Converse, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Model]]:
    monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", smollm2.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    bedrock._bedrock.cache_clear()

    def make(**settings: object) -> Model:
        given = {"bedrock_model_id": SMOLLM2_MODEL_ID, "bedrock_region": "us-east-1", "model_output": "patterns"}
        return Model(ModelSettings.model_validate(given | {"model_silence_s": 600} | settings), lambda: 100.0)

    yield make
    ConverseControl(smollm2.url).clear()
    bedrock._bedrock.cache_clear()


def draft(number: int) -> Draft:
    topic = TOPICS[number % len(TOPICS)]
    return Draft({topic: passage_of(PORTFOLIOS[number], topic)})


def write(model: Model, draft: Draft) -> Narrative:
    return ModelNarrator(model).narrate(draft, lambda _fraction, _message: None)


def assert_clean(draft: Draft, words: Narrative) -> None:
    for key, passage in draft.passages.items():
        verdict = judge(words[key], [claim.text for claim in passage.claims])
        assert verdict.is_clean, (words[key], verdict)


@pytest.mark.parametrize(
    ("benchmark", "figures"),
    [
        (["words", "--passages", "10"], "foreign figures, entities or directions in accepted passages: 0"),
        (["tagging", "--instruments", "1"], "1 instruments in"),
    ],
    ids=lambda argument: argument[0] if isinstance(argument, list) else "",
)
def test_benchmark_is_within_its_budget(benchmark: list[str], figures: str) -> None:
    """Of ten passages, at least a third is accepted, and none of those has anything foreign."""
    name, *arguments = benchmark
    script = ROOT / "scripts" / "benchmarks" / f"{name}.py"

    done = subprocess.run([sys.executable, script, *arguments], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert figures in done.stdout


def test_erratic_model_gets_nothing_foreign_into_text(model: Callable[..., Model]) -> None:
    for number in range(4):
        words = write(model(model_temperature=1.5), draft(number))
        assert words.narration.output_tokens > 0
        assert_clean(draft(number), words)


def test_prompt_beyond_context_falls_back_to_template(model: Callable[..., Model]) -> None:
    passages = {f"worth_{number}": passage_of(portfolio, "worth") for number, portfolio in enumerate(PORTFOLIOS * 2)}

    words = write(model(), Draft(passages))

    assert words.narration.source == "template"
    assert set(words.narration.reasons.values()) == {Failure.OVERFLOWN}


def test_stop_in_the_middle_falls_back_to_template(smollm2: Converse, model: Callable[..., Model]) -> None:
    ConverseControl(smollm2.url).arm(Kind.DISCONNECT, times=2)

    words = write(model(), draft(0))

    assert words.narration.source == "template"
    assert set(words.narration.reasons.values()) == {Failure.BROKEN}


class JobIsOver(Exception):
    pass


def test_cancelled_job_frees_the_model_between_two_tokens(smollm2: Converse, model: Callable[..., Model]) -> None:
    texts: list[str] = []

    def check() -> None:
        if len(texts) > 3:
            raise JobIsOver

    prompt = Prompt(SYSTEM, first_prompt(draft(0)), example("patterns"))
    schema = passages_schema(draft(0).passages, "patterns")
    with pytest.raises(JobIsOver):
        replace(model(), check=check).stream(prompt, 100, texts.append, schema)

    assert write(model(), draft(1)).narration.calls >= 1
    assert len(texts) < 10
