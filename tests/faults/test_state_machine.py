"""Planners, agents, the watchdog and the owner in any order, two planners on one job included; chosen by hypothesis.

A rule that can be interrupted lets other things happen in the middle, at a call to AWS. After each rule everything that
must hold always is looked at, and at the end all that must hold when all is quiet. The clock is the database's, and is
moved rather than waited for.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from scripts.local.data_api import DataApi
from scripts.simulation.invariants import CHECKS, violations
from scripts.simulation.processes import Killed, Moment
from scripts.simulation.strikes import AGENTS
from scripts.simulation.user import User
from scripts.simulation.weather import AGENT_TROUBLE, DATABASE_TROUBLE
from scripts.simulation.world import World

ENDED = {"completed", "failed", "cancelled"}
#: What may happen while a process is suspended. The stalls are longer than a lease: another planner takes the job.
MEANWHILE = ("nothing", "die", "a minute", "two minutes", "cancel", "retry", "delete", "edit", "message")
FIRED: Counter[str] = Counter()


class Orchestration(RuleBasedStateMachine):
    """`simulated` is set by the test."""

    simulated: tuple[DataApi, str]

    @initialize(seed=st.integers(0, 2**32), track_progress=st.booleans())
    def begin(self, seed: int, *, track_progress: bool) -> None:
        self.world = World(*self.simulated, meddle=self.meddle, seed=seed, track_progress=track_progress)
        self.world.__enter__()
        self.user = User(self.world)
        self.interruption: tuple[int, str, str] | None = None
        self.calls = 0
        self.ended: dict[UUID, Any] = {}
        self.user.submit()

    def meddle(self, world: World, moment: Moment) -> None:
        if moment.when == "before":
            self.calls += 1
        if self.interruption is None or (self.calls, moment.when) != self.interruption[:2]:
            return
        what, self.interruption = self.interruption[2], None
        FIRED[what] += 1
        if what == "die":
            raise Killed(moment.function)
        self.meanwhile(what)

    def meanwhile(self, what: str) -> None:
        jobs = self.user.jobs()
        act: dict[str, Callable[[], object]] = {
            "a minute": lambda: self.world.pass_time(65),
            "two minutes": lambda: self.world.pass_time(130),
            "edit": self.user.edit_portfolio,
        }
        if what in act:
            act[what]()
        elif jobs and what == "message":
            self.world.queues.send("analysis-jobs", f'{{"job_id": "{self.world.random.choice(jobs)}"}}', self.world.now)
        elif jobs and what in {"cancel", "retry", "delete"}:
            getattr(self.user, what)(self.world.random.choice(jobs))

    @rule(
        call=st.integers(1, 6),
        when=st.sampled_from(["before", "after"]),
        what=st.sampled_from(MEANWHILE),
        seconds=st.sampled_from([30, 70, 200]),
    )
    def time_passes(self, call: int, when: str, what: str, seconds: float) -> None:
        """Whatever is due in it is delivered; at one of the calls something else happens."""
        self.calls, self.interruption = 0, (call, when, what)
        self.world.pass_time(seconds)
        self.interruption = None

    @rule(call=st.integers(1, 8), when=st.sampled_from(["before", "after"]))
    def a_process_dies(self, call: int, when: str) -> None:
        self.time_passes(call=call, when=when, what="die", seconds=75)

    @rule(call=st.integers(1, 8), when=st.sampled_from(["before", "after"]))
    def a_process_outlives_its_lease(self, call: int, when: str) -> None:
        self.time_passes(call=call, when=when, what="two minutes", seconds=75)

    @rule(key=st.sampled_from(["a", "b", None]))
    def submit(self, key: str | None) -> None:
        known = self.user.keys.get(key) if key else None
        job_id = self.user.submit(key)
        assert known is None or job_id in {None, known}, "I6"

    @rule(act=st.sampled_from(["cancel", "retry", "delete"]))
    def the_owner_acts(self, act: str) -> None:
        self.meanwhile(act)

    @rule(agent=st.sampled_from([*AGENTS, "tagger"]), trouble=st.sampled_from(sorted(AGENT_TROUBLE)))
    def an_agent_will_misbehave(self, agent: str, trouble: str) -> None:
        self.world.weather.agent_will(agent, trouble)

    @rule(trouble=st.sampled_from(sorted(DATABASE_TROUBLE)), seconds=st.sampled_from([1, 20, 120]))
    def the_database_is_away(self, trouble: str, seconds: float) -> None:
        self.world.weather.database_is(trouble, self.world.now + seconds)

    @invariant()
    def what_has_ended_stays_as_it_is(self) -> None:
        for job_id, status, row in self.world.sql.execute(
            "SELECT id, status, to_jsonb(jobs) FROM jobs WHERE user_id = %s", [self.user.id]
        ).fetchall():
            before = self.ended.get(job_id)
            if before is not None and before["attempts_allowed"] == row["attempts_allowed"]:
                assert row == before, "I2: a job changed after its end"
            if status in ENDED:
                self.ended[job_id] = row

    @invariant()
    def what_must_always_hold_holds(self) -> None:
        always = [name for name in CHECKS if not name.startswith("I1")]
        broken = violations(self.world.sql, self.user.jobs())
        assert [line for line in broken if line.startswith(tuple(always))] == []

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        try:
            self.what_has_ended_stays_as_it_is()
            self.world.until_quiet()
            self.what_has_ended_stays_as_it_is()
            assert violations(self.world.sql, self.user.jobs()) == []
            assert self.user.accepted <= set(self.user.jobs())
            FIRED.update(self.world.weather.fired)
        finally:
            self.world.__exit__(None, None, None)


@pytest.mark.timeout(300)
def test_in_whatever_order_things_happen_every_invariant_holds(simulated: tuple[DataApi, str]) -> None:
    FIRED.clear()
    Orchestration.simulated = simulated

    run_state_machine_as_test(
        Orchestration,
        settings=settings(
            max_examples=15,
            stateful_step_count=14,
            derandomize=True,  # so that the faults counted below always happen
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

    told = f"what happened: {dict(FIRED)}"
    assert FIRED.keys() >= {"die", "two minutes"}, told
    assert sum(name.startswith("agent ") for name in FIRED) >= 3, told
