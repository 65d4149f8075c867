"""The text of the retirement outlook: deterministic sentences around the projection's figures."""

from decimal import Decimal

from functions.retirement.guardrails import LAST_YEARS_WITHOUT_CUTS
from functions.retirement.markets import PATHS
from functions.retirement.method import LIMITS
from functions.retirement.projection import Projection
from functions.retirement.simulation import CONFIDENCE
from functions.shared.analysis.market_assumptions import MARKET, SOURCES
from functions.shared.analysis.risk import COMPANY_VOLATILITY, OWN_RISK_SOURCES
from functions.shared.analysis.wording import count, dollars, label, listed, markdown, percent, portion, table
from functions.shared.narration.attribution import attribution
from functions.shared.narration.claims import stated
from functions.shared.narration.passages import Draft, Narrative
from functions.shared.portfolio import IncomeStream, Profile

EXAMPLE = "*The goals in this chapter are examples, not yours.*"
_CHANGES = {
    "one_more_year_of_work": "Work one more year",
    "ten_percent_more_saving": f"Save {percent(10, 0)} more",
    "ten_percent_less_spending": f"Spend {percent(10, 0)} less",
}
_QUESTIONS = {
    "current_age": "how old you are",
    "years_until_retirement": "when you plan to retire",
    "annual_contribution": "what you save until then",
    "target_retirement_income": "what you want to spend",
}


def goals_first(missing: list[str]) -> str:
    """Return the section's text while goals are missing without which nothing can be simulated."""
    return f"# Retirement outlook\n\n{_ask(missing)}\n"


def _ask(missing: list[str]) -> str:
    return f"Tell us {listed([_QUESTIONS[name] for name in missing])}, and we can say whether your plan works."


def retirement_draft(projection: Projection, profile: Profile) -> Draft:
    """Return the prose for the narrator. Tables and assumptions never come from a model."""
    passages = {
        "verdict": stated("Verdict", _verdict(projection)),
        "plan": stated("The plan", _plan(projection, profile)),
        "spending": stated("What you can spend", _spending(projection)),
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
    )
    body = [f"## {title}\n\n{text}" for title, text in chapters if text]
    whose = attribution(words.narration)
    small_print = ["---", f"*{whose}*"] if whose else []
    labeled = [EXAMPLE] if profile.is_example else []
    return "\n\n".join(["# Retirement outlook", *labeled, words["verdict"], *body, *small_print]) + "\n"


def chance(rate: float) -> str:
    """Format a chance in whole percent. A simulation is never certain: less than 1%, about 61%, more than 99%."""
    if rate <= 0:
        return f"less than {percent(1, 0)}"
    return f"more than {percent(99, 0)}" if rate >= 100 else f"about {percent(rate, 0)}"


def _verdict(projection: Projection) -> str:
    plan, income = projection.plan, projection.sustainable_income
    if not (plan.wealth or (plan.contribution and plan.working_years) or any(plan.streams_in_retirement)):
        return "There is nothing to draw an income from yet: the portfolio is empty, and no savings are planned."
    if projection.success_rate is None:
        return f"**Your savings can pay about {dollars(income)} a year.** {_ask(['target_retirement_income'])}"
    harsher = projection.harsher.success_rate or 0
    return (
        f"**At {dollars(plan.income)} a year, {_judgment(projection.success_rate)}** It lasts to age "
        f"{projection.final_age} in {chance(projection.success_rate)} of simulations, and in {chance(harsher)} of them "
        f"if markets are harsher than we expect.{_remedy(projection)}"
    )


def _judgment(rate: int) -> str:
    if rate >= CONFIDENCE:
        return "your money is very likely to last."
    if rate >= 75:
        return "your money is likely to last, unless markets are poor."
    if rate >= 50:
        return "your money may well last, but not safely."
    if rate >= 10:
        return "your money will probably run out."
    return "your money will almost certainly run out."


def _remedy(projection: Projection) -> str:
    if (projection.success_rate or 0) >= CONFIDENCE:
        return ""
    ways = [f"plan on about {dollars(projection.sustainable_income)} a year"]
    if projection.required_contribution:
        ways.append(f"save about {dollars(projection.required_contribution)} a year")
    return f" To be reasonably safe ({percent(CONFIDENCE, 0)}), {' or '.join(ways)}."


