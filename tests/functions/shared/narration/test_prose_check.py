"""Which passages of a model may stand in a report."""

import pytest

from functions.shared.narration.prose_check import Reason, objections, tidy
from tests.functions.shared.narration.bad_texts import BAD_TEXTS, FACTS, GOOD_TEXTS


@pytest.mark.parametrize("text", GOOD_TEXTS)
def test_plain_sentences_about_our_figures_stand(text: str) -> None:
    assert objections(text, FACTS, {"TSLA": "Tesla Inc"}) == []


@pytest.mark.parametrize(("text", "reason"), BAD_TEXTS)
def test_what_may_not_be_said_is_found(text: str, reason: Reason) -> None:
    assert reason in {objection.reason for objection in objections(tidy(text), FACTS, {})}


def test_the_sentence_that_fails_is_told() -> None:
    (objection,) = objections("Equity is 84.6 %. It will be 99 % soon.", FACTS, {})

    assert (objection.sentence, objection.reason) == ("It will be 99 % soon.", Reason.FIGURE)


def test_a_name_that_is_quoted_whole_is_neither_a_figure_nor_a_stranger() -> None:
    names = {"TSLA": "Vanguard Target Retirement 2045"}

    assert objections("You hold Vanguard Target Retirement 2045, which is 84.6 % of it all.", FACTS, names) == []
    assert objections("You hold Vanguard Target Retirement 2050, which is 84.6 % of it all.", FACTS, names)


def test_our_own_templates_stand() -> None:
    assert objections(tidy(FACTS), FACTS, {}) == []
