import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings

from functions.retirement.analysis import analyze_retirement
from functions.retirement.declaration import Retirement
from functions.shared.analysis.wording import dollars, percent
from functions.shared.portfolio import Snapshot
from tests.portfolios import all_cash, empty, many, one_stock, sample, unknown
from tests.strategies import snapshots

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
PORTFOLIOS: list[Callable[[], Snapshot]] = [sample, all_cash, one_stock, empty, unknown, many]


def analysis_of(portfolio: Snapshot, at: datetime = NOW) -> Retirement:
    return analyze_retirement(portfolio, at, lambda _fraction, _message: None)


def rate_of(section: Retirement) -> float:
    assert section.success_rate is not None
    return section.success_rate


def amount(figure: Decimal | None) -> Decimal:
    assert figure is not None
    return figure


def test_fan_runs_from_today_to_age_95() -> None:
    section = analysis_of(sample())

    assert [at.year for at in section.fan] == list(range(2026, 2082))  # ages 40 to 95
    assert [at.age for at in section.fan] == list(range(40, 96))
    assert (section.retirement_age, section.final_age) == (65, 95)
    assert set(section.fan[0].model_dump().values()) == {2026, 40, Decimal(301580)}
    retirement = section.fan[25]
    assert (section.wealth_at_retirement_p5, section.wealth_at_retirement_median) == (retirement.p5, retirement.p50)


def test_retiree_report_starts_today_without_saving() -> None:
    text = analysis_of(sample(current_age=68, years_until_retirement=0)).analysis

    assert "| 68 (today) |" in text
    assert "Save 10" not in text
    assert "Work one more year" not in text, "retirees no longer work"


@pytest.mark.parametrize("make", PORTFOLIOS)
def test_effects_add_up_to_displayed_rates(make: Callable[[], Snapshot]) -> None:
    section = analysis_of(make())

    assert section.success_rate is not None
    assert len(section.sensitivities) == 3
    for effect in section.sensitivities.values():
        rate = section.success_rate + effect
        shown = f"about {percent(rate, 0)} |" if 0 < rate < 100 else "than"
        assert shown in section.analysis
        assert 0 <= rate <= 100


@pytest.mark.parametrize(
    ("age", "working", "final_age"), [(40, 25, 95), (64, 1, 95), (80, 10, 100), (97, 0, 107), (16, 70, 96)]
)
def test_plan_lasts_to_95_and_at_least_ten_years(age: int, working: int, final_age: int) -> None:
    section = analysis_of(sample(current_age=age, years_until_retirement=working))

    assert section.assumptions["final_age"] == final_age
    assert section.assumptions["contribution_years"] == working
    assert section.assumptions["withdrawal_years"] == final_age - age - working
    assert section.fan[-1].year == 2026 + final_age - age
    assert f"until age {final_age}" in section.analysis


def test_same_input_gives_same_figures() -> None:
    later = NOW + timedelta(days=3)

    assert analysis_of(sample()) == analysis_of(sample())
    assert analysis_of(sample(), later).model_dump(exclude={"generated_at"}) == analysis_of(sample()).model_dump(
        exclude={"generated_at"}
    )


def test_random_numbers_follow_from_holdings_and_birth_year() -> None:
    """Two plans are compared on the same paths; another portfolio has its own."""
    seed = analysis_of(sample()).assumptions["seed"]

    assert analysis_of(sample(target_retirement_income=30_000, years_until_retirement=20)).assumptions["seed"] == seed
    assert analysis_of(sample(current_age=41)).assumptions["seed"] != seed
    assert analysis_of(all_cash()).assumptions["seed"] != seed


