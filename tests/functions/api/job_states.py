"""Jobs in each state, as the planner and its agents leave them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from functions.shared.agent_declaration import JobType
from functions.shared.plans import AGENTS, PLANS
from functions.shared.progress.model import initial_progress
from functions.shared.section_names import SERVED
from tests.functions.api.calling import Api
from tests.sections import AS_OF

Sql = Callable[..., list[tuple[Any, ...]]]
JobThatIs = Callable[[Api, str], str]

STATES = ["pending", "running", "completed", "failed", "cancelled"]
ACTIVE, ENDED = STATES[:2], STATES[2:]
RESULTS = [f"{section}_payload" for section in SERVED]

START = """
    UPDATE jobs SET status = 'running', attempt = 1, worker = 'w', lease_expires_at = now() + interval '1 minute',
                    started_at = now(), version = version + 1, progress_data = apply_progress(
                        %s::jsonb || jsonb_build_object('started_at', iso8601(now() - interval '20 seconds')),
                        '{"stage": "running", "agents": {"setup": {"status": "completed"},
                                                         "reporter": {"status": "running"}}}',
                        now() - interval '20 seconds')
     WHERE id = %s"""
COMMIT_REPORT = """
    INSERT INTO job_results (job_id, section, attempt, payload, started_at, duration_ms)
    SELECT id, 'report', 1, '{"content": "# Report", "generated_at": "2026-11-22T10:00:00Z", "agent": "reporter",
                              "figures": {}}', now(), 5 FROM jobs WHERE id = %s"""
PAYLOADS = {
    **{agent.section: agent.sample(AS_OF, "A sample.").model_dump_json() for agent in AGENTS},
    "snapshot": '{"accounts": [], "secret": "for the agents only"}',
    "report": '{"content": "# Report", "generated_at": "2026-11-22T10:00:00Z", "agent": "reporter", "figures": {}}',
    "charts": """{"classes": {"title": "Classes", "type": "pie", "description": "All of it",
                              "data": [{"name": "Equity", "value": 12.34, "color": "#00AAFF"}]}}""",
    "retirement": """{"analysis": "# Fine", "generated_at": "2026-11-22T10:00:00Z", "agent": "retirement",
                      "fan": [{"year": 2030, "p5": 1, "p25": 2, "p50": 3, "p75": 4, "p95": 5}], "assumptions": {},
                      "success_rate": 90, "success_rate_standard_error": 0.3, "wealth_at_retirement_median": 3,
                      "wealth_at_retirement_p5": 1, "sustainable_income": 2, "sensitivities": {}}""",
    "summary": """{"total_value": 1, "accounts": 0, "positions": 0, "success_rate": 90,
                   "as_of": "2026-11-22T10:00:00Z"}""",
}
COMMIT_EVERYTHING = f"""
    INSERT INTO job_results (job_id, section, attempt, payload, started_at, duration_ms)
    SELECT jobs.id, entry.section, 1, entry.payload::jsonb, now(), 5 FROM jobs CROSS JOIN (VALUES
        {", ".join(f"('{section}', '{payload}')" for section, payload in PAYLOADS.items())}
    ) AS entry (section, payload) WHERE jobs.id = %s"""
END = """
    UPDATE jobs SET status = %s, error_message = %s, completed_at = now(), lease_expires_at = NULL, worker = NULL,
                    version = version + 1,
                    progress_data = apply_progress(progress_data, jsonb_build_object('stage', %s::text), now())
     WHERE id = %s"""


def a_job(sql: Sql, api: Api, status: str) -> str:
    job_id: str = api.post("/api/analyze").json()["job_id"]
    if status == "cancelled":
        api.post(f"/api/jobs/{job_id}/cancel")
    elif status != "pending":
        progress = initial_progress(PLANS[JobType.PORTFOLIO], 1, frozenset())
        sql(START, progress.model_dump_json(), job_id)
        if status != "running":
            sql(COMMIT_EVERYTHING if status == "completed" else COMMIT_REPORT, job_id)
            sql(END, status, "Drawing the charts failed." if status == "failed" else None, status, job_id)
    return job_id
