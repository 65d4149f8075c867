"""The plan to simulate: the user's goals and income streams, the mixes, and the seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from functions.shared.analysis.allocation import Part
from functions.shared.analysis.market_assumptions import weights_of
from functions.shared.analysis.risk import Mix, mix_of
from functions.shared.analysis.valuation import Valuation
from functions.shared.portfolio import AssetClass, IncomeStream, Profile

#: The plan runs to this age, and covers at least this many years of retirement.
FINAL_AGE = 95
SHORTEST_RETIREMENT = 10
#: New savings go into this mix if the user has no target mix: our assumption, so that no result depends on a few
#: dollars held today.
BALANCED = Mix({AssetClass.EQUITY: 0.6, AssetClass.FIXED_INCOME: 0.4})


@dataclass(frozen=True)
class SavingsPlan:
    """Today's US dollars: contributions for `working_years`, then withdrawals until the end of `years`.

    `streams` has the other income of each year from now on, such as Social Security; it counts from retirement on.
    Income beyond the spending is saved.
    """

    wealth: float
    contribution: float
    income: float
    working_years: int
    years: int
    streams: tuple[float, ...] = ()

    @property
    def streams_in_retirement(self) -> tuple[float, ...]:
        """The other income of each year of retirement."""
        padded = (*self.streams, *(0.0,) * (self.years - len(self.streams)))
        return padded[self.working_years : self.years]


def missing_goals(profile: Profile) -> list[str]:
    """Return the unset profile fields that some figures require. Retirees need no contribution."""
    needed = ["current_age", "years_until_retirement", "target_retirement_income", "annual_contribution"]
    if profile.years_until_retirement == 0:
        needed.remove("annual_contribution")
    return [name for name in needed if getattr(profile, name) is None]


def plan_of(valuation: Valuation, profile: Profile) -> SavingsPlan | None:
    """Return the plan; None if age, retirement or savings are not set. Without a target, its income is 0."""
    age, working = profile.current_age, profile.years_until_retirement
    contribution = 0 if working == 0 else profile.annual_contribution
    if age is None or working is None or contribution is None:
        return None
    years = max(FINAL_AGE - age, working + SHORTEST_RETIREMENT)
    return SavingsPlan(
        wealth=float(valuation.total),
        contribution=float(contribution),
        income=float(profile.target_retirement_income or 0),
        working_years=working,
        years=years,
        streams=_by_year(profile.income_streams or (), age, years),
    )


def _by_year(streams: Sequence[IncomeStream], age: int, years: int) -> tuple[float, ...]:
    return tuple(
        sum(
            float(stream.annual_amount)
            for stream in streams
            if stream.start_age <= now and (stream.end_age is None or now <= stream.end_age)
        )
        for now in range(age, age + years)
    )


def savings_mix(profile: Profile) -> Mix:
    """Return the mix that new savings go into: the user's targets, otherwise a balanced one."""
    if profile.asset_class_targets is None:
        return BALANCED
    targets = profile.asset_class_targets.items()
    return Mix(weights_of(tuple(Part(key, target, target) for key, target in targets if target)))


def todays_mix(valuation: Valuation, profile: Profile) -> Mix:
    """Return the mix of the portfolio; that of new savings if it is worth nothing."""
    return mix_of(valuation) if valuation.total else savings_mix(profile)


def seed_of(valuation: Valuation, birth_year: int) -> int:
    """Return the seed of the simulation, from the symbols held and the user's year of birth.

    It depends neither on the job, nor on prices, spending, saving or the retirement date. So the same input gives the
    same figures, and figures of two dates or two plans differ by their inputs alone (common random numbers).
    """
    held = sorted({held.position.symbol for held in valuation.positions if held.value})
    return int.from_bytes(sha256("\n".join([str(birth_year), *held]).encode()).digest()[:16])
