"""Durations and failures of a user's own jobs, for their statistics."""

from collections.abc import Iterable, Mapping
from statistics import quantiles

from pydantic import BaseModel, ConfigDict, TypeAdapter

from functions.shared.database import Database, Statement
from functions.shared.section_names import Section

#: Statistics cover this many of a user's newest jobs.
_JOBS_READ = 500
#: The model recorded for samples that replace an agent in a quick local test.
_STAND_IN = "stand-in"

# Reads by the jobs' index and the results' key, so that the cost doesn't depend on the number of results. OFFSET 0
# prevents a join that reads every result, which PostgreSQL prefers up to about ten thousand results.
READ_RUNS = Statement(
    f"""
    WITH job AS (
        SELECT id, status, sections FROM jobs
         WHERE user_id = :user_id ORDER BY created_at DESC, id DESC LIMIT {_JOBS_READ}
    ), run AS (
        SELECT wanted.section, result.job_id IS NOT NULL AS is_there, result.duration_ms, result.created_at,
               job.status IN ('completed', 'failed') AND wanted.section = ANY (job.sections) AS counts
          FROM job CROSS JOIN unnest(:sections::text[]) AS wanted (section)
          LEFT JOIN LATERAL (
               SELECT job_id, duration_ms, model, created_at FROM job_results
                WHERE job_id = job.id AND section = wanted.section OFFSET 0) AS result ON true
         WHERE result.model IS DISTINCT FROM '{_STAND_IN}'
    )
    SELECT text_rows(coalesce(jsonb_object_agg(section, jsonb_build_object(
               'durations_ms', coalesce(durations_ms, '[]'), 'jobs', jobs, 'failed', failed)), '{{}}')::text)
      FROM (SELECT section, jsonb_agg(duration_ms ORDER BY created_at DESC) FILTER (WHERE is_there) AS durations_ms,
                   count(*) FILTER (WHERE counts) AS jobs,
                   count(*) FILTER (WHERE counts AND NOT is_there) AS failed
              FROM run GROUP BY section) AS of_section
    """,  # noqa: S608 - constants of this file
    idempotent=True,
)


class Runs(BaseModel):
    """A section's durations in milliseconds, newest first, and its job counts.

    `jobs` counts the completed or failed jobs that include the section, and `failed` those of them without it.
    Cancelled jobs don't count.
    """

    model_config = ConfigDict(frozen=True, defer_build=True)

    durations_ms: list[float] = []
    jobs: int = 0
    failed: int = 0

    @property
    def failure_rate(self) -> float | None:
        """From 0 to 1; None without jobs."""
        return round(self.failed / self.jobs, 4) if self.jobs else None

    def quantile_s(self, percent: int) -> float | None:
        """Return seconds to the millisecond, interpolated like percentile_cont in SQL; None without runs."""
        if not self.durations_ms:
            return None
        if len(self.durations_ms) == 1:
            return round(self.durations_ms[0] / 1000, 3)
        return round(quantiles(self.durations_ms, n=100, method="inclusive")[percent - 1] / 1000, 3)


_RUNS = TypeAdapter(dict[Section, Runs], config=ConfigDict(defer_build=True))


def read_runs(database: Database, sections: Iterable[Section], user_id: str) -> Mapping[Section, Runs]:
    """Return the runs of each section in a user's newest jobs. Raises DatabaseError."""
    wanted = list(sections)
    document = database.document(READ_RUNS, sections="{" + ",".join(wanted) + "}", user_id=user_id)
    return {section: Runs() for section in wanted} | _RUNS.validate_json(document or "{}")
