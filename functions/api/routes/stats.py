"""The route for agent durations and failure rates, from the caller's jobs."""

from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response

from functions.api.http.openapi import openapi_responses
from functions.api.http.routing import Routes, json_response
from functions.api.repositories.statistics import Runs, read_runs
from functions.shared.agent_declaration import Agent
from functions.shared.plans import AGENTS

router = Routes("jobs")


@router.get(
    "/api/stats",
    summary="Get durations and failure rate of each agent, from your newest jobs",
    responses=openapi_responses(200, "Stats"),
)
def read_stats() -> Response[Any]:
    """Only your own jobs count."""
    runs = read_runs(router.database, [agent.section for agent in AGENTS], router.user_id)
    return json_response({"agents": [_stats(agent, runs[agent.section]) for agent in AGENTS]})


def _stats(agent: Agent, runs: Runs) -> dict[str, Any]:
    return {
        "agent": agent.name,
        "runs": len(runs.durations_ms),
        "median_seconds": runs.quantile_s(50),
        "p90_seconds": runs.quantile_s(90),
        "jobs": runs.jobs,
        "failure_rate": runs.failure_rate,
    }