def _plan(projection: Projection, profile: Profile) -> str:
    plan = projection.plan
    starts = f"You start with {dollars(plan.wealth)}" if plan.wealth else "You start with nothing"
    if plan.working_years:
        adds = f"add {dollars(plan.contribution)} a year" if plan.contribution else "add nothing"
        works = f"{starts} and {adds} for {count(plan.working_years, 'year')}, until age {projection.retirement_age}."
    else:
        works = f"{starts}. You are retired, so nothing is added."
    spends = (
        f"Then you spend {dollars(plan.income)} a year until age {projection.final_age}."
        if plan.income
        else "You haven't set what you want to spend."
    )
    streams = " ".join(_stream(stream) for stream in profile.income_streams or ())
    return " ".join(part for part in (works, spends, streams, "All amounts are in today's dollars.") if part)


def _stream(stream: IncomeStream) -> str:
    ends = f" to {stream.end_age}" if stream.end_age is not None else ""
    until = f"from age {stream.start_age}{ends}" if ends else f"from age {stream.start_age} on"
    return f"{markdown(stream.name)} pays {dollars(stream.annual_amount)} a year {until}."


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


def _spending(projection: Projection) -> str:
    plan, income = projection.plan, projection.sustainable_income
    harsher = projection.harsher.sustainable_income
    sentences = [
        f"About **{dollars(income)}** a year lasts in {percent(CONFIDENCE, 0)} of simulations; in harsher markets, "
        f"about {dollars(harsher)} does."
    ]
    gap = Decimal(plan.income) - income
    if plan.income and gap > 0:
        sentences.append(f"Your target of {dollars(plan.income)} is above that.")
    elif plan.income and gap < 0:
        sentences.append(f"Your target of {dollars(plan.income)} is below that.")
    return " ".join(sentences)


def _guardrails(projection: Projection) -> str:
    rails = projection.guardrails
    if rails is None or (not projection.plan.wealth and not projection.plan.contribution):
        return ""
    step = percent(rails.step, 0)
    cut = f"cut spending by {step} when the portfolio falls below about {dollars(rails.cut_below)}, and "
    worst = (
        f"nine of ten never less than about {dollars(rails.lowest_spending_p10)}"
        if rails.lowest_spending_p10
        else "in one of ten, the money still runs out"
    )
    return (
        "Adjusting your spending to the markets makes the money last longer. Guyton and Klinger's guardrails: in the "
        f"first year, {cut if rails.cut_below else ''}raise it by {step} when the portfolio rises above about "
        f"{dollars(rails.raise_above)}. Later, these limits move with your spending, and nothing is cut in the last "
        f"{LAST_YEARS_WITHOUT_CUTS} years. This way, the money lasts in {chance(rails.success_rate)} of simulations. "
        f"In half of them, you never spend less than about {dollars(rails.lowest_spending_median)} in a year, and "
        f"{worst}."
    )


def _sensitivities(projection: Projection) -> str:
    if projection.success_rate is None or projection.sensitivities is None:
        return ""
    rows = []
    saves = bool(projection.plan.contribution and projection.plan.working_years)
    for name, change in sorted(projection.sensitivities.items(), key=lambda item: -item[1]):
        if name != "ten_percent_more_saving" or saves:
            rows.append((_CHANGES[name], _points(change), chance(projection.success_rate + change)))
    text = table(("Change", "Effect", "Chance that the money lasts"), rows)
    return text if any(projection.sensitivities.values()) else f"{text}\n\nNone of these makes a difference."


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
        for asset_class in MARKET
        if asset_class in today.weights or asset_class in savings.weights
    ]
    own = (
        f" Each company held directly has a risk of its own beyond the market's: a volatility of "
        f"{percent(100 * COMPANY_VOLATILITY, 0)}, with no additional return."
        if today.own_risks
        else ""
    )
    target = "your target mix" if profile.asset_class_targets else "a balanced mix, because you have no target mix"
    sources = [*SOURCES, *(OWN_RISK_SOURCES if today.own_risks else ()), projection.harsher.source]
    return (
        f"{table(('Asset class', 'Today', 'New savings', 'Return above inflation', 'Volatility'), rows)}\n\n"
        f"We simulate {PATHS:,} lives. What you hold keeps today's mix; new savings go into {target}.{own} Returns are "
        f"log-normal and independent from year to year. **Harsher markets:** {projection.harsher.description}\n\n"
        "**What this leaves out**\n\n"
        + "\n".join(f"- {limit}" for limit in LIMITS)
        + "\n\n**Sources.** The assumptions are ours, rounded, and informed by:\n\n"
        + "\n".join(f"- {source}" for source in sources)
    )
