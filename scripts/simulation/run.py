"""One seeded run: a few jobs, a few faults, then quiet, and the invariants."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

from functions.shared.plans import JobType
from functions.shared.tasks import JobMessage
from scripts.local.data_api import DataApi
from scripts.simulation.invariants import violations
from scripts.simulation.processes import Killed, Moment
from scripts.simulation.production import RESCUED_WITHIN_S
from scripts.simulation.strikes import FAULTS, POISON, Strike, draw
from scripts.simulation.user import User
from scripts.simulation.world import World


@dataclass
class Rescue:
    """A job whose planner died: how long until another attempt took it up, or it ended.

    A planner that takes it up and dies before its claim ends one rescue and begins the next, in a row from `first_at`.
    """

    job_id: UUID
    attempt: int
    died_at: float
    first_at: float
    after_s: float | None = None
    in_a_row_s: float | None = None
    """Since the first death. Nobody promises that: it grows with every death."""


@dataclass
class Outcome:
    """`fired`: the strikes that were made, in their order; `faults`: how often each fault came to something."""

    seed: int
    fired: list[Strike] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    rescues: list[Rescue] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)

    @property
    def is_bounded(self) -> bool:
        """Whether nothing happened but deaths of planners, and of one watchdog at most: then a rescue is in time."""
        fired = Counter((strike.fault, strike.function) for strike in self.fired)
        return fired.keys() <= {("kill", "planner"), ("kill", "watchdog")} and fired["kill", "watchdog"] <= 1


class Run:
    """`strikes` and the number of `jobs` are drawn from the seed where they are not given."""

    def __init__(
        self,
        api: DataApi,
        dsn: str,
        seed: int,
        *,
        strikes: list[Strike] | None = None,
        jobs: int | None = None,
        track_progress: bool | None = None,
    ) -> None:
        self._random = Random(seed)
        self._waiting = draw(self._random) if strikes is None else list(strikes)
        self._jobs = jobs or self._random.choice([1, 1, 2])
        is_tracked = self._random.random() < 0.5 if track_progress is None else track_progress
        self.outcome = Outcome(seed)
        self.world = World(api, dsn, meddle=self._meddle, seed=seed, track_progress=is_tracked)
        self.calls: Counter[str] = Counter()
        """The most calls that a process of each function made."""
        self.user: User

    def __call__(self) -> Outcome:
        with self.world as world:
            self.user = User(world)
            for number in range(self._jobs):
                kind = JobType.PORTFOLIO if number == 0 else JobType.CHARTS
                if self.user.submit(f"key {number}", kind) is None:
                    self.user.submit(f"key {number}", kind)  # as a client does that got no answer
            try:
                world.until_quiet()
            except AssertionError as error:
                self.outcome.violations.append(str(error))
            self._look_for_rescues()
            self._judge()
        return self.outcome

    def _meddle(self, world: World, moment: Moment) -> None:
        self.calls[moment.function] = max(self.calls[moment.function], moment.call + 1)
        self._look_for_rescues()
        while strike := next((strike for strike in self._waiting if strike.is_at(moment)), None):
            self._waiting.remove(strike)  # first: others may strike within it
            self.outcome.fired.append(strike)
            has_happened = True
            try:
                has_happened = FAULTS[strike.fault](world, self.user, moment)
            except Killed:
                self._note_death(moment)
                raise
            finally:
                self.outcome.faults[strike.fault] += has_happened

    def _note_death(self, moment: Moment) -> None:
        if moment.function != "planner" or moment.message in POISON:
            return
        job_id = JobMessage.model_validate_json(moment.message).job_id
        found = self.world.sql.execute(
            "SELECT attempt FROM jobs WHERE id = %s AND status IN ('pending', 'running')", [job_id]
        ).fetchone()
        if found:
            now = self.world.now
            before = next((it for it in self.outcome.rescues if it.job_id == job_id and it.after_s is None), None)
            if before:
                before.after_s = now - before.died_at
            self.outcome.rescues.append(Rescue(job_id, found[0], now, before.first_at if before else now))

    def _look_for_rescues(self) -> None:
        for rescue in [rescue for rescue in self.outcome.rescues if rescue.after_s is None]:
            found = self.world.sql.execute("SELECT attempt, status FROM jobs WHERE id = %s", [rescue.job_id]).fetchone()
            if found is None or found[0] > rescue.attempt or found[1] in {"completed", "failed", "cancelled"}:
                rescue.after_s = self.world.now - rescue.died_at
                rescue.in_a_row_s = self.world.now - rescue.first_at

    def _judge(self) -> None:
        world, outcome = self.world, self.outcome
        jobs = self.user.jobs()
        outcome.violations += violations(world.sql, jobs)
        outcome.violations += [f"I1 an accepted job is gone: {job_id}" for job_id in self.user.accepted - set(jobs)]
        outcome.violations += [
            f"I1 rescued after {rescue.after_s} s: job {rescue.job_id}"
            for rescue in outcome.rescues
            if rescue.after_s is None or (outcome.is_bounded and rescue.after_s > RESCUED_WITHIN_S)
        ]
        if outcome.faults["poison"] > sum(body in POISON for body in world.queues.dead_letters):
            outcome.violations.append("I8 a poison message is no dead letter")
        outcome.faults.update(world.weather.fired)
        statuses = world.sql.execute("SELECT status FROM jobs WHERE user_id = %s", [self.user.id]).fetchall()
        outcome.statuses.update(status for (status,) in statuses)
