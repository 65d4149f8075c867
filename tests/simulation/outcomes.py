"""How a job of the simulation ran, read from the database once everything is quiet."""

from uuid import UUID

from tests.simulation.invariants import violations
from tests.simulation.world import Conditions, World

HOUR_S = 3600


SLOW = Conditions(agents_take_s=150)


def job(world: World, job_id: UUID) -> tuple[str, int, int]:
    """The job's status, attempts and failures once everything is quiet. No invariant is broken."""
    assert world.until_quiet(24 * HOUR_S)
    assert violations(world.sql, [job_id]) == []
    assert not any(queue.messages for queue in world.queues.values())
    found: tuple[str, int, int] | None = world.sql.execute(
        "SELECT status, attempt, failures FROM jobs WHERE id = %s", [job_id]
    ).fetchone()
    assert found is not None
    return found


def ended_at(world: World, job_id: UUID) -> float:
    found = world.sql.execute(
        "SELECT extract(epoch FROM completed_at - created_at)::float FROM jobs WHERE id = %s", [job_id]
    ).fetchone()
    assert found is not None
    seconds: float = found[0]
    return seconds


def claims(world: World, job_id: UUID) -> list[float]:
    """When the job was claimed, in seconds after its submission."""
    found = world.sql.execute(
        "SELECT extract(epoch FROM at - created_at)::float FROM job_events JOIN jobs ON id = job_id"
        " WHERE job_id = %s AND kind = 'claimed' ORDER BY seq",
        [job_id],
    )
    return [seconds for (seconds,) in found.fetchall()]
