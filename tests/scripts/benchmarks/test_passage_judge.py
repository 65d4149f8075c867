"""The judge that reads accepted passages, independently of the checks."""

import pytest

from scripts.benchmarks.passage_judge import judge
from tests.functions.shared.narration.corpus.reading import good_passages

CLAIMS = ["stocks make up 85% of it", "your target is 70%"]
CLEAN = "At the moment, stocks make up 85% of it, while your target is 70%."


def test_stated_claims_are_clean() -> None:
    assert judge(CLEAN, CLAIMS).is_clean
    assert judge("Your target is 70%. Stocks make up 85% of it.", CLAIMS).is_clean


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (f"{CLEAN} That is 15 points.", "figures"),
        (f"{CLEAN} A third of it is new.", "figures"),
        (f"{CLEAN} The same is true of MOONX.", "entities"),
        (f"{CLEAN} Goldman agrees.", "entities"),
        (f"{CLEAN} The price of gold differs.", "entities"),
        (f"{CLEAN} That is above target.", "directions"),
        (f"{CLEAN} It has grown.", "directions"),
        ("Stocks make up 70% of it, while your target is 85%.", "missing"),
        ("At the moment, stocks make up 85% of it.", "missing"),
    ],
)
def test_foreign_parts_are_found(text: str, part: str) -> None:
    verdict = judge(text, CLAIMS)

    assert getattr(verdict, part)
    assert not verdict.is_clean


def test_nearly_all_good_passages_are_clean() -> None:
    passages = [(good.passage.render(good.words), good.passage) for good in good_passages()]

    foreign = [text for text, passage in passages if not judge(text, [c.text for c in passage.claims]).is_clean]

    assert len(foreign) <= 0.05 * len(passages), foreign
