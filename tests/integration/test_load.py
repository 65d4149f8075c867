"""Pollers and jobs at the same time, in short. The long form is scripts/benchmarks/load.py."""

from collections.abc import Iterator

import pytest

from scripts.api_client import AlexApi
from scripts.benchmarks.load import load
from scripts.local.stack import LocalStack


@pytest.fixture
def clean(stack: LocalStack) -> Iterator[LocalStack]:
    yield stack
    AlexApi(stack.info.api_url, stack.info.token).delete("/api/user")


def test_thirty_pollers_see_three_jobs_complete_and_write_nothing(clean: LocalStack) -> None:
    outcome = load(clean, pollers=30, jobs=3, seconds=3, quiet_s=1)

    assert outcome.faults == []
    assert set(outcome.busy.seconds) == set(outcome.quiet.seconds) == {"poll", "stream", "list"}
    assert outcome.statements == outcome.quiet.requests >= 30
