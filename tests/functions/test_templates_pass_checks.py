"""The templates' words around claims pass the checks of a model's words, and each claim is a clause."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from functions.reporter.report import write_report
from functions.retirement.analysis import analyze_retirement
from functions.shared.analysis import Step
from functions.shared.narration.claims import Passage
from functions.shared.narration.passages import TEMPLATES, Draft, Narrative
from functions.shared.narration.prose_check import objections
from functions.shared.portfolio import Snapshot
from tests.portfolios import all_cash, empty, many, one_stock, sample, unknown

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


@dataclass
class Recorder:
    """A narrator that keeps the passages it is given."""

    model: str | None = None
    share: float = 0.1
    passages: list[Passage] = field(default_factory=list)

    def narrate(self, draft: Draft, step: Step) -> Narrative:
        self.passages.extend(draft.passages.values())
        return TEMPLATES.narrate(draft, step)


def nothing(_fraction: float, _message: str) -> None: ...


@pytest.mark.parametrize("portfolio", [sample, all_cash, one_stock, empty, unknown, many])
def test_templates_words_pass_the_same_checks(portfolio: Callable[[], Snapshot]) -> None:
    recorder = Recorder()
    write_report(portfolio(), NOW, nothing, recorder)
    analyze_retirement(portfolio(), NOW, nothing, recorder)

    assert recorder.passages
    for passage in recorder.passages:
        assert objections(passage.template, passage) == []
        for claim in passage.claims:
            assert claim.text.strip("*").rstrip()[-1] not in ".;:,", claim.text
            assert claim.subject
            assert claim.measure
