"""The step durations of past jobs, for estimates that no other user dominates."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, TypeAdapter

from functions.shared.database import Database, DatabaseError, Statement
from functions.shared.durations.expectation import Expectation
from functions.shared.durations.learning import Forecast, learn
from functions.shared.observability import logger
from functions.shared.section_names import Section

#: The maximum share of any other user in an estimate, by number of jobs or by weight: the newest job weighs 1/40, and
#: eight together less than a fifth.
MOST_OF_ONE_USER = 1 / 5
NEWEST_OF_ONE_USER = 8
#: The number of jobs that the prior counts for in this share.
_PRIOR_JOBS = 3
_RUNS_READ = 200
_OWN_JOBS_READ = 20
JOBS_USED = 100

# Reads the newest runs of each step with its model, from the index on (section, model, created_at DESC), and the
# user's own newest jobs, by the jobs' index and the results' key. The cost doesn't depend on the number of results.
# Only completed jobs count, and not those with an empty portfolio, whose agents had nothing to do.
READ_HISTORY = Statement(
    f"""
    WITH wanted AS (
        SELECT section, model FROM unnest(:sections::text[], :models::text[]) AS wanted (section, model)
    ), newest AS (
        SELECT DISTINCT run.job_id FROM wanted CROSS JOIN LATERAL (
               SELECT job_id FROM job_results
                WHERE section = wanted.section AND coalesce(model, '') = wanted.model
                ORDER BY created_at DESC LIMIT {_RUNS_READ}) AS run
    ), own AS (
        SELECT id FROM jobs WHERE user_id = :user_id::text ORDER BY created_at DESC, id DESC LIMIT {_OWN_JOBS_READ}
    ), job AS (
        SELECT jobs.id, jobs.user_id, jobs.completed_at, jobs.user_id IS NOT DISTINCT FROM :user_id::text AS is_own,
               row_number() OVER (PARTITION BY jobs.user_id ORDER BY jobs.completed_at DESC, jobs.id) AS place
          FROM (SELECT job_id FROM newest UNION SELECT id FROM own) AS seen
          JOIN jobs ON jobs.id = seen.job_id AND jobs.status = 'completed'
         WHERE EXISTS (SELECT FROM job_results WHERE job_id = jobs.id AND section = 'summary'
                          AND (payload ->> 'positions')::integer > 0)
    )
    SELECT text_rows(jsonb_agg(jsonb_build_object('place', place, 'durations_ms', durations_ms)
                               ORDER BY completed_at, id)::text)
      FROM (SELECT job.id, completed_at, durations_ms, CASE WHEN NOT is_own THEN place END AS place
              FROM job CROSS JOIN LATERAL (
                   SELECT jsonb_object_agg(section, duration_ms) AS durations_ms
                     FROM wanted JOIN job_results USING (section)
                    WHERE job_id = job.id AND coalesce(job_results.model, '') = wanted.model) AS runs
             WHERE (is_own OR place <= {NEWEST_OF_ONE_USER}) AND durations_ms IS NOT NULL
             ORDER BY is_own DESC, completed_at DESC, job.id LIMIT {JOBS_USED}) AS used
    """,  # noqa: S608 - constants of this file
    idempotent=True,
)


class PastJob(BaseModel):
    """The durations of a completed job."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    durations_ms: Mapping[Section, float]
    place: int | None = None
    """Counts the jobs of another user from 1, the newest; None for the user's own jobs."""


_JOBS = TypeAdapter(list[PastJob], config=ConfigDict(defer_build=True))


@dataclass(frozen=True)
class History:
    """Past jobs, oldest first, and the model used for each of their sections."""

    jobs: Sequence[PastJob] = ()
    models: Mapping[Section, str | None] = field(default_factory=dict)

    def forecast(self, priors: Mapping[Section, Expectation]) -> Forecast:
        """Return the forecast for steps with these priors, based on these jobs."""
        jobs = [
            {section: ms / 1000 for section, ms in job.durations_ms.items()} for job in without_dominance(self.jobs)
        ]
        return learn(priors, jobs, self.models)

    def expectation(self, section: Section, prior: Expectation) -> Expectation:
        """Return the expected duration of one step, based on these jobs."""
        return self.forecast({section: prior}).expected[section]


def without_dominance(jobs: Sequence[PastJob]) -> list[PastJob]:
    """Return the jobs without those that raise another user's share above MOST_OF_ONE_USER.

    That user's oldest jobs are dropped first. If there are few other users, little remains except the prior and the
    user's own jobs.
    """

    def newest(most: int) -> list[PastJob]:
        return [job for job in jobs if job.place is None or job.place <= most]

    places = {job.place or 0 for job in jobs}
    return newest(max(most for most in {0} | places if most <= MOST_OF_ONE_USER * (_PRIOR_JOBS + len(newest(most)))))


def read_history(database: Database, models: Mapping[Section, str | None], user_id: str | None = None) -> History:
    """Read the newest completed jobs of all users and of `user_id`.

    `models` maps each section to the model whose runs to read, None for runs without a model. Raises DatabaseError.
    """
    document = database.document(
        READ_HISTORY,
        sections="{" + ",".join(models) + "}",
        models="{" + ",".join(f'"{model or ""}"' for model in models.values()) + "}",
        user_id=user_id,
    )
    return History(_JOBS.validate_json(document or "[]"), models)


@dataclass
class HistoryLoader:
    """Loads the history in the background; `so_far` is empty until then."""

    load: Callable[[], History]
    so_far: History = History()

    def read(self) -> History:
        """Read the history. If the database fails, estimates use the priors, so that the job isn't affected."""
        try:
            self.so_far = self.load()
        except DatabaseError as error:
            logger.warning("The history can't be read, estimating from priors", reason=type(error).__name__)
        return self.so_far
