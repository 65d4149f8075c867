"""What must hold when all is quiet (and most of it always), asked of the database."""

import json
from typing import Any
from uuid import UUID

import psycopg
from pydantic import BaseModel, ValidationError

from functions.shared.portfolio import Snapshot
from functions.shared.sections import Charts, Report, Retirement, Section, Summary

_MODELS: dict[str, type[BaseModel]] = {
    Section.SNAPSHOT: Snapshot,
    Section.REPORT: Report,
    Section.CHARTS: Charts,
    Section.RETIREMENT: Retirement,
    Section.SUMMARY: Summary,
}

#: Each answers the jobs that break it, of those whose ids are in :jobs, as (id, what is wrong).
CHECKS = {
    "I1 every job has ended": """
        SELECT id, status FROM jobs WHERE id = ANY (%(jobs)s) AND status IN ('pending', 'running')""",
    "I2 after an end comes nothing but a retry": """
        SELECT job_id, kind || ' then ' || coalesce(next, 'nothing')
          FROM (SELECT job_id, kind, lead(kind) OVER (PARTITION BY job_id ORDER BY seq) AS next
                  FROM job_events WHERE job_id = ANY (%(jobs)s)) AS event
         WHERE kind = 'completed' AND next IS NOT NULL
            OR kind IN ('failed', 'cancelled') AND next IS DISTINCT FROM 'retried' AND next IS NOT NULL""",
    "I2 the last event tells the status": """
        SELECT id, status || ' after ' || kind
          FROM jobs JOIN job_events ON job_id = id AND seq = event_seq
         WHERE id = ANY (%(jobs)s) AND status <> CASE WHEN kind IN ('queued', 'retried') THEN 'pending'
               WHEN kind = 'redispatched' THEN status WHEN kind IN ('completed', 'failed', 'cancelled') THEN kind
               ELSE 'running' END""",
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
    "each attempt was claimed once": """
        SELECT id, attempt || ' attempts' FROM jobs
         WHERE id = ANY (%(jobs)s) AND (attempt > attempts_allowed OR attempt > (
               SELECT count(*) FROM job_events WHERE job_id = id AND kind = 'claimed'))""",
    "a failed job says why": """
        SELECT id, coalesce(error_message, 'nothing') FROM jobs
         WHERE id = ANY (%(jobs)s) AND status = 'failed' AND coalesce(error_message, '') !~ '^[A-Z].*\\.$'""",
}


def violations(connection: psycopg.Connection[tuple[Any, ...]], jobs: list[UUID]) -> list[str]:
    """One line for each invariant that a job breaks; none when all is well."""
    found = [
        f"{name}: job {job_id}: {what}"
        for name, sql in CHECKS.items()
        for job_id, what in connection.execute(sql.encode(), {"jobs": jobs}).fetchall()
    ]
    payloads = connection.execute("SELECT job_id, section, payload FROM job_results WHERE job_id = ANY (%s)", [jobs])
    for job_id, section, payload in payloads.fetchall():
        try:
            _MODELS[section].model_validate_json(json.dumps(payload))
        except ValidationError as error:
            found.append(f"I3 every section is valid: job {job_id}: {section} has {error.error_count()} errors")
    return found
