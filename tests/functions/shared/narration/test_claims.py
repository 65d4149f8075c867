"""Claims rendered in a writer's words."""

import pytest

from functions.shared.narration.claims import Claim, Direction, Passage, passage
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
def test_claim_is_capitalized_only_at_start_of_sentence(words: str, text: str) -> None:
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
    lasting = passage("Verdict", Claim("**it lasts**", "money", "outlook"), Claim("that is all", "money", "outlook"))

    assert lasting.render(lasting.template) == "**It lasts.** That is all."
    assert lasting.render("[c1], and [c2].") == "**It lasts**, and that is all."


def test_claims_joined_by_text_share_a_sentence() -> None:
    claims = (
        Claim("your portfolio is worth $1,234.50", "portfolio", "value"),
        Claim("AAPL is 10% of it", "AAPL", "share"),
        Claim("iShares funds are the rest", "iShares", "share"),
    )

    summary = passage("Summary", claims[0], "; ", *claims[1:])

    assert summary.claims == list(claims)
    assert summary.template == "[c1]; [c2]. [c3]."
    text = "Your portfolio is worth $1,234.50; AAPL is 10% of it. iShares funds are the rest."
    assert summary.render(summary.template) == text


@pytest.mark.parametrize(
    "claim",
    [
        Claim("**your money lasts**", "money", "outlook"),
        Claim("import a current file", "prices", "file", Direction.ACTION),
        Claim("one company decides: it is AAPL", "AAPL", "share"),
        Claim("AAPL fell, and nothing else did", "AAPL", "change"),
    ],
    ids=lambda claim: claim.text,
)
def test_verdict_recommendation_and_long_clause_stand_alone(claim: Claim) -> None:
    assert claim.stands_alone


def test_short_clause_may_be_connected() -> None:
    assert not Claim("stocks make up 85%", "stocks", "share").stands_alone
    assert not Claim("you save $10,000 a year, until age 65", "savings", "contribution").stands_alone
