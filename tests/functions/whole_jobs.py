"""Whole jobs in this process: the planner, the agents' own handlers, and the API's view of the results."""

import os
from collections.abc import Callable, Mapping
from typing import Any, cast

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.api.logic.imports import import_portfolio
from functions.api.portfolio_csv import parse_portfolio_csv
from functions.api.report_page.page import render
from functions.api.report_page.results import Results
from functions.api.repositories.jobs import Jobs
from functions.api.repositories.portfolio import Portfolio
from functions.charter.declaration import Charts
from functions.charter.handler import handler as charter
from functions.planner.agents import Delayed
from functions.reporter.declaration import Report
from functions.reporter.handler import handler as reporter
from functions.retirement.declaration import Retirement
from functions.retirement.handler import handler as retirement
from functions.shared.agent_declaration import Agent
from functions.shared.database import Database
from functions.shared.tasks import AgentTask, JobMessage, Receipt, TaggerAnswer, TaggerTask
from functions.tagger.handler import handler as tagger
from tests.functions.planner_calls import Planner
from tests.rows import Rows

_HANDLERS: Mapping[str, Callable[[dict[str, Any], Any], dict[str, Any]]] = {
    "reporter": reporter,
    "charter": charter,
    "retirement": retirement,
}


class _Context:
    """The parts of Lambda's context that handlers read."""

    function_name = "agent"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:agent"
    aws_request_id = "request"

    def get_remaining_time_in_millis(self) -> int:
        return 180_000


_CONTEXT = cast(LambdaContext, _Context())


class InProcessAgents:
    """Calls the handlers with the payloads that would go over the network."""

    def run(self, agent: Agent, task: AgentTask, delayed: Delayed) -> Receipt:
        return Receipt.model_validate(_HANDLERS[agent.name](task.model_dump(mode="json"), _CONTEXT))

    def tag(self, task: TaggerTask) -> TaggerAnswer:
        return TaggerAnswer.model_validate(tagger(task.model_dump(mode="json"), _CONTEXT))


class Analyzed:
    """The results of a completed job."""

    def __init__(self, results: Results) -> None:
        assert results.is_complete
        self.results = results
        self.report = Report.model_validate(results.payloads["report"])
        self.charts = Charts.model_validate(results.payloads["charts"])
        self.retirement = Retirement.model_validate(results.payloads["retirement"])

    @property
    def page(self) -> str:
        return render(self.results)

    def figures(self) -> dict[str, Any]:
        """All computed figures, without words, names, and values derived from the job's id and time."""
        assert self.results.summary_payload is not None
        return {
            "report": self.report.figures,
            "charts": {key: [point.value for point in chart.data] for key, chart in self.charts.root.items()},
            "total": self.results.summary_payload.total_value,
            "assumptions": {key: value for key, value in self.retirement.assumptions.items() if key != "seed"},
        }


_GOALS = """
UPDATE users SET birth_year = 1986, years_until_retirement = 25, target_retirement_income = 60000,
                 annual_contribution = 10000
 WHERE id = :id
"""


def analyze_csv(content: bytes, api_database: Database, rows: Rows, *, has_goals: bool = False) -> Analyzed:
    """Import the file for a new user, as the API does, and run a job over it."""
    user_id = rows.user()
    if has_goals:
        rows.run(_GOALS, id=user_id)
    import_portfolio(Portfolio(api_database), user_id, parse_portfolio_csv(content))
    return analyze(user_id, api_database, rows)


def analyze(user_id: str, api_database: Database, rows: Rows) -> Analyzed:
    """Run a job over the user's portfolio, and read it as the API does."""
    job_id = rows.job(user_id)
    assert Planner({**os.environ, "AGENT_TIMEOUT_S": "180"}).deliver(JobMessage(job_id=job_id), InProcessAgents())
    read = Jobs(api_database, 2).read(user_id, job_id, ())
    assert read.document is not None
    return Analyzed(Results.model_validate_json(read.document))
