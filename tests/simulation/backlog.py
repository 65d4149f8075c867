"""A backlog of jobs, and one more job by another user: the wait of each, and the planner invocations it takes."""

from dataclasses import dataclass
from statistics import median
from uuid import UUID, uuid5

from functions.planner.agents import Delayed
from functions.planner.handler import run_messages
from functions.shared.agent import AgentRun
from functions.shared.agent_declaration import Agent, JobType
from functions.shared.plans import sections
from functions.shared.portfolio import Instrument
from functions.shared.queues import send
from functions.shared.runtime import Runtime
from functions.shared.tasks import AgentTask, JobMessage, Receipt, TaggerAnswer, TaggerTask
from tests.simulation.clients import clients
from tests.simulation.database import SimulatedDatabase
from tests.simulation.user import User
from tests.simulation.world import QUEUE_URL, Conditions, World

_NAMESPACE = UUID("0f0e0d0c-0b0a-4908-8706-050403020100")
_SENT_AT_ONCE = 500
_INSERT = """
    WITH owner AS (
        INSERT INTO users (id) SELECT DISTINCT unnest(%(users)s::text[]) RETURNING id
    ), job AS (
        INSERT INTO jobs (id, user_id, job_type, sections, event_seq)
        SELECT entry.id, owner.id, 'portfolio', %(sections)s, 1
          FROM unnest(%(ids)s::uuid[], %(users)s::text[]) AS entry (id, user_id) JOIN owner ON owner.id = entry.user_id
        RETURNING id
    )
    INSERT INTO job_events (job_id, seq, kind) SELECT id, 1, 'queued' FROM job
"""
_WAITS = """
    SELECT user_id = %s, extract(epoch FROM started_at - queued_at)::float,
           extract(epoch FROM completed_at - started_at)::float
      FROM jobs WHERE completed_at IS NOT NULL
"""


@dataclass(frozen=True)
class Backlog:
    """Times in seconds. `idle_calls`: invocations of the planner that claimed no job."""

    jobs: int
    failed: int
    failed_waiting: int
    duplicate_messages: int
    idle_calls: int
    median_wait_s: float
    longest_wait_s: float
    newcomer_wait_s: float
    job_s: float
    """The median duration of a job."""


def simulate(database: SimulatedDatabase, users: list[str], *, newcomer_after_s: float, most_s: float) -> Backlog:
    """Simulate one job for each entry of `users`, and later another user's, for `most_s` or until all have ended."""

    def planner(event: dict[str, object], context: object, runtime: Runtime) -> dict[str, object]:
        return run_messages(event, context, runtime, _Team(world, runtime))  # type: ignore[arg-type]

    with World(database, Conditions(), further_handlers={"planner": planner}) as world:
        _submit(world, users)
        world.scheduler.pass_time(newcomer_after_s)
        newcomer = User(world, "newcomer")
        newcomer.insist("key")
        world.until_quiet(most_s)
        waits = world.sql.execute(_WAITS, [newcomer.id]).fetchall()
        others = [wait_s for is_newcomer, wait_s, _ in waits if not is_newcomer]
        source = world.sources["planner"]
        return Backlog(
            jobs=len(waits),
            failed=_count(world, "status = 'failed'"),
            failed_waiting=_count(world, "status = 'failed' AND started_at IS NULL"),
            duplicate_messages=len(world.sends) - len(users) - 1 + source.receives - len(source.received),
            idle_calls=source.receives - _count(world, "true", "sum(attempt)"),
            median_wait_s=median(others),
            longest_wait_s=max(others),
            newcomer_wait_s=next((wait_s for is_newcomer, wait_s, _ in waits if is_newcomer), float("inf")),
            job_s=median(took_s for _, _, took_s in waits),
        )


def _submit(world: World, users: list[str]) -> None:
    """Write the jobs, and send their messages as the api function does."""
    jobs = [(uuid5(_NAMESPACE, f"{number}"), user) for number, user in enumerate(users)]
    ids, owners = zip(*jobs, strict=True)
    world.sql.execute(_INSERT, {"ids": list(ids), "users": list(owners), "sections": sections(JobType.PORTFOLIO)})

    def send_all(part: list[tuple[UUID, str]]) -> None:
        for job_id, user in part:
            send(clients().sqs, f"{QUEUE_URL}analysis-jobs", JobMessage(job_id=job_id), user)

    for first in range(0, len(jobs), _SENT_AT_ONCE):
        part = jobs[first : first + _SENT_AT_ONCE]
        world.request(lambda part=part: send_all(part))  # type: ignore[misc]


def _count(world: World, condition: str, what: str = "count(*)") -> int:
    found = world.sql.execute(f"SELECT coalesce({what}, 0)::integer FROM jobs WHERE {condition}".encode()).fetchone()
    assert found is not None
    count: int = found[0]
    return count


class _Team:
    """Agents within the planner's process. Each takes its usual time."""

    def __init__(self, world: World, runtime: Runtime) -> None:
        self._world = world
        self._runtime = runtime

    def run(self, agent: Agent, task: AgentTask, delayed: Delayed) -> Receipt:
        with AgentRun(task, agent, self._runtime) as run:
            self._runtime.sleep(self._world.duration_s(agent))
            return Receipt.model_validate(run.commit(agent.sample(task.as_of, "Nothing was analyzed.")))

    def tag(self, task: TaggerTask) -> TaggerAnswer:
        return TaggerAnswer(instruments=tuple(Instrument.unclassified(symbol) for symbol in task.symbols))
