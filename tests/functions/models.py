"""A stand-in for Bedrock, and models that call it through boto3, as fixtures to import."""

from collections.abc import Callable, Iterator

import pytest

from functions.shared.narration import bedrock
from functions.shared.narration.bedrock import Model
from functions.shared.narration.settings import ModelSettings
from scripts.local.converse import STUB_MODEL_ID, Converse, ConverseControl


@pytest.fixture(scope="session")
def converse() -> Iterator[Converse]:
    with Converse() as converse:
        yield converse


@pytest.fixture
def control(converse: Converse, monkeypatch: pytest.MonkeyPatch) -> Iterator[ConverseControl]:
    """Control of the stand-in, at the address where the SDK finds Bedrock. Armed behaviors end with the test."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", converse.url)
    bedrock._bedrock.cache_clear()
    control = ConverseControl(converse.url)
    yield control
    control.clear()


@pytest.fixture
def model(control: ConverseControl) -> Callable[..., Model]:
    """A model that gives up after a minute of silence. `sleep` costs no time; `left_s` is the time left, in seconds."""

    def make(left_s: float = 100, **settings: object) -> Model:
        given = {"bedrock_model_id": STUB_MODEL_ID, "bedrock_region": "us-east-1", "model_silence_s": 60, **settings}
        slept: list[float] = []
        return Model(ModelSettings.model_validate(given), lambda: left_s - sum(slept), sleep=slept.append)

    return make
