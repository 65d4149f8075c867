"""A valid payload of each section, which says little."""

from datetime import UTC, datetime
from decimal import Decimal

from pydantic import BaseModel

from functions.shared.sections import Charts, FanYear, Report, Retirement, Section, Summary
from tests import portfolios

AS_OF = datetime(2026, 11, 22, tzinfo=UTC)
ONE = Decimal(1)
SUMMARY = Summary(total_value=ONE, accounts=1, positions=1, as_of=AS_OF)
PAYLOADS: dict[Section, BaseModel] = {
    Section.SNAPSHOT: portfolios.one_stock(),
    Section.REPORT: Report(content="# Report", generated_at=AS_OF),
    Section.CHARTS: Charts({}),
    Section.RETIREMENT: Retirement(
        analysis="# Fine",
        generated_at=AS_OF,
        fan=[FanYear(year=2030, p5=ONE, p25=ONE, p50=ONE, p75=ONE, p95=ONE)],
        assumptions={},
        success_rate=90,
        success_rate_standard_error=0.3,
        wealth_at_retirement_median=ONE,
        wealth_at_retirement_p5=ONE,
        sustainable_income=ONE,
    ),
    Section.SUMMARY: SUMMARY,
}
