"""The key figures of the first page, and the inputs that they are calculated from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from pydantic import BaseModel, ConfigDict

from functions.api.report_page import text
from functions.api.report_page.results import Results
from functions.reporter.declaration import Report
from functions.retirement.declaration import Retirement
from functions.shared.analysis.wording import count, day, dollars, label, listed, money, percent, plain
from functions.shared.sections import Summary

#: Accounts named at the top of the report.
MOST_NAMED: Final = 4
MOST_FIGURES: Final = 4


class KeyFigure(NamedTuple):
    name: str
    value: str
    about: str


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore", defer_build=True)


class _Drift(_Lenient):
    target: float


class _BadYear(_Lenient):
    """`percent` and `change` are None if nothing is known of the holdings."""

    years: str
    percent: int | None
    change: float | None


class _Return(_Lenient):
    """In percent a year."""

    expected_real_return: float
    volatility: float


class _Cash(_Lenient):
    amount: float


class _ReportFigures(_Lenient):
    """The figures of a report that the first page repeats."""

    holdings: int = 0
    goals_are_examples: bool = False
    asset_class_drift: dict[str, _Drift] | None = None
    region_drift: dict[str, _Drift] | None = None
    stress: dict[str, _BadYear] | None = None
    outlook: _Return | None = None
    cash: _Cash | None = None


class Plan(_Lenient):
    """The assumptions of a simulation that the user entered."""

    target_retirement_income: float
    annual_contribution: float
    retirement_age: int
    contribution_years: int
    other_income_by_year: list[float] = []


def key_figures(results: Results) -> list[KeyFigure]:
    """Return the figures that the results contain, at most four, the same ones as on the page."""
    report = results.report
    found = [*_worth(results.summary_payload), *_outlook(results.retirement), *_bad_year(report), *_return(report)]
    return found[:MOST_FIGURES]


def covered(results: Results) -> str:
    """Return the accounts, the number of holdings, and their date; empty without accounts."""
    summary = results.summary_payload
    if not (summary and summary.accounts):
        return ""
    chart = results.charts.root.get(text.ACCOUNTS_CHART) if results.charts else None
    names = [plain(point.name) for point in chart.data[:MOST_NAMED]] if chart else []
    more = summary.accounts - len(names)
    further = [count(more, *((text.OTHER_ACCOUNT, text.OTHER_ACCOUNTS) if names else (text.ACCOUNT,)))] if more else []
    accounts = listed([*names, *further], MOST_NAMED + 1)
    return text.COVERED.format(accounts=accounts, holdings=_holdings(results.report, summary), day=day(summary.as_of))


def _holdings(report: Report | None, summary: Summary) -> str:
    """Return the number of different holdings, as in the report, or of positions without one."""
    figures = _figures(report)
    if not figures.holdings:
        return count(summary.positions, text.POSITION)
    holdings = count(figures.holdings, text.HOLDING)
    return text.AND_CASH.format(holdings=holdings) if figures.cash and figures.cash.amount else holdings


def inputs(results: Results) -> list[tuple[str, str]]:
    """Return the names and values of the inputs from which the results are calculated."""
    return [*_goals(results.retirement), *_targets(results.report)]


def share_of_simulations(rate: float) -> str:
    """Format a success rate in whole percent. A simulation is never certain."""
    if rate < 1:
        return text.UNDER
    return text.OVER if rate > 99 else percent(rate, 0)


def _worth(summary: Summary | None) -> Iterator[KeyFigure]:
    if summary:
        yield KeyFigure(text.PORTFOLIO, money(summary.total_value), day(summary.as_of))


def _outlook(retirement: Retirement | None) -> Iterator[KeyFigure]:
    if retirement is None or retirement.sustainable_income is None or retirement.mock:
        return
    plan = plan_of(retirement)
    if plan and retirement.success_rate is not None:
        lasts = text.LASTS.format(age=retirement.final_age)
        about = text.OF_SIMULATIONS.format(income=dollars(plan.target_retirement_income))
        yield KeyFigure(lasts, share_of_simulations(retirement.success_rate), about)
    yield KeyFigure(text.INCOME_THAT_LASTS, dollars(retirement.sustainable_income), text.IN_90_PERCENT)


def _bad_year(report: Report | None) -> Iterator[KeyFigure]:
    years = (_figures(report).stress or {}).values()
    known = [(y.change, y.percent, y.years) for y in years if y.change is not None and y.percent is not None]
    if known:
        change, share, name = min(known)
        about = (text.GAIN_TODAY if change > 0 else text.LOSS_TODAY).format(amount=dollars(abs(change)))
        yield KeyFigure(text.BAD_YEAR.format(years=name), f"{share:+}%", about)


def _return(report: Report | None) -> Iterator[KeyFigure]:
    if outlook := _figures(report).outlook:
        about = text.ABOVE_INFLATION.format(volatility=percent(outlook.volatility))
        yield KeyFigure(text.EXPECTED_RETURN, percent(outlook.expected_real_return), about)


def _goals(retirement: Retirement | None) -> Iterator[tuple[str, str]]:
    if retirement is None or retirement.mock:
        return
    plan = plan_of(retirement)
    if plan is None or not retirement.fan or retirement.fan[0].age is None:
        yield text.YOUR_GOALS, text.NOT_SET
        return
    if retirement.goals_are_examples:
        yield text.YOUR_GOALS, text.EXAMPLE_GOALS
    yield text.RETIRE_GOAL, _ages(retirement.fan[0].age, plan)
    yield text.MONEY_GOAL, "; ".join(_amounts(plan)).capitalize()


def _ages(age: int, plan: Plan) -> str:
    if not plan.contribution_years:
        return text.RETIRED_GOAL.format(age=age)
    return text.RETIREMENT_GOAL.format(age=age, retirement_age=plan.retirement_age)


def _amounts(plan: Plan) -> Iterator[str]:
    if plan.contribution_years:
        yield text.SAVING_GOAL.format(amount=dollars(plan.annual_contribution))
    if plan.target_retirement_income:
        spending = text.SPENDING_GOAL if plan.contribution_years else text.SPENDING_IN_RETIREMENT
        yield spending.format(amount=dollars(plan.target_retirement_income))
    else:
        yield text.SPENDING_NOT_SET
    if plan.other_income_by_year:
        yield text.OTHER_INCOME.format(amount=dollars(max(plan.other_income_by_year)))


def _targets(report: Report | None) -> Iterator[tuple[str, str]]:
    figures = _figures(report)
    if aims := _aims(figures.asset_class_drift):
        yield text.TARGET_MIX, listed([f"{share} {label(key).lower()}" for key, share in aims])
    if aims := _aims(figures.region_drift):
        yield text.STOCKS_BY_REGION, listed([f"{share} {label(key)}" for key, share in aims])


def _aims(drift: dict[str, _Drift] | None) -> list[tuple[str, str]]:
    """Return the keys and shares of the user's targets, largest first."""
    aims = [(each.target, key) for key, each in (drift or {}).items() if each.target]
    return [(key, percent(share, 0)) for share, key in sorted(aims, key=lambda aim: -aim[0])]


def _figures(report: Report | None) -> _ReportFigures:
    return _ReportFigures.model_validate(report.figures if report else {})


def plan_of(retirement: Retirement) -> Plan | None:
    """Return the plan that was simulated; None if goals for it are missing."""
    return Plan.model_validate(retirement.assumptions) if retirement.assumptions else None
