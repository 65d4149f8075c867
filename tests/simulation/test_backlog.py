"""Many jobs in the queue: the short form of scripts/benchmarks/backlog.py."""

from tests.simulation.backlog import simulate
from tests.simulation.database import SimulatedDatabase

MINUTE_S = 60


def test_new_user_starts_soon_despite_backlog_of_another_user(database: SimulatedDatabase) -> None:
    backlog = simulate(database, ["owner"] * 60, newcomer_after_s=5 * MINUTE_S, most_s=12 * MINUTE_S)

    assert backlog.newcomer_wait_s <= 3 * backlog.job_s
    assert backlog.longest_wait_s > 6 * backlog.job_s


def test_backlog_of_many_users_fails_no_job_and_wastes_no_planner(database: SimulatedDatabase) -> None:
    users = [f"user {number // 3}" for number in range(30)]

    backlog = simulate(database, users, newcomer_after_s=MINUTE_S, most_s=24 * 3600)

    assert backlog.jobs == 31
    assert (backlog.failed, backlog.duplicate_messages, backlog.idle_calls) == (0, 0, 0)
