"""Claims rendered in a writer's words."""

import pytest

from functions.shared.narration.claims import Claim, Passage, stated
from functions.shared.narration.prose_check import objections

PASSAGE = Passage(
    "mix",
    [
        Claim("stocks make up **85%** of the portfolio", "stocks", "share", value="85%"),
        Claim("VTI is the largest fund", "VTI", "rank"),
    ],
)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("[c1]. [c2].", "Stocks make up **85%** of the portfolio. VTI is the largest fund."),
        ("Here, [c1]; [c2].", "Here, stocks make up **85%** of the portfolio; VTI is the largest fund."),
        ("[c2], since [c1].", "VTI is the largest fund, since stocks make up **85%** of the portfolio."),
    ],
)
def test_claim_is_rendered_as_it_is_and_as_sentence_where_one_starts(words: str, text: str) -> None:
    assert PASSAGE.render(words) == text


def test_template_has_a_sentence_for_each_claim() -> None:
    assert PASSAGE.template == "[c1]. [c2]."
    assert objections(PASSAGE.template, PASSAGE) == []


def test_bold_claim_starts_a_sentence() -> None:
    assert Passage("", [Claim("**your target** is met", "", "")]).render("[c1].") == "**Your target** is met."


def test_unknown_id_is_an_error() -> None:
    with pytest.raises(KeyError):
        PASSAGE.render("[c3].")


def test_period_of_bold_sentence_is_bold() -> None:
    passage = stated("Verdict", "**It lasts.** That is all.")

    assert passage.render(passage.template) == "**It lasts.** That is all."
    assert passage.render("[c1], and [c2].") == "**It lasts**, and that is all."


def test_sentences_become_claims_and_render_unchanged() -> None:
    text = "Your portfolio is worth $1,234.50. AAPL is above 10 %. **It** fell by 3.5 points."

    passage = stated("Summary", text)

    assert [claim.text for claim in passage.claims] == [
        "your portfolio is worth $1,234.50",
        "AAPL is above 10 %",
        "**it** fell by 3.5 points",
    ]
    assert passage.render(passage.template) == text
