"""The checks of a writer's words, measured on two corpora that were written before them."""

from collections import Counter

import pytest

from functions.shared.narration.claims import Claim, Direction, Passage, passage
from functions.shared.narration.prose_check import Reason, objections, tidy
from tests.functions.shared.narration.corpus.mutations import MUTATIONS
from tests.functions.shared.narration.corpus.reading import distorted, good_passages, kinds

PASSAGE = Passage(
    "mix", [Claim("stocks make up 85%", "stocks", "share"), Claim("your target is 70%", "stocks", "target")]
)


def reasons(words: str) -> list[Reason]:
    return [objection.reason for objection in objections(words, PASSAGE)]


def test_at_most_2_percent_of_good_passages_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    passages = good_passages()

    refused = [good.words for good in passages if objections(tidy(good.words), good.passage)]

    with capsys.disabled():
        print(f"\n{len(refused)} of {len(passages)} good passages refused")  # noqa: T201
    assert len(passages) == 200
    assert len(refused) <= 0.02 * len(passages), refused


def test_at_least_98_percent_of_distortions_are_caught(capsys: pytest.CaptureFixture[str]) -> None:
    """Half of the good passages with every mutation, and one of each portfolio with every planted sentence."""
    tried: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for number, good in enumerate(good_passages()):
        for kind, words in distorted(good, number):
            topic, portfolio = divmod(number, 20)
            if (topic + portfolio) % 2 if kind in MUTATIONS else portfolio // 2 != topic:
                continue
            tried[kind] += 1
            missed[kind] += not objections(tidy(words), good.passage)

    with capsys.disabled():
        print(f"\n{missed.total()} of {tried.total()} distortions of {len(tried)} kinds missed")  # noqa: T201
    assert len(kinds()) >= 60
    assert set(tried) == {*kinds(), *MUTATIONS}
    assert missed.total() <= 0.02 * tried.total(), missed.most_common(5)
    assert [kind for kind in tried if missed[kind] == tried[kind]] == []


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("", Reason.MISSING),
        ("[c1], and", Reason.UNFINISHED),
        ("[c1].", Reason.CLAIMS),
        ("[c1], while [c2]. So [c2].", Reason.CLAIMS),
        ("[c1] million, while [c2].", Reason.CHANGED),
        ("[c1] each month, while [c2].", Reason.CHANGED),
        ("If [c1], then [c2].", Reason.CHANGED),
        ("[c1], while [c2]. That is a third of it.", Reason.FIGURE),
        ("[c1], while [c2]. That is 15 points.", Reason.FIGURE),
        ("[c1], while [c2]. The same is true of MOONX.", Reason.NAME),
        ("[c1], while [c2]. Das ist alles, was wir wissen.", Reason.LANGUAGE),
        ("[c1], while [c2]. That is far above the plan.", Reason.WORDS),
        ("[c1], while [c2]. <b>This</b> is a plan.", Reason.MARKUP),
        ("[c1], while [c2]. Keep the mix as it is.", Reason.ADVICE),
        ("[c1], while [c2]. The mix is the mix is the mix is the mix.", Reason.REPETITION),
        ("[c1], while [c2]." + " Funds differ." * 40, Reason.TOO_LONG),
    ],
)
def test_reason_is_stated(words: str, reason: Reason) -> None:
    assert reason in reasons(words)


def test_claims_that_refer_to_each_other_keep_their_order() -> None:
    ordered = passage("Stocks", *PASSAGE.claims)

    assert [objection.reason for objection in objections("[c2], as [c1].", ordered)] == [Reason.ORDER]
    assert objections("[c1], and [c2].", ordered) == []


STOCKS = Claim("stocks make up 85%", "stocks", "share", Direction.ABOVE, "85%")
BONDS = Claim("bonds make up 5%", "bonds", "share", Direction.BELOW, "5%")


@pytest.mark.parametrize(
    ("claims", "words", "reason"),
    [
        ((STOCKS, BONDS), "[c1], because [c2].", Reason.CAUSE),
        ((STOCKS, BONDS), "[c1]. As a result, [c2].", Reason.CAUSE),
        ((STOCKS, BONDS), "As for bonds, [c1], and [c2].", Reason.SUBJECT),
        ((STOCKS, BONDS), "[c1]. Among the stocks, [c2].", Reason.SUBJECT),
        ((STOCKS, Claim("it has risen", "stocks", "change")), "[c1]. The pension counts. [c2].", Reason.REFERENCE),
        ((STOCKS, Claim("sell them", "stocks", "trade", Direction.ACTION)), "[c1], and [c2].", Reason.SENTENCE),
        ((Claim("buy bonds", "bonds", "trade", Direction.ACTION), STOCKS), "[c1], since [c2].", Reason.SENTENCE),
        ((Claim("**it lasts**", "money", "outlook"), STOCKS), "In short, [c1]. [c2].", Reason.SENTENCE),
    ],
)
def test_words_cannot_change_subject_cause_or_condition_of_claim(
    claims: tuple[Claim, ...], words: str, reason: Reason
) -> None:
    assert reason in [objection.reason for objection in objections(words, Passage("", claims))]


def test_claims_about_one_subject_may_be_connected_by_a_cause() -> None:
    target = Claim("your target is 70%", "stocks", "target")
    whole = Claim("the portfolio moves with the market", "portfolio", "risk")

    assert objections("[c1], so [c2].", Passage("", (STOCKS, whole))) == []
    assert objections("[c1], because [c2].", Passage("", (STOCKS, target))) == []


def test_objection_quotes_the_offending_words() -> None:
    (objection,) = objections("[c1], while [c2]. The plan is excellent, as are funds.", PASSAGE)

    assert objection.quoted == "excellent"
