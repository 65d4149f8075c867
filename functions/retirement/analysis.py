"""Builds the retirement section from a snapshot."""

from datetime import datetime

from functions.retirement.declaration import Retirement
from functions.retirement.grid import required_retirement_age, what_if
from functions.retirement.method import LIMITS, assumptions
from functions.retirement.plan import missing_goals, plan_of, savings_mix, seed_of, todays_mix
from functions.retirement.projection import Inputs, draw, project
from functions.retirement.text import retirement_draft, retirement_text
from functions.retirement.verdict import goals_first, headline
from functions.shared.analysis import Step
from functions.shared.analysis.valuation import value_portfolio
from functions.shared.narration.passages import TEMPLATES, Narrator, within
from functions.shared.portfolio import Snapshot


def analyze_retirement(
    snapshot: Snapshot, generated_at: datetime, step: Step, narrator: Narrator = TEMPLATES
) -> Retirement:
    """Simulate the user's plan and return how likely it is to work.

    The same snapshot in the same year gives the same figures. All amounts are in today's dollars. The fan starts with
    today's value in the year of `generated_at`. If goals are missing, the figures that need them are None.
    """
    written_from = 1 - narrator.share
    simulated = within(step, 0, written_from)
    simulated(0.05, "Preparing the plan")
    profile, missing = snapshot.profile, missing_goals(snapshot.profile)
    inputs = inputs_of(snapshot, generated_at.year)
    if inputs is None:
        step(1.0, "Goals are missing")
        return Retirement(analysis=goals_first(missing), generated_at=generated_at, missing_goals=missing)
    simulated(0.1, "Drawing market returns")
    base, harsh = draw(inputs)
    projection = project(inputs, base, harsh, simulated)
    simulated(0.7, "Comparing what-ifs")
    what_ifs = what_if(inputs.plan, base, inputs.current_age)
    required_age = required_retirement_age(what_ifs, inputs.plan, projection.retirement_age)
    simulated(1.0, "Writing the outlook")
    words = narrator.narrate(retirement_draft(projection, profile, required_age), within(step, written_from, 0.99))
    section = Retirement(
        analysis=retirement_text(projection, profile, words),
        headline=headline(projection),
        verdict=words["verdict"],
        generated_at=generated_at,
        narration=words.narration,
        missing_goals=missing,
        goals_are_examples=profile.is_example,
        retirement_age=projection.retirement_age,
        final_age=projection.final_age,
        fan=projection.fan,
        assumptions=assumptions(inputs),
        limits=list(LIMITS),
        success_rate=projection.success_rate,
        success_rate_standard_error=projection.success_error,
        wealth_at_retirement_median=projection.wealth_at_retirement.p50,
        wealth_at_retirement_p5=projection.wealth_at_retirement.p5,
        sustainable_income=projection.sustainable_income,
        sustainable_income_standard_error=projection.sustainable_income_error,
        required_contribution=projection.required_contribution,
        required_retirement_age=required_age,
        sensitivities=dict(projection.sensitivities or {}),
        shortfall=projection.shortfall,
        guardrails=projection.guardrails,
        harsher=projection.harsher,
        grid=what_ifs,
    )
    step(1.0, "Retirement outlook ready")
    return section


def inputs_of(snapshot: Snapshot, year: int) -> Inputs | None:
    """Return the simulation's inputs; None if a goal that the simulation requires is missing."""
    valuation, profile = value_portfolio(snapshot), snapshot.profile
    plan = plan_of(valuation, profile)
    if plan is None or profile.current_age is None:
        return None
    return Inputs(
        plan=plan,
        today=todays_mix(valuation, profile),
        savings=savings_mix(profile),
        current_age=profile.current_age,
        first_year=year,
        seed=seed_of(valuation, year - profile.current_age),
    )
