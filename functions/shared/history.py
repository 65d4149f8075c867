"""How long sections took: the system's own history, for estimates and statistics."""

# ruff: noqa: S608 - what is put together are constants of this file

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, TypeAdapter

from functions.shared.database import Database, DatabaseError, Statement
from functions.shared.observability import logger
from functions.shared.progress.estimate import Expectation, expectation_of
from functions.shared.sections import Section

#: From so many runs on, the history counts instead of the plan's first guess.
RUNS_NEEDED = 20
_RUNS_READ = 50
#: A user's statistics are those of so many of his jobs, the newest.
_JOBS_READ = 500
#: The model of what stands in for an agent, for a quick local test.
_STAND_IN = "stand-in"

# For all users the newest runs of one model, for one user those of any model in his newest jobs. Both as cheap with a
# million results as with a hundred: the former are read backwards from the index on (section, model, created_at), the
# latter by the jobs' index and the results' key. OFFSET 0 keeps PostgreSQL from another way to join them, which reads
# every result as long as they are some ten thousand. The half that is not asked for is not run.
_READ = Statement(
    f"""
    WITH wanted AS (
        SELECT section, model FROM unnest(:sections::text[], :models::text[]) AS wanted (section, model)
    ), job AS (
        SELECT id, status, sections FROM jobs
         WHERE user_id = :user_id::text ORDER BY created_at DESC, id DESC LIMIT {_JOBS_READ}
    ), own AS (
        SELECT wanted.section, result.job_id IS NOT NULL AS is_there, result.duration_ms, result.created_at,
               job.status IN ('completed', 'failed') AND wanted.section = ANY (job.sections) AS tells
          FROM job CROSS JOIN wanted
          LEFT JOIN LATERAL (
               SELECT job_id, duration_ms, model, created_at FROM job_results
                WHERE job_id = job.id AND section = wanted.section OFFSET 0) AS result ON true
         WHERE result.model IS DISTINCT FROM '{_STAND_IN}'
    ), of_user AS (
        SELECT section, jsonb_agg(duration_ms ORDER BY created_at DESC) FILTER (WHERE is_there) AS durations_ms,
               count(*) FILTER (WHERE tells) AS jobs, count(*) FILTER (WHERE tells AND NOT is_there) AS failed
          FROM own GROUP BY section
    )
    SELECT text_rows(coalesce(jsonb_object_agg(wanted.section, jsonb_build_object(
               'durations_ms', coalesce(of_user.durations_ms, of_all.durations_ms, '[]'),
               'jobs', coalesce(of_user.jobs, 0), 'failed', coalesce(of_user.failed, 0))), '{{}}')::text)
      FROM wanted
      LEFT JOIN of_user USING (section)
     CROSS JOIN LATERAL (
           SELECT jsonb_agg(duration_ms ORDER BY created_at DESC) AS durations_ms
             FROM (SELECT duration_ms, created_at FROM job_results
                    WHERE :user_id::text IS NULL AND section = wanted.section
                      AND coalesce(model, '') = wanted.model
                    ORDER BY created_at DESC LIMIT {_RUNS_READ}) AS newest) AS of_all
    """,
    idempotent=True,
)


class Runs(BaseModel):
    """What is known of a section: durations in milliseconds, newest first, and how many jobs had or lacked it.

    `jobs` that wanted it and completed or failed, and `failed` of these, without it: a job that its owner cancelled
    says nothing about an agent. For all users they are not counted: 0.
    """

    model_config = ConfigDict(frozen=True, defer_build=True)

    durations_ms: list[float] = []
    jobs: int = 0
    failed: int = 0

    @property
    def failure_rate(self) -> float | None:
        """0 to 1; None when no job tells."""
        return round(self.failed / self.jobs, 4) if self.jobs else None

    def quantile_s(self, quantile: float) -> float | None:
        """Seconds, to the millisecond; None without runs.

        Between two runs by a straight line (method 7 of Hyndman and Fan, "Sample Quantiles in Statistical Packages",
        1996; percentile_cont in SQL).
        """
        if not self.durations_ms:
            return None
        ordered = sorted(self.durations_ms)
        place = quantile * (len(ordered) - 1)
        below, above = ordered[math.floor(place)], ordered[math.ceil(place)]
        return round((below + (above - below) * (place % 1)) / 1000, 3)


_RUNS = TypeAdapter(dict[Section, Runs], config=ConfigDict(defer_build=True))


@dataclass(frozen=True)
class History:
    """Durations of past runs in milliseconds, newest first, by section."""

    durations_ms: Mapping[Section, list[float]]

    def is_measured(self, section: Section) -> bool:
        """Whether there were enough runs to go by."""
        return len(self.durations_ms.get(section, ())) >= RUNS_NEEDED

    def expectation(self, section: Section, otherwise: Expectation) -> Expectation:
        """What the past runs let expect; `otherwise` as long as they are too few."""
        if not self.is_measured(section):
            return otherwise
        return expectation_of([duration_ms / 1000 for duration_ms in self.durations_ms[section]])


def read_history(database: Database, models: Mapping[Section, str | None]) -> History:
    """The newest runs of all users, of each section those with its model (None: without one). Raises DatabaseError."""
    found = _read(database, models)
    return History({section: runs.durations_ms for section, runs in found.items()})


def read_runs(database: Database, sections: Iterable[Section], user_id: str) -> Mapping[Section, Runs]:
    """What one user's newest jobs tell of each section. Raises DatabaseError."""
    wanted = list(sections)
    return {section: Runs() for section in wanted} | _read(database, dict.fromkeys(wanted), user_id=user_id)


def _read(
    database: Database, models: Mapping[Section, str | None], *, user_id: str | None = None
) -> dict[Section, Runs]:
    document = database.document(
        _READ,
        sections="{" + ",".join(models) + "}",
        models="{" + ",".join(f'"{model or ""}"' for model in models.values()) + "}",
        user_id=user_id,
    )
    return _RUNS.validate_json(document or "{}")


class Recollection:
    """A history that is read in the background: whoever can't wait for it takes what is there."""

    def __init__(self, read: Callable[[], History]) -> None:
        self._read = read
        self.so_far = History({})

    def read(self) -> History:
        """Reads it. When the database can't, the priors of the plan have to do: a job is not worse for want of it."""
        try:
            self.so_far = self._read()
        except DatabaseError as error:
            logger.warning("The history can't be read, estimating from priors", reason=type(error).__name__)
        return self.so_far
