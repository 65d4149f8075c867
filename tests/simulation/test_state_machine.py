"""Planners, agents, the dead-letter consumer and the owner in any order, including two planners on one job.

Hypothesis chooses. A rule may schedule another event at one of the next calls to AWS. After each rule, the invariants
that always hold are checked; at the end, those that hold once everything is quiet.
"""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.simulation.database import SimulatedDatabase
from tests.simulation.environments import Moment
from tests.simulation.fault_injection import AGENT_NAMES
from tests.simulation.fault_state import AGENT_TROUBLE, DATABASE_TROUBLE
from tests.simulation.invariants import CHECKS, violations
from tests.simulation.progress_over_time import progress_violations
from tests.simulation.scheduler import Waiter
from tests.simulation.user import User
from tests.simulation.world import Conditions, World

ENDED = {"completed", "failed", "cancelled"}
#: Events that may happen at a call. The stalls are longer than a lease, so another planner claims the job.
MEANWHILE = ("nothing", "die", "a minute", "two minutes", "cancel", "retry", "edit", "twice", "overlap", "bury")
FIRED: Counter[str] = Counter()


class Orchestration(RuleBasedStateMachine):
    """`database` is set by the test."""

    database: SimulatedDatabase

    @initialize(seed=st.integers(0, 2**32))
    def begin(self, seed: int) -> None:
        self.world = World(self.database, Conditions.drawn(seed), self.meddle)
        self.world.__enter__()
        self.user = User(self.world)
        self.interruption: tuple[int, str, str] | None = None
        self.calls = 0
        self.ended: dict[UUID, Any] = {}
        self.user.insist("first")

    def meddle(self, moment: Moment) -> None:
        if moment.when == "before":
            self.calls += 1
        if self.interruption is None or (self.calls, moment.when) != self.interruption[:2]:
            return
        what, self.interruption = self.interruption[2], None
        FIRED[what] += 1
        match what:
            case "die":
                self.world.kill(moment.environment)
            case "a minute" | "two minutes":
                moment.environment.freeze()
                seconds = 65 if what == "a minute" else 130
                self.world.scheduler.at(self.world.now + seconds, moment.environment.thaw)
                Waiter(self.world.scheduler).wait(0)
            case _:
                self.meanwhile(what)

    def meanwhile(self, what: str) -> None:
        jobs, world = self.user.jobs(), self.world
        act: dict[str, Callable[[], object]] = {
            "edit": self.user.edit_portfolio,
            "twice": world.sources["planner"].deliver_again,
            "overlap": lambda: world.statements.hold(jobs, 5),
            "bury": self.bury,
            **{name: partial(self.for_some_job, name, jobs) for name in ("cancel", "retry", "delete")},
        }
        if what in act:
            act[what]()

    def bury(self) -> None:
        """Messages become dead letters, even while a process works on them."""
        queue = self.world.queues["analysis-jobs"]
        for message in list(queue.messages.values()):
            queue.move_to_dead_letters(message, self.world.now)
        self.world.look()

    def for_some_job(self, act: str, jobs: list[UUID]) -> None:
        if jobs:
            getattr(self.user, act)(self.world.random.choice(jobs))

    @rule(
        call=st.integers(1, 10),
        when=st.sampled_from(["before", "after"]),
        what=st.sampled_from(MEANWHILE),
        seconds=st.sampled_from([5, 30, 70, 200]),
    )
    def time_passes(self, call: int, when: str, what: str, seconds: float) -> None:
        """Everything due happens, and another event at one of the calls."""
        self.calls, self.interruption = 0, (call, when, what)
        self.world.scheduler.pass_time(seconds)
        self.interruption = None

    @rule(call=st.integers(1, 10), when=st.sampled_from(["before", "after"]))
    def a_process_dies(self, call: int, when: str) -> None:
        self.time_passes(call=call, when=when, what="die", seconds=75)

    @rule(call=st.integers(1, 10), when=st.sampled_from(["before", "after"]))
    def a_process_outlives_its_lease(self, call: int, when: str) -> None:
        self.time_passes(call=call, when=when, what="two minutes", seconds=75)

    @rule(call=st.integers(1, 10), when=st.sampled_from(["before", "after"]))
    def two_planners_get_one_message(self, call: int, when: str) -> None:
        self.time_passes(call=call, when=when, what="twice", seconds=75)

    @rule(key=st.sampled_from(["first", "second", "third"]))
    def submit(self, key: str) -> None:
        known = self.user.keys.get(key)
        assert self.user.submit(key) in {None, known or self.user.keys.get(key)}, "I6"

    @rule(act=st.sampled_from(["cancel", "retry", "delete", "twice", "bury"]))
    def something_happens(self, act: str) -> None:
        self.meanwhile(act)

    @rule(agent=st.sampled_from([*AGENT_NAMES, "tagger"]), trouble=st.sampled_from(sorted(AGENT_TROUBLE)))
    def an_agent_will_misbehave(self, agent: str, trouble: str) -> None:
        self.world.faults.agent_will(agent, trouble)

    @rule(trouble=st.sampled_from(sorted(DATABASE_TROUBLE)), seconds=st.sampled_from([1, 20, 120]))
    def the_database_is_away(self, trouble: str, seconds: float) -> None:
        self.world.faults.database_is(trouble, seconds)

    @invariant()
    def ended_jobs_never_change(self) -> None:
        for job_id, status, row in self.world.sql.execute("SELECT id, status, to_jsonb(jobs) FROM jobs").fetchall():
            before = self.ended.get(job_id)
            if before is not None and (before["round"], before["created_at"]) == (row["round"], row["created_at"]):
                assert row == before, "I2: a job changed after its end"
            if status in ENDED:
                self.ended[job_id] = row

    @invariant()
    def permanent_invariants_hold(self) -> None:
        always = tuple(name for name in CHECKS if name != "I1 every job has ended")
        broken = violations(self.world.sql, self.user.jobs())
        assert [line for line in broken if line.startswith((*always, "I4"))] == []

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        try:
            assert self.world.until_quiet(12 * 3600), "I1"
            self.ended_jobs_never_change()
            jobs = self.user.jobs()
            assert violations(self.world.sql, jobs) == []
            assert progress_violations(self.world.sql, jobs) == []
            assert self.user.accepted <= set(jobs)
            assert not any(queue.messages for queue in self.world.queues.values()), "I8"
            FIRED.update(self.world.faults.fired)
        finally:
            self.world.__exit__(None, None, None)


def test_every_invariant_holds_in_any_order_of_events(database: SimulatedDatabase) -> None:
    FIRED.clear()
    Orchestration.database = database

    run_state_machine_as_test(
        Orchestration,
        settings=settings(
            max_examples=15,
            stateful_step_count=14,
            suppress_health_check=list(HealthCheck),
        ),
    )

    counted = f"what happened: {dict(FIRED)}"
    assert FIRED.keys() >= {"die", "two minutes", "twice"}, counted
    assert sum(name.startswith("agent ") for name in FIRED) >= 3, counted
