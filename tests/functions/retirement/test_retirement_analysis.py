import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings

from functions.retirement.analysis import analyze_retirement
from functions.retirement.declaration import Retirement
from functions.retirement.simulation import PATHS, ReturnModel, SavingsPlan, outcome, yearly_growth
from functions.shared.analysis.market_assumptions import log_normal
from functions.shared.portfolio import Snapshot
from tests.portfolios import all_cash, empty, many, one_stock, sample, unknown
from tests.strategies import snapshots

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
SEED = 42
PORTFOLIOS: list[Callable[[], Snapshot]] = [sample, all_cash, one_stock, empty, unknown, many]


def analysis_of(portfolio: Snapshot, seed: int = SEED) -> Retirement:
    return analyze_retirement(portfolio, seed, NOW, lambda _fraction, _message: None)


def rate_of(section: Retirement) -> float:
    assert section.success_rate is not None
    return section.success_rate


def amount(figure: Decimal | None) -> Decimal:
    assert figure is not None
    return figure


def test_fan_runs_from_today_to_age_95() -> None:
    section = analysis_of(sample())

    assert [at.year for at in section.fan] == list(range(2026, 2082))  # ages 40 to 95
    assert set(section.fan[0].model_dump().values()) == {2026, Decimal(301580)}
    retirement = section.fan[25]
    assert (section.wealth_at_retirement_p5, section.wealth_at_retirement_median) == (retirement.p5, retirement.p50)


def test_retiree_report_starts_today_without_saving() -> None:
    text = analysis_of(sample(current_age=68, years_until_retirement=0)).analysis

    assert "| 2026 (today) |" in text
    assert "more saving" not in text
    assert "One more year of work" in text


def test_plan_without_target_income_withdraws_nothing() -> None:
    text = analysis_of(sample(target_retirement_income=0)).analysis

    assert "Then nothing is taken out for 30 years, to age 95." in text


@pytest.mark.parametrize("make", PORTFOLIOS)
def test_effects_add_up_to_displayed_rates(make: Callable[[], Snapshot]) -> None:
    section = analysis_of(make())

    base = Decimal(str(round(rate_of(section), 1)))
    rows = re.findall(r"\| ([+-]?[\d.]+) points \| ([\d.]+)% \|", section.analysis)
    assert len(rows) == 3
    for effect, rate in rows:
        assert base + Decimal(effect) == Decimal(rate)


@pytest.mark.parametrize(
    ("age", "working", "final_age"), [(40, 25, 95), (64, 1, 95), (80, 10, 100), (97, 0, 107), (16, 70, 96)]
)
def test_plan_lasts_to_95_and_at_least_ten_years(age: int, working: int, final_age: int) -> None:
    section = analysis_of(sample(current_age=age, years_until_retirement=working))

    assert section.assumptions["final_age"] == final_age
    assert section.assumptions["contribution_years"] == working
    assert section.assumptions["withdrawal_years"] == final_age - age - working
    assert section.fan[-1].year == 2026 + final_age - age
    assert f"to age {final_age}" in section.analysis


def test_stated_assumptions_reproduce_the_simulation() -> None:
    section = Retirement.model_validate_json(analysis_of(sample()).model_dump_json())
    stated = section.assumptions
    classes = stated["asset_classes"].values()
    names = list(stated["asset_classes"])
    logs = [log_normal(c["expected_real_return"], c["volatility"]) for c in classes]
    model = ReturnModel(
        np.array([c["weight"] for c in classes]),
        np.array([mu for mu, _ in logs]),
        np.array([sigma for _, sigma in logs]),
        np.array([[stated["correlations_of_log_returns"][one][other] for other in names] for one in names]),
    )
    years = stated["contribution_years"] + stated["withdrawal_years"]
    plan = SavingsPlan(
        stated["starting_value"],
        stated["annual_contribution"],
        stated["target_retirement_income"],
        stated["contribution_years"],
        years,
    )

    again = outcome(plan, yearly_growth(model, years, int(stated["seed"]), stated["paths"]))

    assert rate_of(section) == pytest.approx(100 * again.success_rate, abs=0.005)
    assert float(amount(section.sustainable_income)) == pytest.approx(again.sustainable_income, abs=1)


def test_standard_error_matches_success_rate() -> None:
    section = analysis_of(sample())
    rate = rate_of(section) / 100

    assert 0 < rate < 1
    assert section.success_rate_standard_error == pytest.approx(100 * (rate * (1 - rate) / PATHS) ** 0.5, abs=0.005)


def test_seed_determines_section() -> None:
    assert analysis_of(sample()) == analysis_of(sample())
    assert analysis_of(sample(), 43).fan != analysis_of(sample()).fan
    assert analysis_of(sample(), 43).success_rate == pytest.approx(analysis_of(sample()).success_rate, abs=4)