def test_figures_in_text_are_those_of_payload() -> None:
    section = analysis_of(sample(income_streams=[{"name": "Social Security", "annual_amount": 24000, "start_age": 67}]))
    rails, short, harsher = section.guardrails, section.shortfall, section.harsher

    assert rails is not None
    assert short is not None
    assert harsher is not None
    for figure in (
        section.sustainable_income,
        section.wealth_at_retirement_median,
        harsher.sustainable_income,
        rails.cut_below,
        rails.lowest_spending_median,
        short.yearly,
        short.total,
    ):
        assert dollars(amount(figure)) in section.analysis
    for rate in (rate_of(section), harsher.success_rate, rails.success_rate, short.chance):
        assert f"about {percent(amount(Decimal(rate or 0)), 0)}" in section.analysis
    assert short.chance == 100 - rate_of(section)
    assert "Social Security pays $24,000 a year from age 67 on." in section.analysis


def test_harsher_markets_lower_the_chance_and_guardrails_raise_it() -> None:
    section = analysis_of(sample())

    assert section.harsher is not None
    assert section.guardrails is not None
    assert (section.harsher.success_rate or 0) < rate_of(section) < section.guardrails.success_rate


def test_income_stream_raises_chance_and_lasting_income() -> None:
    stream = {"name": "Pension", "annual_amount": 20000, "start_age": 65}
    with_pension, without = analysis_of(sample(income_streams=[stream])), analysis_of(sample())

    assert rate_of(with_pension) > rate_of(without) + 10
    assert amount(with_pension.sustainable_income) > amount(without.sustainable_income) + 15_000


def test_limits_are_stated_once() -> None:
    section = analysis_of(sample())

    assert section.limits
    for limit in section.limits:
        assert section.analysis.count(limit) == 1


def test_sustainable_income_lasts_in_nine_of_ten_lives() -> None:
    income = amount(analysis_of(sample()).sustainable_income)

    assert rate_of(analysis_of(sample(target_retirement_income=income))) >= 90
    assert rate_of(analysis_of(sample(target_retirement_income=income * Decimal("1.05")))) < 90


def test_required_contribution_lasts_in_nine_of_ten_lives() -> None:
    required = analysis_of(sample()).required_contribution

    assert required is not None
    assert rate_of(analysis_of(sample(annual_contribution=required))) >= 90
    assert rate_of(analysis_of(sample(annual_contribution=required * Decimal("0.9")))) < 90


def test_required_retirement_age_is_first_lasting_in_nine_of_ten_lives() -> None:
    section = analysis_of(sample())
    age = section.required_retirement_age

    assert age is not None
    assert f"or work until you are {age}" in section.analysis
    rates = [rate_of(analysis_of(sample(years_until_retirement=years - 40))) for years in (age - 1, age)]
    assert rates[0] <= 90 <= rates[1]


def test_plan_that_no_age_can_save_suggests_no_age() -> None:
    section = analysis_of(sample(target_retirement_income=300_000))

    assert section.required_retirement_age is None
    assert "work until" not in section.analysis


def test_empty_portfolio_saves_into_target_mix() -> None:
    section = analysis_of(empty())

    assert {name: c["weight_of_new_savings"] for name, c in section.assumptions["asset_classes"].items()} == {
        "equity": 0.7,
        "fixed_income": 0.3,
    }
    assert section.fan[0].p50 == 0
    assert amount(section.wealth_at_retirement_median) > 250_000
    assert "You start with nothing" in section.analysis


def test_savings_without_target_mix_are_balanced() -> None:
    section = analysis_of(all_cash(asset_class_targets=None))

    assert section.assumptions["asset_classes"]["equity"]["weight_of_new_savings"] == 0.6
    assert "a balanced mix, because you have no target mix" in section.analysis


def test_no_savings_and_no_contributions_always_fail() -> None:
    section = analysis_of(empty(annual_contribution=0))

    assert (section.success_rate, section.success_rate_standard_error) == (0, 0)
    assert section.sustainable_income == 0
    assert "nothing to draw an income from" in section.analysis


