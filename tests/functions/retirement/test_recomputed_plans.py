"""Plans recomputed from CSV text by plain code with other random numbers, which shares nothing with the simulation."""

import csv
import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from functions.retirement.analysis import analyze_retirement
from tests.portfolios import TAKEN_AT, account, instrument, position, snapshot

PATHS = 5_000
#: Standard error of the difference of two rates, from 10,000 paths and from half as many, over sqrt(p (1 - p)).
ERROR = (1 / 10_000 + 1 / PATHS) ** 0.5

#: By kind of holding: type, asset class, expected real return, volatility, and volatility of its own risk.
KINDS = {
    "stock fund": ("etf", "equity", 0.06, 0.17, 0.0),
    "company": ("stock", "equity", 0.06, 0.17, 0.40),
    "bond": ("bond", "fixed_income", 0.02, 0.06, 0.0),
    "bill": ("bond", "cash", 0.005, 0.015, 0.0),
    "cash": ("", "cash", 0.005, 0.015, 0.0),
    "reit": ("etf", "real_estate", 0.05, 0.18, 0.0),
    "gold": ("etf", "commodities", 0.025, 0.18, 0.0),
    "coin": ("crypto", "crypto", 0.06, 0.75, 0.0),
    "unknown": ("unclassified", "unclassified", 0.03, 0.30, 0.0),
}
CORRELATIONS = {
    ("equity", "fixed_income"): 0.15,
    ("equity", "real_estate"): 0.65,
    ("equity", "commodities"): 0.30,
    ("equity", "crypto"): 0.30,
    ("equity", "unclassified"): 0.50,
    ("fixed_income", "real_estate"): 0.25,
    ("fixed_income", "cash"): 0.15,
    ("fixed_income", "unclassified"): 0.10,
    ("real_estate", "commodities"): 0.25,
}
RETURNS = {asset_class: (mean, volatility) for _, asset_class, mean, volatility, _ in KINDS.values()}
TARGETS = {"equity": 0.7, "fixed_income": 0.3}


