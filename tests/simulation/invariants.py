"""Conditions that hold once everything is quiet (and mostly at any time), as queries of the database.

The names I1 to I5 are those of the invariants in the README in this folder.
"""

import json
from typing import Any
from uuid import UUID

import psycopg
from pydantic import BaseModel, ValidationError

from functions.shared.plans import AGENTS
from functions.shared.portfolio import Snapshot
from functions.shared.section_names import SNAPSHOT, SUMMARY
from functions.shared.sections import Summary
from tests.simulation.functions import fingerprint, fingerprint_in

_MODELS: dict[str, type[BaseModel]] = {
    SNAPSHOT: Snapshot,
    **{agent.section: agent.payload for agent in AGENTS},
    SUMMARY: Summary,
}

#: Each returns the jobs that break it, among those whose ids are in :jobs, as (id, details).
CHECKS = {
    "I1 every job has ended": """
        SELECT id, status FROM jobs WHERE id = ANY (%(jobs)s) AND status IN ('pending', 'running')""",
    "I1 waiting in the queue fails no job": """
        SELECT job_id, 'failed after ' || coalesce(before, 'nothing')
          FROM (SELECT job_id, kind, agent, lag(kind) OVER (PARTITION BY job_id ORDER BY seq) AS before
                  FROM job_events WHERE job_id = ANY (%(jobs)s)) AS event
         WHERE kind = 'failed' AND agent IS DISTINCT FROM 'dead_letters' AND before IN ('queued', 'retried')""",
    "I2 after an end comes nothing but a retry": """
        SELECT job_id, kind || ' then ' || coalesce(next, 'nothing')
          FROM (SELECT job_id, kind, lead(kind) OVER (PARTITION BY job_id ORDER BY seq) AS next
                  FROM job_events WHERE job_id = ANY (%(jobs)s)) AS event
         WHERE kind = 'completed' AND next IS NOT NULL
            OR kind IN ('failed', 'cancelled') AND next IS DISTINCT FROM 'retried' AND next IS NOT NULL""",
    "I2 the last event matches the status": """
        SELECT id, status || ' after ' || kind
          FROM jobs JOIN job_events ON job_id = id AND seq = event_seq
         WHERE id = ANY (%(jobs)s) AND status <> CASE WHEN kind IN ('queued', 'retried') THEN 'pending'
               WHEN kind IN ('completed', 'failed', 'cancelled') THEN kind ELSE 'running' END""",
    "I3 a completed job has every section": """
        SELECT id, wanted FROM jobs CROSS JOIN unnest(sections || '{snapshot,summary}') AS wanted
         WHERE id = ANY (%(jobs)s) AND status = 'completed'
           AND NOT EXISTS (SELECT FROM job_results WHERE job_id = id AND section = wanted)""",
    "I4 every section was committed once": """
        SELECT result.job_id, section || ' ' || count(event.seq)
          FROM job_results AS result
          LEFT JOIN job_events AS event
                 ON event.job_id = result.job_id AND kind = 'section_committed' AND message = section
         WHERE result.job_id = ANY (%(jobs)s) AND section <> 'summary'
         GROUP BY result.job_id, section HAVING count(event.seq) <> 1""",
    "I4 every section is of the attempt that held the job": """
        SELECT event.job_id, message || ' of attempt ' || result.attempt || ' during ' || coalesce(holder, 0)
          FROM (SELECT *, max((details ->> 'attempt')::integer) FILTER (WHERE kind = 'claimed')
                          OVER (PARTITION BY job_id ORDER BY seq) AS holder
                  FROM job_events WHERE job_id = ANY (%(jobs)s)) AS event
          JOIN job_results AS result ON result.job_id = event.job_id AND result.section = event.message
         WHERE kind = 'section_committed' AND result.attempt IS DISTINCT FROM holder""",
    "I5 progress never goes back within an attempt": """
        SELECT job_id, before || ' to ' || percent
          FROM (SELECT job_id, progress_percent AS percent, lag(progress_percent) OVER attempt AS before
                  FROM (SELECT *, count(*) FILTER (WHERE kind = 'claimed') OVER (PARTITION BY job_id ORDER BY seq) AS n
                          FROM job_events WHERE job_id = ANY (%(jobs)s)) AS event
                 WHERE progress_percent IS NOT NULL WINDOW attempt AS (PARTITION BY job_id, n ORDER BY seq)) AS step
         WHERE percent < before""",
    "I5 progress reads 100 at completion and never else": """
        SELECT id, status || ' at ' || (progress_data ->> 'progress_percent') FROM jobs
         WHERE id = ANY (%(jobs)s)
           AND (progress_data ->> 'progress_percent' = '100') <> (status = 'completed')
         UNION ALL
        SELECT job_id, kind || ' at 100' FROM job_events
         WHERE job_id = ANY (%(jobs)s) AND progress_percent = 100 AND kind <> 'completed'""",
    "events are numbered without a gap": """
        SELECT id, event_seq || ' of ' || count(seq) FROM jobs LEFT JOIN job_events ON job_id = id
         WHERE id = ANY (%(jobs)s) GROUP BY id HAVING count(seq) <> event_seq OR max(seq) <> event_seq""",
    "every attempt was claimed": """
        SELECT id, attempt || ' attempts' FROM jobs
         WHERE id = ANY (%(jobs)s) AND attempt <> (
               SELECT count(DISTINCT details -> 'attempt') FROM job_events WHERE job_id = id AND kind = 'claimed')""",
    "three failures end a round": """
        SELECT id, failures || ' failures, ' || status FROM jobs
         WHERE id = ANY (%(jobs)s) AND (failures > 3 OR failures = 3 AND status NOT IN ('failed', 'cancelled'))""",
    "a failed job has a reason in plain words": """
        SELECT id, coalesce(error_message, 'nothing') FROM jobs
         WHERE id = ANY (%(jobs)s) AND status = 'failed' AND coalesce(error_message, '') !~ '^[A-Z].*\\.$'""",
}


def violations(connection: psycopg.Connection[Any], jobs: list[UUID]) -> list[str]:
    """One line per invariant that a job breaks."""
    found = [
        f"{name}: job {job_id}: {details}"
        for name, sql in CHECKS.items()
        for job_id, details in connection.execute(sql.encode(), {"jobs": jobs}).fetchall()
    ]
    rows = connection.execute("SELECT job_id, section, payload FROM job_results WHERE job_id = ANY (%s)", [jobs])
    sections: dict[UUID, dict[str, BaseModel]] = {}
    for job_id, section, payload in rows.fetchall():
        try:
            sections.setdefault(job_id, {})[section] = _MODELS[section].model_validate_json(json.dumps(payload))
        except ValidationError as error:
            found.append(f"I3 every section is valid: job {job_id}: {section} has {error.error_count()} errors")
    return [*found, *(line for job_id, of_job in sections.items() for line in _of_other_portfolios(job_id, of_job))]


def _of_other_portfolios(job_id: UUID, sections: dict[str, BaseModel]) -> list[str]:
    """Sections that do not describe the job's snapshot. Only stand-ins state which portfolio theirs describe."""
    snapshot = sections.get(SNAPSHOT)
    if not isinstance(snapshot, Snapshot):
        return [f"I3 a job without a snapshot has no section: job {job_id}"]
    marks = {name: fingerprint_in(section.model_dump_json()) for name, section in sections.items()}
    return [
        f"I4 every section is about the job's snapshot: job {job_id}: {name}"
        for name, mark in marks.items()
        if mark is not None and mark != fingerprint(snapshot)
    ]
