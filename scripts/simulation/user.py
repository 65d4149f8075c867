"""What people do, through the api function's own code; each request is a process of it."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID, uuid4

from functions.api import resources
from functions.api.problems import Problem
from functions.api.repositories.jobs import Jobs
from functions.api.repositories.users import Users
from functions.api.schemas import AnalysisRequest
from functions.shared.database import DatabaseError
from functions.shared.plans import JobType
from scripts.simulation.processes import Process
from scripts.simulation.world import World

T = TypeVar("T")

_PORTFOLIO = """
    WITH owner AS (INSERT INTO users (id) VALUES (%(user)s) RETURNING id),
         account AS (INSERT INTO accounts (user_id, account_name, cash_balance)
                     SELECT id, 'IRA', 10 FROM owner RETURNING id)
    INSERT INTO positions (account_id, symbol, quantity, price, price_as_of)
    SELECT id, symbol, 2, 10, current_date FROM account CROSS JOIN unnest('{VTI,UNKNOWN-X}'::text[]) AS symbol
"""


class User:
    """One with a portfolio, one position of which nobody knows."""

    def __init__(self, world: World) -> None:
        self.id = f"user-{uuid4()}"
        self.accepted: set[UUID] = set()
        """Answered 202, and not deleted since."""
        self.keys: dict[str, UUID] = {}
        self._is_erased = False
        self._world = world
        world.users.append(self.id)
        world.sql.execute(_PORTFOLIO, {"user": self.id})

    def submit(self, key: str | None = None, job_type: JobType = JobType.PORTFOLIO) -> UUID | None:
        """The job's id if the request was accepted."""
        request = AnalysisRequest(analysis_type=job_type)
        job_id = self._ask(lambda: resources.analyses().start(self.id, request, key))
        if job_id is not None and not self._is_erased:
            self.accepted.add(job_id)
            if key is not None:
                self.keys[key] = job_id
        return job_id

    def cancel(self, job_id: UUID) -> bool:
        """Whether it is cancelled; so for the other requests."""
        answer = self._ask(lambda: Jobs(resources.database()).cancel(self.id, job_id))
        return answer is not None and answer[1] == "cancelled"

    def retry(self, job_id: UUID) -> bool:
        def retry() -> bool:
            resources.analyses().retry(self.id, job_id)
            return True

        return self._ask(retry) or False

    def delete(self, job_id: UUID) -> bool:
        status = self._ask(lambda: Jobs(resources.database()).delete(self.id, job_id))
        is_deleted = status not in {None, "pending", "running"}
        if is_deleted:
            self.accepted.discard(job_id)
        return is_deleted

    def erase(self) -> bool:
        def erase() -> bool:
            Users(resources.database()).erase(self.id)
            return True

        is_erased = self._ask(erase) or False
        if is_erased:
            self._is_erased = True
            self.accepted.clear()
        return is_erased

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

    def _ask(self, request: Callable[[], T]) -> T | None:
        """None when the request was refused, or nobody lived to answer it."""

        def handle(_: Process) -> T | None:
            for made in (resources.database, resources.job_events, resources.analyses):
                made.cache_clear()
            try:
                return request()
            except (Problem, DatabaseError):
                return None

        return self._world.run("api", handle)
