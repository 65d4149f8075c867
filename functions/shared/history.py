"""How long sections took: the system's own history, for estimates and statistics."""

from collections.abc import Callable, Iterable, Mapping

from pydantic import TypeAdapter

from functions.shared.database import Database, DatabaseError, Statement
from functions.shared.observability import logger
from functions.shared.progress.estimate import Expectation, expectation_of
from functions.shared.sections import Section

#: From so many runs on, the history counts instead of the plan's first guess.
RUNS_NEEDED = 20
_RUNS_READ = 50

# Read backwards from the index on (section, created_at): as cheap with a million results as with a hundred.
_READ = Statement(
    """
    SELECT coalesce(jsonb_object_agg(wanted.section, run.durations_ms), '{}')
      FROM unnest(:sections::text[]) AS wanted (section)
     CROSS JOIN LATERAL (
           SELECT coalesce(jsonb_agg(newest.duration_ms ORDER BY newest.created_at DESC), '[]') AS durations_ms
             FROM (SELECT result.duration_ms, result.created_at FROM job_results AS result
                    WHERE result.section = wanted.section AND result.model IS NOT DISTINCT FROM :model::text
                    ORDER BY result.created_at DESC LIMIT :runs) AS newest) AS run
    """,
    idempotent=True,
)
_DURATIONS = TypeAdapter(dict[Section, list[float]])


class History:
    """Durations of past runs in milliseconds, newest first, by section."""

    def __init__(self, durations_ms: Mapping[Section, list[float]]) -> None:
        self._durations_ms = durations_ms

    def is_measured(self, section: Section) -> bool:
        """Whether there were enough runs to go by."""
        return len(self._durations_ms.get(section, ())) >= RUNS_NEEDED

    def expectation(self, section: Section, otherwise: Expectation) -> Expectation:
        """What the past runs let expect; `otherwise` as long as they are too few."""
        if not self.is_measured(section):
            return otherwise
        return expectation_of([duration_ms / 1000 for duration_ms in self._durations_ms[section]])


def read_history(database: Database, sections: Iterable[Section], model: str | None = None) -> History:
    """The newest runs of all users, of one model (None: without one). Raises DatabaseError."""
    document = database.document(_READ, sections="{" + ",".join(sections) + "}", model=model, runs=_RUNS_READ)
    return History(_DURATIONS.validate_json(document or "{}"))


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
