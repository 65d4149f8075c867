"""The text of the retirement outlook: deterministic sentences around the projection's figures."""

from decimal import Decimal

from functions.retirement.projection import Projection
from functions.retirement.simulation import CONFIDENCE, PATHS
from functions.shared.analysis.market_assumptions import MARKET, SOURCES
from functions.shared.analysis.wording import count, dollars, label, percent, portion, table
from functions.shared.narration.attribution import attribution
from functions.shared.narration.passages import Draft, Narrative

GOALS_FIRST = """\
# Retirement outlook

Tell us your age, when you plan to retire, what you save until then and what you want to spend, and we can say whether \
it works.
"""
EXAMPLE = "*The goals in this chapter are examples, not yours.*"
_CHANGES = {
    "one_more_year_of_work": "One more year of work",
    "ten_percent_more_saving": "10% more saving",
    "ten_percent_less_spending": "10% less spending",
}


def retirement_draft(projection: Projection, current_age: int) -> Draft:
    """Return the prose for the narrator. Tables and assumptions never come from a model."""
    passages = {
        "verdict": _verdict(projection, current_age),
        "plan": _plan(projection, current_age),
        "spending": _spending(projection),
    }
    return Draft(passages, {"verdict": "Verdict", "plan": "The plan", "spending": "What you can spend"})


def retirement_text(projection: Projection, words: Narrative, *, is_example: bool = False) -> str:
    """Return the section as Markdown: success rate, sustainable spending, ways to improve it, and assumptions."""
    chapters = (
        ("The plan", words["plan"]),
        ("How wealth may develop", _fan(projection)),
        ("What you can spend", words["spending"]),
        ("What would change the odds", _sensitivities(projection)),
        ("Assumptions", _assumptions(projection)),
    )
    body = [f"## {title}\n\n{text}" for title, text in chapters if text]
    whose = attribution(words.narration)
    small_print = ["---", f"*{whose}*"] if whose else []
    example = [EXAMPLE] if is_example else []
    return "\n\n".join(["# Retirement outlook", *example, words["verdict"], *body, *small_print]) + "\n"


def _verdict(projection: Projection, current_age: int) -> str:
    plan = projection.plan
    if not plan.wealth and not (plan.contribution and plan.working_years):
        return "There is nothing to draw an income from yet: the portfolio is empty and no contributions are planned."
    if not plan.income:
        return (
            "No target income is set, so there is nothing that could fail. The income that the plan could carry is "
            f"**{dollars(projection.sustainable_income)}** a year in today's dollars."
        )
    return (
        f"**Your target of {dollars(plan.income)} a year lasts to age {current_age + plan.years} in "
        f"{_success(projection)}. {_judgement(projection.success_rate)}"
    )


def _success(projection: Projection) -> str:
    """Omits the standard error for a rate of 0 or 100: it would be 0 and suggest certainty."""
    if projection.success_rate in {0, 100}:
        return f"{'none' if projection.success_rate == 0 else 'all'} of the {PATHS:,} simulated lives**"
    error = f"(standard error {projection.standard_error:.2f} percentage points)"
    return f"{percent(projection.success_rate)} of {PATHS:,} simulated lives** {error}"


def _judgement(success_rate: float) -> str:
    if success_rate >= CONFIDENCE:
        return "The plan is well funded under the assumptions below."
    if success_rate >= 75:
        return "The plan is on course, but a run of poor markets could break it."
    if success_rate >= 50:
        return "The plan works more often than not, which is too little to rely on."
    return "The plan falls short unless something changes."


def _plan(projection: Projection, current_age: int) -> str:
    plan = projection.plan
    starts = (
        f"It starts with {dollars(plan.wealth)} today."
        if plan.wealth
        else "It starts with nothing, so that the mix is taken to be that of your targets."
    )
    retires_at = current_age + plan.working_years
    if plan.working_years:
        works = f"For {count(plan.working_years, 'year')}, to age {retires_at}, " + (
            f"{dollars(plan.contribution)} is added at the end of each." if plan.contribution else "nothing is added."
        )
    else:
        works = "You are already retired, so nothing is added."
    taken = f"{dollars(plan.income)} is taken out at the start of each year" if plan.income else "nothing is taken out"
    draws = f"Then {taken} for {count(plan.years - plan.working_years, 'year')}, to age {current_age + plan.years}."
    return f"{starts} {works} {draws} All amounts are in today's dollars, after inflation."


def _fan(projection: Projection) -> str:
    """Return a table with rows for today, every tenth year, retirement and the end."""
    plan = projection.plan
    shown = sorted({0, *range(10, plan.years, 10), plan.working_years, plan.years})
    rows = [
        (_year(projection, year), *(dollars(value) for value in (at.p5, at.p25, at.p50, at.p75, at.p95)))
        for year, at in ((year, projection.fan[year]) for year in shown)
    ]
    header = ("Year", "Poor (5%)", "Weak (25%)", "Median", "Good (75%)", "Strong (95%)")
    explained = "One in twenty lives ends a year below the first column, one in twenty above the last."
    return f"{table(header, rows)}\n\n{explained}"


def _year(projection: Projection, year: int) -> str:
    names = {projection.plan.working_years: "retirement", projection.plan.years: "end of the plan", 0: "today"}
    calendar = str(projection.fan[year].year)
    return f"{calendar} ({names[year]})" if year in names else calendar


def _spending(projection: Projection) -> str:
    plan, income = projection.plan, projection.sustainable_income
    sentences = [f"An income of **{dollars(income)}** a year lasts in {CONFIDENCE}% of the simulated lives."]
    gap = Decimal(plan.income) - income
    if plan.income and gap > 0:
        sentences.append(f"That is {dollars(gap)} less than your target.")
    elif plan.income and gap < 0:
        sentences.append(f"That is {dollars(-gap)} more than your target.")
    required = projection.required_contribution
    if plan.income and required is not None and gap > 0:
        sentences.append(
            f"To carry the target with the same certainty, {dollars(required)} a year would have to be saved until "
            f"retirement instead of {dollars(plan.contribution)}."
        )
    return " ".join(sentences)


def _sensitivities(projection: Projection) -> str:
    if not projection.plan.income:
        return ""
    rows = []
    saves = bool(projection.plan.contribution and projection.plan.working_years)
    for name, change in sorted(projection.sensitivities.items(), key=lambda item: -item[1]):
        if name == "ten_percent_more_saving" and not saves:
            continue
        rate = projection.success_rate + change
        difference = round(rate, 1) - round(projection.success_rate, 1)  # of the rounded figures shown
        rows.append((_CHANGES[name], f"{difference:+.1f} points", percent(rate)))
    text = table(("Change", "Effect", "Success rate"), rows)
    return text if any(projection.sensitivities.values()) else f"{text}\n\nNone of these changes makes a difference."


def _assumptions(projection: Projection) -> str:
    rows = [
        (
            label(asset_class),
            portion(weight, 1),
            percent(100 * MARKET[asset_class].expected_real_return),
            percent(100 * MARKET[asset_class].volatility),
        )
        for asset_class, weight in sorted(projection.weights.items(), key=lambda item: -item[1])
    ]
    return (
        f"{table(('Asset class', 'Weight', 'Expected real return', 'Volatility'), rows)}\n\n"
        "Returns are log-normal, correlated between asset classes and independent from year to year; the mix is kept "
        "by rebalancing every year. Taxes, fees, Social Security and other pensions are left out. The returns and "
        "volatilities are our own rounded long-term assumptions, no forecast. Sources that informed them:\n\n"
        + "\n".join(f"- {source}" for source in SOURCES)
    )
