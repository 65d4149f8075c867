"""During a deployment, old and new code run side by side, and each can read the other's payloads."""

import json
from typing import Any

import pytest
from pydantic import BaseModel, RootModel
from pydantic_core import to_jsonable_python

from functions.shared.plans import AGENTS
from tests.mixed_versions.samples import RECORDED, samples

SAMPLES = samples()
OF_THE_RELEASE: dict[str, Any] = json.loads(RECORDED.read_text(encoding="utf-8"))


def from_a_newer_version(value: Any) -> Any:
    """The same JSON with an unknown field in each object that is a model."""
    if isinstance(value, RootModel):
        return from_a_newer_version(value.root)
    if isinstance(value, BaseModel):
        fields = value.model_dump(mode="json").keys() & type(value).model_fields.keys()
        return {name: from_a_newer_version(getattr(value, name)) for name in fields} | {"of_a_newer_version": {"x": 1}}
    if isinstance(value, dict):
        return {str(key): from_a_newer_version(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [from_a_newer_version(item) for item in value]
    return to_jsonable_python(value)


def missing(released: Any, sent: Any, path: str = "$") -> list[str]:
    """Fields that the release sent and expects, and that `sent` lacks or has as another JSON type."""
    if isinstance(released, dict) and isinstance(sent, dict):
        return [
            problem
            for name, value in released.items()
            for problem in (missing(value, sent[name], f"{path}.{name}") if name in sent else [f"{path}.{name}"])
        ]
    if isinstance(released, list) and isinstance(sent, list):
        return [p for old, new in zip(released, sent, strict=False) for p in missing(old, new, f"{path}[]")]
    return [] if type(released) is type(sent) else [path]


@pytest.mark.parametrize("name", SAMPLES)
def test_unknown_fields_are_ignored(name: str) -> None:
    """Functions of this release can therefore read payloads of the next."""
    sample = SAMPLES[name]

    read = type(sample).model_validate_json(json.dumps(from_a_newer_version(sample)))

    assert read == sample


@pytest.mark.parametrize("name", OF_THE_RELEASE)
def test_payload_of_release_can_be_read(name: str) -> None:
    assert type(SAMPLES[name]).model_validate_json(json.dumps(OF_THE_RELEASE[name])) == SAMPLES[name]


@pytest.mark.parametrize("name", OF_THE_RELEASE)
def test_release_finds_every_field_that_it_expects(name: str) -> None:
    sent = json.loads(SAMPLES[name].model_dump_json())

    assert missing(OF_THE_RELEASE[name], sent) == []


def test_every_message_and_section_of_release_is_recorded() -> None:
    """An agent's new section is recorded with the next release."""
    added = set(SAMPLES) - set(OF_THE_RELEASE)

    assert set(OF_THE_RELEASE) <= set(SAMPLES)
    assert added <= {f"section {agent.section}" for agent in AGENTS}
