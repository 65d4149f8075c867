"""The grammar for models that are bound by patterns: it offers only connections that the checks accept."""

import re

import pytest

from functions.shared.narration.claims import Claim, Direction, Passage, passage
from functions.shared.narration.prose_check import objections
from functions.shared.narration.structure import passages_schema, pattern

SHARE = Claim("stocks make up 85%", "stocks", "share", Direction.ABOVE, "85%")
TARGET = Claim("your target is 70%", "stocks", "target", value="70%")
AGE = Claim("the oldest price is of May 5, 2026", "prices", "date")
ADVICE = Claim("import a current file", "prices", "file", Direction.ACTION)
DRAFT = passage("Mix", SHARE, TARGET, AGE, ADVICE)


@pytest.mark.parametrize(
    "words",
    [
        "In short, [c1], while [c2], and [c3]. [c4].",
        "[c1]; [c2]. [c3]. [c4].",
        "[c1], while [c2]; [c3]. [c4]. The parts of a portfolio move at their own pace.",
    ],
)
def test_pattern_offers_connections_that_are_accepted(words: str) -> None:
    assert re.match(pattern(DRAFT, "In short"), words)
    assert objections(words, DRAFT) == []


@pytest.mark.parametrize(
    "words",
    [
        "[c1], and [c2]. [c3]. [c4].",  # a share and its target contrast
        "[c1], while [c2], while [c3]. [c4].",  # these claims do not contrast
        "[c1], while [c2]. [c3], and [c4].",  # a recommendation stands alone
        "[c2], while [c1]. [c3]. [c4].",  # the passage sets the order
        "Overall, [c1], while [c2]. [c3]. [c4].",
    ],
)
def test_pattern_offers_no_other_connection(words: str) -> None:
    assert not re.match(pattern(DRAFT, "In short"), words)


def test_unordered_passage_may_start_with_any_claim() -> None:
    found = pattern(Passage("Mix", [SHARE, TARGET]), "")

    assert re.match(found, "[c1], while [c2].")
    assert re.match(found, "[c2], while [c1].")


def test_no_two_passages_start_with_the_same_phrase() -> None:
    schema = passages_schema({f"finding_{n}": passage("Mix", SHARE, TARGET) for n in range(4)}, "patterns")

    patterns = [entry["pattern"] for entry in schema["properties"].values()]
    opened = [
        [n for n, found in enumerate(patterns) if re.match(found, f"{phrase}, [c1], while [c2].")]
        for phrase in ("In short", "At the moment")
    ]
    assert opened == [[0], [1]]
