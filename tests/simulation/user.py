"""A user's actions, through the api function's own code. Each request is a process of it."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from functions.api.database_timeouts import READ_TIMEOUT_S, RETRY_BUDGET_S
from functions.api.errors import JobActive, QueueUnavailable, Refused
from functions.api.logic.analyses import Analyses
from functions.api.repositories.jobs import Jobs, PolledJob
from functions.api.repositories.submission import Submissions
from functions.api.repositories.users import Users
from functions.api.schemas.request_models import AnalysisRequest
from functions.api.settings import ApiSettings
from functions.shared.agent_declaration import JobType
from functions.shared.database import Database, DatabaseError
from tests.simulation.world import World

T = TypeVar("T")

_PORTFOLIO = """
    WITH owner AS (INSERT INTO users (id) VALUES (%(user)s) RETURNING id),
         account AS (INSERT INTO accounts (user_id, account_name, cash_balance)
                     SELECT id, 'IRA', 10 FROM owner RETURNING id)
    INSERT INTO positions (account_id, symbol, quantity, price, price_as_of)
    SELECT id, symbol, 2, 10, '2027-01-04' FROM account CROSS JOIN unnest('{VTI,UNKNOWN-X}'::text[]) AS symbol
"""
#: A client repeats a request that got no response.
_PAUSE_S, _MOST_TRIES = 5, 400


class User:
    """A user with a portfolio, one position of which is not in the reference data."""

    def __init__(self, world: World, name: str = "user") -> None:
        self.id = f"{name}-{world.conditions.seed}"
        self.accepted: set[UUID] = set()
        """Jobs accepted with 202 whose deletion has not been requested."""
        self.keys: dict[str, UUID] = {}
        self._is_erased = False
        self._world = world
        self._settings = world.runtimes["api"].settings(ApiSettings)
        world.sql.execute(_PORTFOLIO, {"user": self.id})

    def submit(self, key: str, job_type: JobType = JobType.PORTFOLIO) -> UUID | None:
        """Return the job's id if the request was accepted."""
        request = AnalysisRequest(analysis_type=job_type)
        job_id = self._request(lambda: self._analyses().start(self.id, request, key))
        if job_id is not None and not self._is_erased:
            self.accepted.add(job_id)
            self.keys[key] = job_id
        return job_id

    def insist(self, key: str, job_type: JobType = JobType.PORTFOLIO) -> UUID:
        """Submit until it is accepted."""
        for _ in range(_MOST_TRIES):
            if job_id := self.submit(key, job_type):
                return job_id
            self._world.scheduler.pass_time(_PAUSE_S)
        raise AssertionError("I1: the service never accepted the job")

    def cancel(self, job_id: UUID) -> bool:
        """Return whether it was cancelled; the other requests do likewise."""
        return self._request(lambda: self._jobs().cancel(self.id, job_id)) is not None

    def retry(self, job_id: UUID) -> bool:
        def retry() -> bool:
            self._analyses().retry(self.id, job_id)
            return True

        return self._request(retry) or False

    def delete(self, job_id: UUID) -> bool:
        was_accepted = job_id in self.accepted
        self.accepted.discard(job_id)  # it may be deleted although no response arrives

        def delete() -> bool:
            try:
                self._jobs().delete(self.id, job_id)
            except JobActive:
                if was_accepted:
                    self.accepted.add(job_id)
                raise
            return True

        return self._request(delete) or False

    def erase(self) -> bool:
        def erase() -> bool:
            Users(self._database()).erase(self.id)
            return True

        self._is_erased = True  # although no response may arrive
        self.accepted.clear()
        return self._request(erase) or False

    def read(self, job_id: UUID, known_etags: tuple[str, ...] = ()) -> PolledJob | None:
        """Poll the job."""
        return self._request(lambda: self._jobs().read(self.id, job_id, known_etags))

    def edit_portfolio(self) -> bool:
        edited = self._world.sql.execute(
            "UPDATE positions SET quantity = quantity + 1 FROM accounts"
            " WHERE accounts.id = account_id AND user_id = %s",
            [self.id],
        )
        return edited.rowcount > 0

    def jobs(self) -> list[UUID]:
        found: list[Any] = self._world.sql.execute(
            "SELECT id FROM jobs WHERE user_id = %s ORDER BY created_at, id", [self.id]
        ).fetchall()
        return [job_id for (job_id,) in found]

    def _request(self, request: Callable[[], T]) -> T | None:
        """Return None if the request was refused, or its process died."""

        def handle() -> T | None:
            try:
                return request()
            except (Refused, QueueUnavailable, DatabaseError):
                return None

        return self._world.request(handle)

    def _database(self) -> Database:
        return self._world.runtimes["api"].database(retry_budget_s=RETRY_BUDGET_S, read_timeout_s=READ_TIMEOUT_S)

    def _jobs(self) -> Jobs:
        return Jobs(self._database(), int(self._world.runtimes["api"].environment["PLANNER_CONCURRENCY"]))

    def _analyses(self) -> Analyses:
        settings = self._settings
        submissions = Submissions(self._database(), settings)
        return Analyses(submissions, self._world.runtimes["api"], settings.analysis_jobs_queue_url)
