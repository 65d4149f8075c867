"""The verdict of the retirement outlook: how likely the money is to last, and what would help."""

from collections.abc import Iterator

from functions.retirement.projection import Projection
from functions.retirement.simulation import CONFIDENCE
from functions.shared.analysis.wording import dollars, listed, percent
from functions.shared.narration.claims import Claim, Direction, sentence

_QUESTIONS = {
    "current_age": "how old you are",
    "years_until_retirement": "when you plan to retire",
    "annual_contribution": "what you save until then",
    "target_retirement_income": "what you want to spend",
}


def goals_first(missing: list[str]) -> str:
    """Return the section's text while goals that the simulation requires are missing."""
    return f"# Retirement outlook\n\nT{_ask(missing)[1:]}.\n"


def _ask(missing: list[str]) -> str:
    return f"tell us {listed([_QUESTIONS[name] for name in missing])}, and we can say whether your plan works"


def headline(projection: Projection) -> str:
    """Return whether the money lasts, in one sentence."""
    plan, rate = projection.plan, projection.success_rate
    if rate is None or _has_nothing(projection):
        return sentence(next(verdict(projection, None)))
    lasts = f"your money lasts to age {projection.final_age} in {chance(rate)} of simulations"
    return sentence(Claim(f"at {dollars(plan.income)} a year, {lasts}", "your money", "success rate"))


def chance(rate: float) -> str:
    """Format a chance in whole percent. A simulation is never certain: less than 1%, about 61%, more than 99%."""
    if rate <= 0:
        return f"less than {percent(1, 0)}"
    return f"more than {percent(99, 0)}" if rate >= 100 else f"about {percent(rate, 0)}"


def verdict(projection: Projection, required_age: int | None) -> Iterator[Claim]:
    plan, income = projection.plan, projection.sustainable_income
    if _has_nothing(projection):
        text = "there is nothing to draw an income from yet: the portfolio is empty, and no savings are planned"
        yield Claim(text, "savings", "value", Direction.NONE)
        return
    if projection.success_rate is None:
        amount = f"about {dollars(income)}"
        yield Claim(f"**your savings can pay {amount} a year**", "savings", "sustainable income", value=amount)
        yield Claim(_ask(["target_retirement_income"]), "spending", "target", Direction.ACTION)
        return
    spent, rate = dollars(plan.income), projection.success_rate
    yield Claim(f"**at {spent} a year, {_judgment(rate)}**", "your money", "outlook", _outlook(rate), spent)
    harsher = chance(projection.harsher.success_rate or 0)
    harsh = (
        ", even if markets are harsher than we expect"
        if chance(rate) == harsher
        else f", and in {harsher} of them if markets are harsher than we expect"
    )
    yield Claim(
        f"it lasts to age {projection.final_age} in {chance(rate)} of simulations{harsh}",
        "your money",
        "success rate",
        value=chance(rate),
    )
    yield from _remedy(projection, required_age)


def _has_nothing(projection: Projection) -> bool:
    plan = projection.plan
    return not (plan.wealth or (plan.contribution and plan.working_years) or any(plan.streams_in_retirement))


def _outlook(rate: int) -> Direction:
    """Return whether the money lasts in more than half of the simulations, or in fewer."""
    return Direction.ABOVE if rate >= 50 else Direction.BELOW


def _judgment(rate: int) -> str:
    if rate >= CONFIDENCE:
        return "your money is very likely to last"
    if rate >= 75:
        return "your money is likely to last, unless markets are poor"
    if rate >= 50:
        return "your money is likely to last, but not safely"
    if rate >= 25:
        return "your money is more likely to run out than to last"
    if rate >= 10:
        return "your money will probably run out"
    return "your money will almost certainly run out"


def _remedy(projection: Projection, required_age: int | None) -> Iterator[Claim]:
    if (projection.success_rate or 0) >= CONFIDENCE:
        return
    ways = [f"plan on about {dollars(projection.sustainable_income)} a year"]
    required = projection.required_contribution
    if required and required <= projection.plan.income:
        instead = f" instead of {dollars(projection.plan.contribution)}" if projection.plan.contribution else ""
        ways.append(f"save about {dollars(required)} a year{instead}")
    if required_age:
        ways.append(f"work until you are {required_age}")
    *others, last = ways
    either = f"{', '.join(others)}{',' if len(others) > 1 else ''} or {last}" if others else last
    text = f"to be reasonably safe ({percent(CONFIDENCE, 0)}), {either}"
    yield Claim(text, "plan", "remedy", Direction.ACTION, dollars(projection.sustainable_income))
