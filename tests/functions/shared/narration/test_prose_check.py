"""Which passages by a model are acceptable in a report."""

import pytest

from functions.shared.narration.prose_check import Reason, objections, tidy
from tests.functions.shared.narration.bad_texts import BAD_TEXTS, FACTS, GOOD_TEXTS


@pytest.mark.parametrize("text", GOOD_TEXTS)
def test_plain_sentences_about_known_figures_pass(text: str) -> None:
    assert objections(text, FACTS, {"TSLA": "Tesla Inc"}) == []


@pytest.mark.parametrize(("text", "reason"), BAD_TEXTS)
def test_forbidden_text_is_found(text: str, reason: Reason) -> None:
    assert reason in {objection.reason for objection in objections(tidy(text), FACTS, {})}


def test_objection_names_the_sentence() -> None:
    (objection,) = objections("Equity is 84.6 %. It will be 99 % soon.", FACTS, {})

    assert (objection.sentence, objection.reason) == ("It will be 99 % soon.", Reason.FIGURE)


def test_name_quoted_in_full_is_neither_figure_nor_unknown_name() -> None:
    names = {"TSLA": "Vanguard Target Retirement 2045"}

    assert objections("You hold Vanguard Target Retirement 2045, which is 84.6 % of it all.", FACTS, names) == []
    assert objections("You hold Vanguard Target Retirement 2050, which is 84.6 % of it all.", FACTS, names)


def test_templates_pass() -> None:
    assert objections(tidy(FACTS), FACTS, {}) == []
