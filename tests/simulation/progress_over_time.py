"""Progress as a client may read it at any time, not only when it is written."""

from typing import Any
from uuid import UUID

import psycopg

# Each version of a job was the newest until the next one: it is read at its beginning, four times in between, and at
# its very end. A renewal of the lease changes nothing that is read.
_READINGS = """
    WITH change AS (
        SELECT *, (status, progress_data) IS DISTINCT FROM lag((status, progress_data))
                  OVER (PARTITION BY job_id, created_at ORDER BY number) AS is_new
          FROM simulation.versions WHERE job_id = ANY (%(jobs)s)
    ), version AS (
        SELECT *, lead(at) OVER (PARTITION BY job_id, created_at ORDER BY number) AS until FROM change WHERE is_new
    ), reading AS (
        SELECT job_id, created_at, number, status, round, moment, progress_data ->> 'attempt' AS attempt,
               (progress_view(progress_data, status, moment) ->> 'progress_percent')::integer AS percent
          FROM version
         CROSS JOIN unnest('{0, 0.02, 0.1, 0.4, 0.8, 1}'::double precision[]) AS share
         CROSS JOIN LATERAL (SELECT at + share * coalesce(until - at, interval '1 hour') AS moment) AS place
         WHERE progress_data IS NOT NULL
    ), step AS (
        SELECT *, lag(percent) OVER (PARTITION BY job_id, created_at, round, attempt ORDER BY number, moment) AS before,
               lag(percent) OVER (PARTITION BY job_id, number ORDER BY moment) AS before_in_version
          FROM reading
    )
    SELECT job_id, CASE WHEN percent < before THEN 'goes back from ' || before || ' to ' || percent
                        WHEN percent = 100 AND status <> 'completed' THEN 'reads 100 while ' || status
                        ELSE 'changes from ' || before_in_version || ' to ' || percent || ' while ' || status END
           || ' at ' || moment
      FROM step
     WHERE percent < before OR percent = 100 AND status <> 'completed'
        OR percent <> before_in_version AND status IN ('completed', 'failed', 'cancelled')
"""


def progress_violations(connection: psycopg.Connection[Any], jobs: list[UUID]) -> list[str]:
    """One line for each reading that breaks I5."""
    found = connection.execute(_READINGS.encode(), {"jobs": jobs}).fetchall()
    return [f"I5 progress over time: job {job_id}: {details}" for job_id, details in found]
