"""One seeded run: a few jobs, a few faults, then quiet, and the invariants."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

from pydantic import ValidationError

from functions.shared.agent_declaration import JobType
from functions.shared.queues import send
from functions.shared.tasks import JobMessage
from tests.simulation.clients import clients
from tests.simulation.database import SimulatedDatabase
from tests.simulation.environments import Environment, Moment
from tests.simulation.fault_injection import FAULTS, MINUTES, POISON, THROTTLED_AGENTS, TRANSIENT, Strike, draw
from tests.simulation.invariants import violations
from tests.simulation.production import RESCUED_BEFORE_START_WITHIN_S, RESCUED_WITHIN_S
from tests.simulation.progress_over_time import progress_violations
from tests.simulation.user import User
from tests.simulation.world import QUEUE_URL, Conditions, World

#: No fault of a run delays a job for longer.
_QUIET_WITHIN_S = 12 * 3600
_UNFINISHED = """
    SELECT id, round, user_id FROM jobs
     WHERE status = 'pending' OR (status = 'running' AND lease_expires_at < now()) ORDER BY created_at, id
"""


@dataclass
class Rescue:
    """A job whose planner died: the time until another attempt claimed it, or it ended.

    `was_hidden`: the planner's handler had set the message's visibility. A planner that dies before its claim ends one
    rescue and begins the next.
    """

    job_id: UUID = field(compare=False)  # a new one in each run
    attempt: int
    died_at: float
    was_hidden: bool
    after_s: float | None = None


@dataclass
class Outcome:
    """`fired`: the strikes that happened, in order; `faults`: how often each fault had an effect."""

    seed: int
    fired: list[Strike] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    rescues: list[Rescue] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    failures: int = 0
    """Failures counted against the jobs."""
    overlapped: int = 0

    @property
    def has_only_deaths(self) -> bool:
        """Whether only planners died: then every rescue is in time."""
        return all((strike.fault, strike.function) == ("kill", "planner") for strike in self.fired)


class Run:
    """`strikes` and the number of `jobs` are drawn from the seed unless given."""

    def __init__(
        self,
        database: SimulatedDatabase,
        seed: int,
        *,
        strikes: list[Strike] | None = None,
        jobs: int | None = None,
        conditions: Conditions | None = None,
    ) -> None:
        chance = Random(f"run {seed}")
        self._waiting = draw(chance) if strikes is None else list(strikes)
        self._jobs = jobs or chance.choice([1, 1, 2])
        self.outcome = Outcome(seed)
        self.world = World(database, conditions or Conditions.drawn(seed), self._meddle)
        self.calls: Counter[str] = Counter()
        """The maximum number of calls that an invocation of each function made."""
        self.user: User
        self._hidden: set[tuple[str, int]] = set()

    def __call__(self) -> Outcome:
        with self.world as world:
            self.user = User(world)
            for number in range(self._jobs):
                self.user.insist(f"key {number}", JobType.PORTFOLIO if number == 0 else JobType.CHARTS)
            is_quiet = world.until_quiet(_QUIET_WITHIN_S)
            if self.outcome.faults["messages lost"]:
                self._send_unfinished()
                is_quiet = world.until_quiet(_QUIET_WITHIN_S)
            if not is_quiet:
                self.outcome.violations.append(f"I1 not quiet after {_QUIET_WITHIN_S} s")
            self._look_for_rescues()
            self._judge()
        return self.outcome

    def _meddle(self, moment: Moment) -> None:
        self.calls[moment.function] = max(self.calls[moment.function], moment.call + 1)
        self._look_for_rescues()
        while strike := next((strike for strike in self._waiting if strike.is_at(moment)), None):
            self._waiting.remove(strike)  # first: others may strike meanwhile
            self.outcome.fired.append(strike)
            has_happened = True
            try:
                has_happened = (FAULTS | MINUTES | THROTTLED_AGENTS)[strike.fault](self.world, self.user, moment)
            finally:
                self.outcome.faults[strike.fault] += has_happened
                if moment.environment.is_dead:
                    self._note_death(moment.environment)
        if moment.service == "sqs" and moment.when == "after":
            self._hidden.add((moment.function, moment.number))

    def _note_death(self, planner: Environment) -> None:
        if planner.function != "planner" or planner.message in POISON:
            return
        job_id = JobMessage.model_validate_json(planner.message).job_id
        found = self.world.sql.execute(
            "SELECT attempt FROM jobs WHERE id = %s AND status IN ('pending', 'running')", [job_id]
        ).fetchone()
        if found:
            now = self.world.now
            for before in self.outcome.rescues:
                if before.job_id == job_id and before.after_s is None:
                    before.after_s = now - before.died_at
            was_hidden = (planner.function, planner.number) in self._hidden
            self.outcome.rescues.append(Rescue(job_id, found[0], now, was_hidden))

    def _look_for_rescues(self) -> None:
        for rescue in [rescue for rescue in self.outcome.rescues if rescue.after_s is None]:
            found = self.world.sql.execute("SELECT attempt, status FROM jobs WHERE id = %s", [rescue.job_id]).fetchone()
            if found is None or found[0] > rescue.attempt or found[1] in {"completed", "failed", "cancelled"}:
                rescue.after_s = self.world.now - rescue.died_at

    def _send_unfinished(self) -> None:
        """Send the messages of unfinished jobs, as an operator does after messages were lost."""
        self.world.statements.set_clock()
        for job_id, job_round, user_id in self.world.sql.execute(_UNFINISHED).fetchall():
            message = JobMessage(job_id=job_id, round=job_round)
            self.world.request(
                lambda message=message, user_id=user_id: send(  # type: ignore[misc]
                    clients().sqs, QUEUE_URL + "analysis-jobs", message, user_id
                )
            )

    def _judge(self) -> None:
        world, outcome = self.world, self.outcome
        world.statements.set_clock()
        jobs = self.user.jobs()
        outcome.violations += violations(world.sql, jobs)
        outcome.violations += progress_violations(world.sql, jobs)
        outcome.violations += [f"I1 an accepted job is gone: {job_id}" for job_id in self.user.accepted - set(jobs)]
        outcome.violations += [f"I1 {line}" for rescue in outcome.rescues if (line := self._late(rescue))]
        outcome.violations += self._unsettled_messages()
        outcome.faults.update(world.faults.fired)
        outcome.overlapped = world.statements.overlapped
        found = world.sql.execute("SELECT status, failures, error_message FROM jobs").fetchall()
        outcome.statuses.update(status for status, _, _ in found)
        outcome.failures = sum(failures for _, failures, _ in found)
        if {strike.fault for strike in outcome.fired} <= TRANSIENT:
            outcome.violations += [
                f"I1 a transient error ended a job: {status}, {failures} failures, {message}"
                for status, failures, message in found
                if status != "completed" or failures
            ]

    def _late(self, rescue: Rescue) -> str | None:
        if rescue.after_s is None:
            return f"never rescued: job {rescue.job_id}"
        if not self.outcome.has_only_deaths:
            return None
        planner = self.world.manifest.functions["planner"]
        bound = RESCUED_WITHIN_S if rescue.was_hidden else planner.timeout_s + RESCUED_BEFORE_START_WITHIN_S
        return f"rescued after {rescue.after_s:.0f} s: job {rescue.job_id}" if rescue.after_s > bound else None

    def _unsettled_messages(self) -> list[str]:
        """I8: no message is left in a queue, and only the dead-letter consumer acknowledged poison."""
        world = self.world
        left = [f"I8 a message is left in {queue.name}" for queue in world.queues.values() if queue.messages]
        taken = sum(body in POISON for body in world.sources["dead_letters"].acknowledged)
        if taken < self.outcome.faults["poison"] and not self.outcome.faults["messages lost"]:
            left.append(f"I8 the dead-letter consumer acknowledged {taken} poison messages")
        if any(_is_poison(body) for body in world.sources["planner"].acknowledged):
            left.append("I8 a planner acknowledged a poison message")
        raised = [name for name in world.lambdas.errors if name.startswith(("planner", "dead_letters"))]
        left += [f"I8 a returned message is not an error, but {name} was raised" for name in raised]
        looping = {(function, queue) for function, queue in world.sends if world.consumer_of(queue) == function}
        return [*left, *(f"I8 {function} sends to {queue}, which invokes it" for function, queue in looping)]


def _is_poison(body: str) -> bool:
    try:
        JobMessage.model_validate_json(body)
    except ValidationError:
        return True
    return False
