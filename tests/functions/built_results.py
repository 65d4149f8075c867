"""The results of a portfolio, built by the agents' logic without handlers and a database."""

from datetime import UTC, datetime
from typing import Any

from functions.api.report_page.results import Results
from functions.charter.charts import choose_charts
from functions.reporter.report import write_report
from functions.retirement.analysis import analyze_retirement
from functions.shared.analysis.valuation import value_portfolio
from functions.shared.portfolio import Snapshot
from functions.shared.sections import Summary

NOW = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)


def nothing(_fraction: float, _message: str) -> None:
    pass


#: By portfolio as JSON. Many tests draw the same few portfolios, and a retirement outlook takes 0.3 s of CPU.
_built: dict[str, dict[str, Any]] = {}


def results(portfolio: Snapshot, **changes: Any) -> Results:
    """`changes` replace payloads and other fields of the job's document."""
    key = portfolio.model_dump_json()
    if key not in _built:
        _built[key] = _build(portfolio)
    return Results(**(_built[key] | changes))


def _build(portfolio: Snapshot) -> dict[str, Any]:
    valuation = value_portfolio(portfolio)
    return {
        "status": "completed",
        "sections": ["report", "charts", "retirement"],
        "updated_at": NOW,
        "completed_at": NOW,
        "report_payload": write_report(portfolio, NOW, nothing),
        "charts_payload": choose_charts(portfolio, nothing),
        "retirement_payload": analyze_retirement(portfolio, NOW, nothing),
        "summary_payload": Summary(
            total_value=valuation.total,
            accounts=len(valuation.accounts),
            positions=len(valuation.positions),
            as_of=portfolio.taken_at,
        ),
    }