def test_sustainable_income_lasts_in_nine_of_ten_lives() -> None:
    income = amount(analysis_of(sample()).sustainable_income)

    assert rate_of(analysis_of(sample(target_retirement_income=income))) >= 90
    assert rate_of(analysis_of(sample(target_retirement_income=income + 100))) < 90


def test_required_contribution_lasts_in_nine_of_ten_lives() -> None:
    required = analysis_of(sample()).required_contribution

    assert required is not None
    assert rate_of(analysis_of(sample(annual_contribution=required))) >= 90
    assert rate_of(analysis_of(sample(annual_contribution=required - 100))) < 90


def test_empty_portfolio_is_simulated_with_targets() -> None:
    section = analysis_of(empty())

    assert {name: c["weight"] for name, c in section.assumptions["asset_classes"].items()} == {
        "equity": 0.7,
        "fixed_income": 0.3,
    }
    assert section.fan[0].p50 == 0
    assert amount(section.wealth_at_retirement_median) > 250_000
    assert "It starts with nothing" in section.analysis


def test_no_savings_and_no_contributions_always_fail() -> None:
    section = analysis_of(empty(annual_contribution=0))

    assert (section.success_rate, section.success_rate_standard_error) == (0, 0)
    assert section.sustainable_income == 0
    assert "nothing to draw an income from" in section.analysis


def test_plan_without_target_income_never_fails() -> None:
    section = analysis_of(sample(target_retirement_income=0))

    assert rate_of(section) == 100
    assert "No target income is set" in section.analysis
    assert "What would change the odds" not in section.analysis


def test_retiree_contributes_nothing() -> None:
    section = analysis_of(sample(current_age=70, years_until_retirement=0, target_retirement_income=12000))

    assert "You are already retired" in section.analysis
    assert section.required_contribution is None
    assert section.sensitivities["ten_percent_more_saving"] == 0
    assert section.wealth_at_retirement_median == Decimal(301580)


@pytest.mark.parametrize("make", PORTFOLIOS)
def test_text_is_well_formed(make: Callable[[], Snapshot]) -> None:
    text = analysis_of(make()).analysis

    assert not re.search(r"\b(\w+) \1\b", text, re.IGNORECASE)
    assert not re.search(r"\b1 years\b|\bNone\b(?! of)|\bnan\b|\binf\b|Decimal|E\+", text)
    assert not re.search(r"\d %|\$ |  |\.\.|-0\.0 ", text)
    assert not re.search(r"^#+ [^\n]*\n\n#", text, re.MULTILINE)  # no empty chapter


def test_progress_is_reported_at_real_points() -> None:
    steps: list[tuple[float, str]] = []
    analyze_retirement(sample(), SEED, NOW, lambda fraction, message: steps.append((fraction, message)))

    fractions = [fraction for fraction, _ in steps]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    assert len(steps) >= 4
    assert not any(re.search(r"[\d$]", message) for _, message in steps)


@settings(max_examples=15)
@given(snapshots())
def test_any_portfolio_and_profile_can_be_simulated(portfolio: Snapshot) -> None:
    section = analysis_of(portfolio)

    json.dumps(section.model_dump(mode="json"), allow_nan=False)
    for at in section.fan:
        assert 0 <= at.p5 <= at.p25 <= at.p50 <= at.p75 <= at.p95
    assert section.missing_goals == [] or (section.fan, section.sustainable_income) == ([], None)
    if section.missing_goals:
        return
    assert amount(section.sustainable_income) >= 0
    weights = [c["weight"] for c in section.assumptions["asset_classes"].values()]
    assert sum(weights) == pytest.approx(1)


GOALS = ("current_age", "years_until_retirement", "target_retirement_income", "annual_contribution")


@pytest.mark.parametrize("goal", GOALS)
def test_goal_that_is_not_set_is_asked_for(goal: str) -> None:
    section = analysis_of(sample(**{goal: None}))

    assert section.missing_goals == [goal]
    assert (section.success_rate, section.sustainable_income, section.fan) == (None, None, [])
    assert "Tell us your age" in section.analysis
    assert not re.search(r"\d", section.analysis)


def test_retiree_needs_no_contribution() -> None:
    assert analysis_of(sample(years_until_retirement=0, annual_contribution=None)).success_rate is not None


def test_empty_portfolio_needs_targets() -> None:
    assert analysis_of(empty(asset_class_targets=None)).missing_goals == ["asset_class_targets"]


def test_example_goals_are_called_examples() -> None:
    section = analysis_of(sample(is_example=True))

    assert section.goals_are_examples
    assert "are examples, not yours" in section.analysis
