"""The text of the retirement outlook: deterministic sentences and tables around the projection's figures."""

from collections.abc import Iterator
from decimal import Decimal

from functions.retirement.guardrails import LAST_YEARS_WITHOUT_CUTS
from functions.retirement.markets import classes_of
from functions.retirement.method import LIMITS
from functions.retirement.projection import Projection
from functions.retirement.simulation import CONFIDENCE, PATHS
from functions.retirement.verdict import chance, verdict
from functions.shared.analysis.market_assumptions import MARKET
from functions.shared.analysis.risk import COMPANY_VOLATILITY, assumption_sources
from functions.shared.analysis.wording import count, dollars, label, markdown, percent, portion, table
from functions.shared.combined_report import SOURCES_FOLLOW
from functions.shared.narration.attribution import attribution
from functions.shared.narration.claims import Claim, Direction, passage
from functions.shared.narration.passages import Draft, Narrative
from functions.shared.portfolio import IncomeStream, Profile

EXAMPLE = "*The goals in this chapter are examples, not yours.*"
_CHANGES = {
    "one_more_year_of_work": "Work one more year",
    "ten_percent_more_saving": f"Save {percent(10, 0)} more",
    "ten_percent_less_spending": f"Spend {percent(10, 0)} less",
}
#: A success rate that is shown as more than 99%.
CERTAIN = 100


def retirement_draft(projection: Projection, profile: Profile, required_age: int | None) -> Draft:
    """Return the prose for the narrator. Tables and assumptions never come from a model.

    `required_age` is the youngest age of retirement at which the plan is reasonably safe.
    """
    passages = {
        "verdict": passage("Verdict", *verdict(projection, required_age)),
        "plan": passage("The plan", *_plan(projection, profile)),
        "spending": passage("What you can spend", *_spending(projection)),
    }
    return Draft(passages)


def retirement_text(projection: Projection, profile: Profile, words: Narrative) -> str:
    """Return the section as Markdown: verdict, plan, shortfall, spending, ways to improve it, and the method."""
    chapters = (
        ("Your plan", words["plan"]),
        ("If it falls short", _shortfall(projection)),
        ("How your money may develop", _fan(projection)),
        ("What you can spend", words["spending"]),
        ("Spending that follows the markets", _guardrails(projection)),
        ("What would change the odds", _sensitivities(projection)),
        ("Assumptions", _assumptions(projection, profile)),
        ("Sources", _sources(projection)),
    )
    body = [f"## {title}\n\n{text}" for title, text in chapters if text]
    whose = attribution(words.narration)
    small_print = ["---", f"*{whose}*"] if whose else []
    labeled = [EXAMPLE] if profile.is_example else []
    return "\n\n".join(["# Retirement outlook", *labeled, words["verdict"], *body, *small_print]) + "\n"


def _plan(projection: Projection, profile: Profile) -> Iterator[Claim]:
    plan = projection.plan
    wealth = dollars(plan.wealth) if plan.wealth else "nothing"
    starts = f"you start with {wealth}"
    if plan.working_years:
        adds = f"add {dollars(plan.contribution)} a year" if plan.contribution else "add nothing"
        starts += f" and {adds} for {count(plan.working_years, 'year')}, until age {projection.retirement_age}"
    yield Claim(starts, "savings", "value at the start", value=wealth)
    if not plan.working_years:
        yield Claim("you are retired, so nothing is added", "savings", "contribution", Direction.NONE)
    if plan.income:
        spent = dollars(plan.income)
        then = "then you" if plan.working_years else "you"
        text = f"{then} spend {spent} a year until age {projection.final_age}"
        yield Claim(text, "spending", "amount", value=spent)
    else:
        yield Claim("you haven't set what you want to spend", "spending", "amount", Direction.NONE)
    yield from map(_stream, profile.income_streams or ())
    yield Claim("all amounts are in today's dollars", "amounts", "unit")


def _stream(stream: IncomeStream) -> Claim:
    ends = f" to {stream.end_age}" if stream.end_age is not None else ""
    until = f"from age {stream.start_age}{ends}" if ends else f"from age {stream.start_age} on"
    name, amount = markdown(stream.name), dollars(stream.annual_amount)
    return Claim(f"{name} pays {amount} a year {until}", name, "income", value=amount)


def _shortfall(projection: Projection) -> str:
    short = projection.shortfall
    if short is None:
        return ""
    early = (
        f"In one of ten simulations, the money is gone before age {short.earliest_age}. " if short.earliest_age else ""
    )
    return (
        f"The money runs out in {chance(short.chance)} of simulations. {early}Where it runs out, it typically does so "
        f"at age {short.typical_age}, {count(short.typical_years, 'year')} before the end of the plan. From then on, "
        f"about {dollars(short.yearly)} a year is missing, about {dollars(short.total)} in total."
    )


def _fan(projection: Projection) -> str:
    """Return a table with rows for today, every tenth year, retirement and the end."""
    years = len(projection.fan) - 1
    if not years:
        return ""
    shown = sorted({0, *range(10, years, 10), projection.plan.working_years, years})
    rows = [
        (_age(projection, year), *(dollars(value) for value in (at.p5, at.p25, at.p50, at.p75, at.p95)))
        for year, at in ((year, projection.fan[year]) for year in shown)
    ]
    chances = [f"{name} ({percent(at, 0)})" for name, at in (("Poor", 5), ("Weak", 25), ("Good", 75), ("Strong", 95))]
    chances.insert(2, "Median")
    explained = "One in twenty simulations ends a year below the first column, one in twenty above the last."
    return f"{table(('Age', *chances), rows)}\n\n{explained}"