@dataclass(frozen=True)
class Plan:
    """A CSV of account, kind, symbol and value; other income as (amount, first age)."""

    lines: str
    age: int
    working: int
    spending: float
    saving: float = 0
    income: tuple[tuple[float, int], ...] = ()
    rows: list[dict[str, str]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.rows.extend(csv.DictReader(self.lines.split(), ["account", "kind", "symbol", "value"]))


def lines_of(*holdings: str) -> str:
    return "\n".join(holding.replace(" fund", "_fund") for holding in holdings)


COUPLE = lines_of(
    "401k,stock fund,VTI,350000",
    "Roth,reit,VNQ,60000",
    "Roth,gold,GLD,40000",
    "Taxable,company,AAPL,50000",
    "Taxable,bond,BND,90000",
    "Taxable,cash,CASH,20000",
)
MANY = lines_of(*(f"A{n % 3},company,S{n},{100 + n % 700}" for n in range(1000)))
NVDA = lines_of("A,company,NVDA,200000", "A,stock fund,VTI,100000")
TWO = lines_of("A,company,X,100000", "B,company,Y,50000", "B,stock fund,VTI,50000")
BILLS = lines_of("A,bill,BILLS,199420", "A,bill,CD,100000", "A,stock fund,VTI,90345")
PLANS = {
    "T-bills and CDs at 70": Plan(BILLS, 70, 0, 20_000),
    "two thirds in one company": Plan(NVDA, 40, 25, 30_000, 10_000),
    "everything in crypto": Plan("A,coin,BTC,135000\nA,coin,ETH,30000", 30, 35, 30_000, 12_000),
    "everything of an unknown kind": Plan("A,unknown,ZZ,80000", 35, 30, 25_000, 6_000),
    "nothing yet": Plan("", 30, 35, 40_000, 10_000),
    "one dollar": Plan("A,cash,CASH,1", 30, 35, 40_000, 10_000),
    "a pensioner": Plan(lines_of("A,bond,BND,150000", "A,cash,CASH,50000"), 68, 0, 45_000, 0, ((36_000, 68),)),
    "a couple with three types of account": Plan(COUPLE, 58, 7, 70_000, 25_000, ((28_000, 67), (17_000, 70))),
    "1,000 positions": Plan(MANY, 45, 20, 35_000, 5_000),
    "cash alone": Plan("A,cash,CASH,500000", 65, 0, 18_000),
    "a bridge to Social Security": Plan("A,stock_fund,VTI,400000", 62, 0, 40_000, 0, ((30_000, 70),)),
    "bonds alone": Plan("A,bond,BND,600000", 60, 5, 30_000, 10_000),
    "two companies": Plan(TWO, 50, 15, 25_000, 9_000),
}


def simulated(plan: Plan) -> dict[str, Any]:
    accounts: dict[str, list[dict[str, str]]] = {}
    for row in plan.rows:
        accounts.setdefault(row["account"], []).append(row)
    held = []
    for name, rows in accounts.items():
        cash = sum(float(row["value"]) for row in rows if row["kind"] == "cash")
        kinds = [(row, KINDS[row["kind"].replace("_", " ")]) for row in rows if row["kind"] != "cash"]
        positions = [
            position(instrument(row["symbol"], "1", kind=kind[0], asset_class=kind[1]), row["value"])
            for row, kind in kinds
        ]
        held.append(account(name, *positions, cash=str(cash)))
    streams = [{"name": "Other", "annual_amount": amount, "start_age": age} for amount, age in plan.income]
    portfolio = snapshot(
        *held,
        current_age=plan.age,
        years_until_retirement=plan.working,
        target_retirement_income=plan.spending,
        annual_contribution=plan.saving,
        income_streams=streams,
    )
    section = analyze_retirement(portfolio, TAKEN_AT, lambda _fraction, _message: None)
    payload: dict[str, Any] = json.loads(section.model_dump_json())
    return payload


@dataclass(frozen=True)
class Recomputed:
    success: float
    lasting: Any
    """The largest income that each path sustains, by bisection."""
    at_retirement: Any


def recomputed(plan: Plan, *, harsh: bool = False) -> Recomputed:
    """Two pots, year by year: what is held today, and new savings in the target mix."""
    values: dict[str, float] = {}
    companies: dict[str, float] = {}
    for row in plan.rows:
        kind = KINDS[row["kind"].replace("_", " ")]
        values[kind[1]] = values.get(kind[1], 0.0) + float(row["value"])
        if kind[4]:
            companies[row["symbol"]] = companies.get(row["symbol"], 0.0) + float(row["value"])
    total = sum(values.values())
    today = {key: value / total for key, value in values.items()} if total else TARGETS
    classes = list({**today, **TARGETS})
    growth = _growth(classes, harsh=harsh)
    weights = np.array([[mix.get(key, 0.0) for key in classes] for mix in (today, TARGETS)])
    own = np.array([value / total for value in companies.values()])
    years = max(95 - plan.age, plan.working + 10)
    draw = np.random.default_rng(4)
    old, new = np.full(PATHS, total), np.zeros(PATHS)
    retired = []
    for year in range(years):
        factors = next(growth)
        held, saved = weights[0] @ factors, weights[1] @ factors
        if len(own):
            held += _own_shocks(own, draw) * factors[classes.index("equity")]
        if year < plan.working:
            old, new = old * held, new * saved + plan.saving
        else:
            retired.append((held, saved, sum(amount for amount, age in plan.income if plan.age + year >= age)))
    return _spent(old, new, retired, plan.spending)


def _growth(classes: list[str], *, harsh: bool) -> Any:
    draw = np.random.default_rng(3)
    mean = np.array([RETURNS[key][0] for key in classes])[:, None]
    volatility = np.array([RETURNS[key][1] for key in classes])[:, None]
    variance = np.log(1 + volatility**2 / (1 + mean) ** 2)
    related = np.array(
        [[1.0 if a == b else CORRELATIONS.get((a, b), CORRELATIONS.get((b, a), 0.0)) for b in classes] for a in classes]
    )
    deviation, root = np.sqrt(variance), np.linalg.cholesky(related)
    chance_of_bad = 0.15 / 0.65
    bad = draw.random(PATHS) < chance_of_bad
    while True:
        normal = root @ draw.standard_normal((len(classes), PATHS))
        if not harsh:
            yield np.exp(np.log(1 + mean) - variance / 2 + deviation * normal)
            continue
        bad = draw.random(PATHS) < np.where(bad, 0.5, 0.15)
        in_good = (1 - chance_of_bad) * np.exp(variance / 2)
        in_bad = chance_of_bad * np.exp(-deviation + 1.5**2 * variance / 2)
        middle = np.log(1 + 0.75 * mean) - np.log(in_good + in_bad)
        yield np.exp(middle + np.where(bad, 1.5 * deviation * normal - deviation, deviation * normal))


def _own_shocks(own: Any, draw: np.random.Generator) -> Any:
    """The growth that own risks add to the portfolio: weight times a log-normal shock around zero, per company."""
    spread = np.sqrt(np.log(1 + 0.4**2))
    few = own if len(own) < 20 else [float(np.sqrt((own**2).sum()))]  # many small shocks are one normal shock
    if len(own) >= 20:
        return few[0] * 0.4 * draw.standard_normal(PATHS)
    return sum(w * (np.exp(spread * draw.standard_normal(PATHS) - spread**2 / 2) - 1) for w in few)


def _spent(old: Any, new: Any, retired: list[tuple[Any, Any, float]], spending: float) -> Recomputed:
    def lasts(income: Any) -> Any:
        first, second, lasted = old.copy(), new.copy(), np.ones(PATHS, dtype=bool)
        for held, saved, other in retired:
            wealth, need = first + second, income - other
            lasted &= wealth - need >= -1e-6 * income
            kept = np.maximum(1 - need / np.maximum(wealth, 1e-9), 0)
            first, second = first * kept * held, second * kept * saved
        return lasted

    low, high = np.zeros(PATHS), np.full(PATHS, 1e6)
    for _ in range(24):
        middle = (low + high) / 2
        works = lasts(middle)
        low, high = np.where(works, middle, low), np.where(works, high, middle)
    return Recomputed(float(lasts(np.full(PATHS, spending)).mean()), low, old + new)


@pytest.mark.parametrize("name", PLANS)
def test_plan_recomputed_from_csv_agrees(name: str) -> None:
    plan = PLANS[name]
    payload = simulated(plan)
    first, harsher = recomputed(plan), recomputed(plan, harsh=True)

    check(payload, first, ERROR)
    check(payload["harsher"], harsher, 1.5 * ERROR)  # half as many paths
    median = float(np.median(first.at_retirement))
    assert payload["wealth_at_retirement_median"] == pytest.approx(median, rel=0.05, abs=1)


def check(figures: dict[str, Any], again: Recomputed, error: float) -> None:
    """The tolerances are four standard errors and rounding: half a percent, or at most five errors of the income."""
    tolerance = 400 * (again.success * (1 - again.success)) ** 0.5 * error + 0.6
    assert figures["success_rate"] == pytest.approx(100 * again.success, abs=tolerance)
    low, high = np.quantile(again.lasting, [0.1 - 1.2 * error, 0.1 + 1.2 * error])
    rounding = 5 * figures["sustainable_income_standard_error"] + 1
    assert low - rounding <= figures["sustainable_income"] <= high + 1


def test_plans_with_certain_income_or_no_money_are_exact() -> None:
    pension = simulated(Plan("", 70, 0, 30_000, 0, ((30_000, 70),)))
    assert (pension["success_rate"], pension["success_rate_standard_error"]) == (100, 0)
    assert pension["sustainable_income"] == pytest.approx(30_000, rel=1e-4)
    nothing = simulated(Plan("", 70, 0, 30_000))
    assert (nothing["success_rate"], nothing["sustainable_income"]) == (0, 0)