def test_retiree_contributes_nothing() -> None:
    section = analysis_of(sample(current_age=70, years_until_retirement=0, target_retirement_income=12000))

    assert "You are retired" in section.analysis
    assert section.required_contribution is None
    assert section.required_retirement_age is None
    assert section.sensitivities["ten_percent_more_saving"] == 0
    assert section.wealth_at_retirement_median == Decimal(301580)
    assert section.fan[0].p50 == Decimal(301580)


@pytest.mark.parametrize("make", PORTFOLIOS)
def test_text_is_well_formed(make: Callable[[], Snapshot]) -> None:
    text = analysis_of(make()).analysis

    assert not re.search(r"\b(\w+) \1\b", text, re.IGNORECASE)
    assert not re.search(r"\b1 years\b|\bNone\b(?! of)|\bnan\b|\binf\b|Decimal|E\+", text)
    assert not re.search(r"\d %|\$ |  |\.\.|-0\.0 ", text)
    assert not re.search(r"^#+ [^\n]*\n\n#", text, re.MULTILINE)  # no empty chapter


def test_progress_is_reported_at_real_points() -> None:
    steps: list[tuple[float, str]] = []
    analyze_retirement(sample(), NOW, lambda fraction, message: steps.append((fraction, message)))

    fractions = [fraction for fraction, _ in steps]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    assert len(steps) >= 4
    assert not any(re.search(r"[\d$]", message) for _, message in steps)


@settings(max_examples=15)
@given(snapshots)
def test_any_portfolio_and_profile_can_be_simulated(portfolio: Snapshot) -> None:
    section = analysis_of(portfolio)

    json.dumps(section.model_dump(mode="json"), allow_nan=False)
    for at in section.fan:
        assert 0 <= at.p5 <= at.p25 <= at.p50 <= at.p75 <= at.p95
    if section.sustainable_income is None:
        assert section.missing_goals
        assert section.fan == []
        return
    assert section.sustainable_income >= 0
    for c in ("weight", "weight_of_new_savings"):
        assert sum(of[c] for of in section.assumptions["asset_classes"].values()) == pytest.approx(1)


@pytest.mark.parametrize("goal", ["current_age", "years_until_retirement", "annual_contribution"])
def test_unset_goal_is_requested(goal: str) -> None:
    section = analysis_of(sample(**{goal: None}))

    assert section.missing_goals == [goal]
    assert (section.success_rate, section.sustainable_income, section.fan, section.grid) == (None, None, [], None)
    assert "Tell us" in section.analysis
    assert not re.search(r"\d", section.analysis)


@pytest.mark.parametrize(
    ("portfolio", "headline"),
    [
        (sample(), "At $60,000 a year, your money lasts to age 95 in about {rate}% of simulations."),
        (sample(target_retirement_income=None), "Your savings can pay about ${income:,} a year."),
        (empty(annual_contribution=0), "There is nothing to draw an income from yet: the portfolio is empty, and no "),
    ],
    ids=["plan", "no target income", "nothing saved"],
)
def test_headline_is_the_verdict_in_one_sentence(portfolio: Snapshot, headline: str) -> None:
    section = analysis_of(portfolio)
    expected = headline.format(rate=round(section.success_rate or 0), income=section.sustainable_income)

    assert (section.headline or "").startswith(expected)


def test_no_chance_is_stated_without_target_income() -> None:
    section = analysis_of(sample(target_retirement_income=None))

    assert section.missing_goals == ["target_retirement_income"]
    assert (section.success_rate, section.shortfall, section.guardrails) == (None, None, None)
    assert amount(section.sustainable_income) > 0
    assert section.fan[-1].age == 65
    assert "Tell us what you want to spend" in section.analysis
    assert section.grid is not None


def test_retiree_needs_no_contribution() -> None:
    assert analysis_of(sample(years_until_retirement=0, annual_contribution=None)).success_rate is not None


def test_example_goals_are_called_examples() -> None:
    section = analysis_of(sample(is_example=True))

    assert section.goals_are_examples
    assert "are examples, not yours" in section.analysis
