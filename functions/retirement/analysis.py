"""Build the retirement section from a snapshot."""

from datetime import datetime

from functions.retirement.declaration import Retirement
from functions.retirement.inputs import assumptions, goals_of, missing_goals, mix, plan_of
from functions.retirement.projection import project
from functions.retirement.text import GOALS_FIRST, retirement_draft, retirement_text
from functions.shared.analysis import Step
from functions.shared.analysis.valuation import value_portfolio
from functions.shared.narration.passages import TEMPLATES, Narrator, within
from functions.shared.portfolio import Profile, Snapshot


def analyze_retirement(
    snapshot: Snapshot, seed: int, generated_at: datetime, step: Step, narrator: Narrator = TEMPLATES
) -> Retirement:
    """Simulate the user's plan and return how likely it is to work.

    `seed` is a non-negative integer; the same seed gives the same figures. All amounts are in today's dollars,
    rounded to the dollar, because the simulation is no more precise. The fan starts with today's value in the year of
    `generated_at`.
    """
    written_from = 1 - narrator.share
    simulated = within(step, 0, written_from)
    simulated(0.05, "Preparing the plan")
    profile = snapshot.profile
    valuation = value_portfolio(snapshot)
    goals, weights = goals_of(profile), mix(valuation, profile)
    if goals is None or weights is None:
        step(1.0, "Goals are missing")
        return _goals_first(profile, generated_at)
    plan = plan_of(valuation, goals)
    projection = project(plan, weights, generated_at.year, seed, simulated)
    simulated(1.0, "Writing the outlook")
    words = narrator.narrate(retirement_draft(projection, goals.current_age), within(step, written_from, 0.99))
    section = Retirement(
        analysis=retirement_text(projection, words, is_example=profile.is_example),
        generated_at=generated_at,
        narration=words.narration,
        goals_are_examples=profile.is_example,
        fan=projection.fan,
        assumptions=assumptions(plan, goals.current_age, weights, generated_at.year, seed),
        success_rate=projection.success_rate,
        success_rate_standard_error=projection.standard_error,
        wealth_at_retirement_median=projection.at_retirement.p50,
        wealth_at_retirement_p5=projection.at_retirement.p5,
        sustainable_income=projection.sustainable_income,
        required_contribution=projection.required_contribution,
        sensitivities=projection.sensitivities,
    )
    step(1.0, "Retirement outlook ready")
    return section


def _goals_first(profile: Profile, generated_at: datetime) -> Retirement:
    """Return a section without figures: none may rest on a goal that the user hasn't set."""
    missing = missing_goals(profile) or ["asset_class_targets"]
    return Retirement(analysis=GOALS_FIRST, generated_at=generated_at, missing_goals=missing)