def _age(projection: Projection, year: int) -> str:
    names = {projection.plan.years: "end", projection.plan.working_years: "retirement", 0: "today"}
    age = str(projection.current_age + year)
    return f"{age} ({names[year]})" if year in names else age


def _spending(projection: Projection) -> Iterator[Claim]:
    plan, income = projection.plan, projection.sustainable_income
    lasting, target = f"about **{dollars(income)}** a year", dollars(plan.income)
    yield Claim(
        f"{lasting} lasts in {percent(CONFIDENCE, 0)} of simulations", "spending", "sustainable income", value=lasting
    )
    gap = Decimal(plan.income) - income
    if plan.income and gap:
        side = Direction.ABOVE if gap > 0 else Direction.BELOW
        yield Claim(f"your target of {target} is {side} that", "spending", "target", side, target)
    harsher = dollars(projection.harsher.sustainable_income)
    text = f"in harsher markets, about {harsher} a year lasts as often"
    yield Claim(text, "spending in harsher markets", "sustainable income", value=harsher)


def _guardrails(projection: Projection) -> str:
    rails = projection.guardrails
    if rails is None or (not projection.plan.wealth and not projection.plan.contribution):
        return ""
    if rails.success_rate <= (projection.success_rate or 0) < CERTAIN:
        return ""
    step = percent(rails.step, 0)
    cut = f"cut spending by {step} when the portfolio falls below about {dollars(rails.cut_below)}, and "
    worth = (
        "Spending less after poor years makes the money last longer."
        if rails.success_rate > (projection.success_rate or 0)
        else "You could spend more in good years, and less after poor ones."
    )
    least = dollars(rails.lowest_spending_median)
    lowest = f" In half of all simulations, you never spend less than about {least} in a year"
    if not rails.lowest_spending_median:
        lowest = ""
    if lowest and rails.lowest_spending_p10:
        lowest += f", and in nine of ten never less than about {dollars(rails.lowest_spending_p10)}"
    return (
        f"{worth} Guyton and Klinger's guardrails: in the "
        f"first year, {cut if rails.cut_below else ''}raise it by {step} when the portfolio rises above about "
        f"{dollars(rails.raise_above)}. Later, these limits move with your spending, and nothing is cut in the last "
        f"{LAST_YEARS_WITHOUT_CUTS} years. This way, the money lasts in {chance(rails.success_rate)} of simulations."
        f"{lowest}{'.' if lowest else ''}"
    )


def _sensitivities(projection: Projection) -> str:
    if projection.success_rate is None or projection.sensitivities is None:
        return ""
    plan, changes = projection.plan, dict(projection.sensitivities)
    if not plan.working_years:
        del changes["one_more_year_of_work"]
    if not plan.working_years or not plan.contribution:
        del changes["ten_percent_more_saving"]
    if not any(changes.values()):
        ways = [_CHANGES[name][:1].lower() + _CHANGES[name][1:] for name in changes]
        return f"{'Nothing changes' if len(ways) > 1 else 'It changes nothing'} if you {' or '.join(ways)}."
    rows = [
        (_CHANGES[name], _points(change), chance(projection.success_rate + change))
        for name, change in sorted(changes.items(), key=lambda item: -item[1])
    ]
    return table(("Change", "Effect", "Success rate"), rows)


def _points(change: float) -> str:
    return f"{change:+.0f} {'point' if abs(change) == 1 else 'points'}" if change else "none"


def _assumptions(projection: Projection, profile: Profile) -> str:
    today, savings = projection.today, projection.savings
    rows = [
        (
            label(asset_class),
            portion(today.weights.get(asset_class, 0.0), 1),
            portion(savings.weights.get(asset_class, 0.0), 1),
            percent(100 * MARKET[asset_class].expected_real_return),
            percent(100 * MARKET[asset_class].volatility),
        )
        for asset_class in classes_of(today, savings)
    ]
    own = (
        f" Each company held directly has a risk of its own beyond the market's: a volatility of "
        f"{percent(100 * COMPANY_VOLATILITY, 0)}, with no additional return."
        if today.own_risks
        else ""
    )
    target = "your target mix" if profile.asset_class_targets else "a balanced mix, because you have no target mix"
    return (
        f"{table(('Asset class', 'Today', 'New savings', 'Return above inflation', 'Volatility'), rows)}\n\n"
        f"We simulate {PATHS:,} lives. What you hold keeps today's mix; new savings go into {target}.{own} Returns are "
        f"log-normal and independent from year to year. **Harsher markets:** {projection.harsher.description}\n\n"
        "**What this leaves out**\n\n" + "\n".join(f"- {limit}" for limit in LIMITS)
    )


def _sources(projection: Projection) -> str:
    assumed = assumption_sources(with_companies=bool(projection.today.own_risks))
    listed = "\n".join(f"- {source}" for source in (*assumed, projection.harsher.source))
    return f"The assumptions are ours, rounded, and {SOURCES_FOLLOW}\n\n{listed}"
