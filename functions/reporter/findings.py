"""Rules that find what matters. Each rule covers one concern and has its own threshold.

A finding's weight approximates the percentage of the portfolio that it concerns, so that the most important come first.
Thresholds are common rules of thumb. Trades are proposed only in the list of trades, never in a finding.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal

from functions.reporter.cash_findings import CASH_RULES, target_of
from functions.reporter.company_findings import COMPANY_LIMIT, COMPANY_RULES
from functions.reporter.data_findings import DATA_RULES, Finding
from functions.reporter.drift_thresholds import RISK_POINTS
from functions.reporter.measures import Measures
from functions.reporter.sector_findings import SECTOR_RULES
from functions.reporter.words.verdict import bad_year, direction_of, loss_like_2008, place
from functions.shared.analysis.drift import Drift
from functions.shared.analysis.market_assumptions import MARKET
from functions.shared.analysis.wording import (
    count,
    distance,
    estimate,
    label,
    money,
    percent,
    portion,
)
from functions.shared.narration.claims import Claim, Direction
from functions.shared.portfolio import AssetClass

FEE_LIMIT = Decimal("0.5")
"""Percent a year that funds charge on average."""
RETIREMENT_NEAR_YEARS = 5
RETIREMENT_NEAR_LOSS = Decimal("0.15")
_NEARLY_ALL = 75
"""Percent of the stocks in one region that make it decisive."""
_PLURAL = frozenset({AssetClass.EQUITY, AssetClass.FIXED_INCOME, AssetClass.COMMODITIES, AssetClass.ALTERNATIVES})


def find(measures: Measures) -> list[Finding]:
    """Return the findings, highest weight first."""
    found = [finding for rule in _RULES if (finding := rule(measures)) is not None]
    return sorted(found, key=lambda finding: -finding.weight)


def _risk_level(measures: Measures) -> Finding | None:
    """Compare the share of stocks with its target; other classes count if stocks are on target."""
    drifts = measures.asset_class_drift
    equity = next((drift for drift in drifts if drift.key == AssetClass.EQUITY), None)
    if equity and abs(equity.points) >= RISK_POINTS:
        return _of_equity(measures, equity)
    off = [drift for drift in drifts if abs(drift.points) >= RISK_POINTS and drift.key != AssetClass.CASH]
    if not off:
        return None
    worst = max(off, key=lambda drift: abs(drift.points))
    return Finding(
        weight=float(abs(worst.points)),
        title=f"{label(worst.key)} {_be(worst.key)} {distance(worst.points)} {direction_of(worst)} target.",
        explanation=_share_and_target(measures, worst),
    )


def _of_equity(measures: Measures, equity: Drift) -> Finding:
    more = equity.points > 0
    instead = max(measures.asset_class_drift, key=lambda drift: drift.points).key
    is_calmer = instead in {AssetClass.CASH, AssetClass.FIXED_INCOME}
    chosen = "the example goals call for" if measures.profile.is_example else "you chose"
    explanation = _share_and_target(measures, equity)
    lost = loss_like_2008(measures)
    if more and lost:
        explanation.append(
            Claim(f"in a year like 2008, this mix would have lost about {lost}", "mix", "stress", Direction.DOWN, lost)
        )
    elif not more and is_calmer:
        text = "a mix with fewer stocks swings less and grows more slowly"
        explanation.append(Claim(text, "mix", "growth", Direction.BELOW))
    known = 1 - float(measures.share(measures.quality.unclassified_value)) / 100
    return Finding(
        weight=(2.5 if more or is_calmer else 0.5) * known * float(abs(equity.points)),
        title=f"You are taking more risk than {chosen}." if more else f"You hold less in stocks than {chosen}.",
        explanation=explanation,
    )


def _share_and_target(measures: Measures, drift: Drift) -> list[Claim | str]:
    whole = "what we can classify" if measures.quality.unclassified_value else "the portfolio"
    verb = "make up" if _be(drift.key) == "are" else "is"
    share, name = portion(drift.share, 100), label(drift.key).lower()
    text = f"{name} {verb} {share} of {whole}" if drift.share else f"there {_be(drift.key)} no {name} in {whole}"
    return [
        Claim(text, name, "share", direction_of(drift), share if drift.share else ""),
        "; ",
        _target(measures, drift),
    ]


def _be(asset_class: str) -> str:
    return "are" if asset_class in _PLURAL else "is"


def _target(measures: Measures, drift: Drift) -> Claim:
    return target_of(measures, label(drift.key).lower(), drift.target)


def _regions(measures: Measures) -> Finding | None:
    off = [drift for drift in measures.region_drift if abs(drift.points) >= RISK_POINTS]
    if not off:
        return None
    worst = max(off, key=lambda drift: (abs(drift.points), drift.points))
    equity = measures.of_class(AssetClass.EQUITY)
    only = "Only " if worst.points < 0 else ""
    return Finding(
        weight=0.8 * float(abs(worst.points)) * float(measures.share(equity)) / 100,
        title=f"{only}{portion(worst.share, 100)} of your stocks are {place(worst.key)}.",
        explanation=(_target(measures, worst), *_one_region(worst)),
    )


def _one_region(drift: Drift) -> Iterator[Claim]:
    if drift.points > 0 and drift.share >= _NEARLY_ALL:
        text = "if that region has a bad decade, your stocks have one too"
        yield Claim(text, label(drift.key), "dependence", Direction.DOWN)


def _times(asset_class: AssetClass) -> int:
    """Return how many times as volatile as stocks a class is assumed to be."""
    return round(MARKET[asset_class].volatility / MARKET[AssetClass.EQUITY].volatility)


def _crypto(measures: Measures) -> Finding | None:
    value = measures.of_class(AssetClass.CRYPTO)
    if measures.share(value) < COMPANY_LIMIT or measures.outlook is None:
        return None
    times, lost = f"{_times(AssetClass.CRYPTO)} times", bad_year(measures.outlook, measures)
    return Finding(
        weight=float(measures.share(value)) * 1.2,
        title=f"Crypto is {portion(value, measures.total)} of the portfolio.",
        explanation=(
            Claim(
                f"we assume that its price swings about {times} as much as the stock market, and that it earns no "
                "income",
                "crypto",
                "volatility",
                Direction.ABOVE,
                times,
            ),
            Claim(
                f"one year in twenty, your whole portfolio is expected to lose {lost} or more",
                "portfolio",
                "bad year",
                Direction.DOWN,
                lost,
            ),
        ),
    )


def _risk_near_retirement(measures: Measures) -> Finding | None:
    outlook, years = measures.outlook, measures.profile.years_until_retirement
    if outlook is None or years is None or years > RETIREMENT_NEAR_YEARS or -outlook.bad_year < RETIREMENT_NEAR_LOSS:
        return None
    when = f"Retirement is {count(years, 'year')} away" if years else "Retirement has begun"
    return Finding(
        weight=-100 * outlook.bad_year + 10,
        title=f"{when}, and a bad year could cost about {estimate(-outlook.bad_year * float(measures.total))}.",
        explanation=(
            Claim(
                f"one year in twenty is expected to lose {percent(-100 * outlook.bad_year, 0)} or more",
                "portfolio",
                "bad year",
                Direction.DOWN,
                percent(-100 * outlook.bad_year, 0),
            ),
            Claim(
                "losses early in retirement hurt most, because withdrawals leave less to recover with",
                "retirement",
                "losses",
                Direction.DOWN,
            ),
        ),
    )


def _fees(measures: Measures) -> Finding | None:
    average = measures.fees.average
    if average is None or average < FEE_LIMIT:
        return None
    funds = "The funds whose fees we know" if measures.fees.unknown else "Your funds"
    return Finding(
        weight=float(average) * 15,
        title=f"{funds} charge about {estimate(measures.fees.yearly)} a year.",
        explanation=(
            Claim(
                f"that is {percent(average, 2)} of the money in them", funds.lower(), "fees", value=percent(average, 2)
            ),
            Claim("broad index funds charge less than 0.1%", "index funds", "fees", Direction.BELOW, "0.1%"),
        ),
    )


def _small_beside_contributions(measures: Measures) -> Finding | None:
    """While contributions exceed the holdings, new purchases shape the mix."""
    yearly = measures.profile.annual_contribution
    if not measures.total or not measures.profile.saves or yearly is None or measures.total >= yearly:
        return None
    return Finding(
        weight=35.0,
        title="A year of contributions is more than all you hold.",
        explanation=(
            Claim(
                f"you plan to add {money(yearly)} a year to the {money(measures.total)} that is there",
                "savings",
                "contribution",
                Direction.UP,
                money(yearly),
            ),
            Claim("your next purchases matter more than today's holdings", "purchases", "weight", Direction.ABOVE),
        ),
    )


_RULES: tuple[Callable[[Measures], Finding | None], ...] = (
    *COMPANY_RULES,
    _risk_level,
    _regions,
    _crypto,
    *CASH_RULES,
    *SECTOR_RULES,
    _risk_near_retirement,
    _fees,
    _small_beside_contributions,
    *DATA_RULES,
)
