"""The faults that a run may meet, by name: what each does at a moment of a process."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from functions.shared.database.transport import NoAnswer, NotSent
from functions.shared.plans import PLANS, JobType
from functions.shared.tasks import JobMessage
from scripts.simulation.processes import Killed, Moment
from scripts.simulation.user import User
from scripts.simulation.weather import AGENT_TROUBLE, DATABASE_TROUBLE
from scripts.simulation.world import World

AGENTS = tuple(agent.name for agent in PLANS[JobType.PORTFOLIO])
POISON = ("not JSON", "{}", '{"job_id": "4711"}', '{"job_id": null}', "[" * 1000, '"' + "x" * 100_000)
_ENDPOINT = "https://sqs.us-east-1.amazonaws.com"


@dataclass(frozen=True)
class Strike:
    """A fault at one moment of a run: of the `number`-th process of a function, at a call of its."""

    fault: str
    function: str
    number: int
    call: int
    when: str

    def is_at(self, moment: Moment) -> bool:
        where = (moment.function, moment.number, moment.call, moment.when)
        return where == (self.function, self.number, self.call, self.when)


def kill(world: World, user: User, moment: Moment) -> None:
    raise Killed(moment.function)


def stall(shortest_s: float, longest_s: float) -> Callable[[World, User, Moment], None]:
    """The process stands still, the world goes on."""
    return lambda world, user, moment: world.pass_time(world.random.uniform(shortest_s, longest_s))


def lose(world: World, user: User, moment: Moment) -> None:
    """The call does not arrive, or its answer does not."""
    is_before = moment.when == "before"
    if moment.service == "database":
        raise NotSent("no connection") if is_before else NoAnswer("hung up")
    raise (EndpointConnectionError if is_before else ReadTimeoutError)(endpoint_url=_ENDPOINT)


def database_is(trouble: str) -> Callable[[World, User, Moment], None]:
    return lambda world, user, moment: world.weather.database_is(trouble, world.now + world.random.uniform(1, 40))


def database_away(world: World, user: User, moment: Moment) -> None:
    world.weather.database_is("unreachable", world.now + world.random.uniform(90, 1500))


def agents_will(trouble: str) -> Callable[[World, User, Moment], None]:
    """One of the agents, once or twice."""
    return lambda world, user, moment: world.weather.agent_will(
        world.random.choice([*AGENTS, "tagger"]), trouble, world.random.choice([1, 2])
    )


def of_some_job(act: Callable[[User], Callable[..., object]]) -> Callable[[World, User, Moment], None]:
    def strike(world: World, user: User, moment: Moment) -> None:
        if jobs := user.jobs():
            act(user)(world.random.choice(jobs))

    return strike


def send_again(world: World, user: User, moment: Moment) -> None:
    """A message of some job comes twice, or late."""
    if jobs := user.jobs():
        body = JobMessage(job_id=world.random.choice(jobs)).model_dump_json()
        queue = world.random.choice(["analysis-jobs", "watchdog"])
        world.queues.send(queue, body, world.now, world.random.choice([0, 300]))


def lose_messages(world: World, user: User, moment: Moment) -> None:
    """What waits for a planner is gone."""
    world.queues.by_name["analysis-jobs"].messages.clear()


def poison(world: World, user: User, moment: Moment) -> None:
    queue = world.random.choice(sorted(world.queues.by_name))
    world.queues.send(queue, world.random.choice(POISON), world.now)


def same_key_again(world: World, user: User, moment: Moment) -> None:
    for key, job_id in list(user.keys.items()):
        again = user.submit(key)
        assert again in {None, job_id}, "I6: one key, one job"


FAULTS: dict[str, Callable[[World, User, Moment], None]] = {
    "kill": kill,
    "stall": stall(1, 50),
    "long stall": stall(60, 300),
    "out of time": stall(600, 700),
    "lost call or answer": lose,
    "database away": database_away,
    "message again": send_again,
    "messages lost": lose_messages,
    "poison": poison,
    "same key": same_key_again,
    "cancel": of_some_job(lambda user: user.cancel),
    "retry": of_some_job(lambda user: user.retry),
    "delete": of_some_job(lambda user: user.delete),
    "erase user": lambda world, user, moment: user.erase(),
    "edit portfolio": lambda world, user, moment: user.edit_portfolio(),
    **{f"database {trouble}": database_is(trouble) for trouble in DATABASE_TROUBLE},
    **{f"agent {trouble}": agents_will(trouble) for trouble in AGENT_TROUBLE},
}

#: How many calls a process of each function makes at most, or close to it.
_CALLS = {"api": 4, "planner": 11, "watchdog": 3, "tagger": 1, **dict.fromkeys(AGENTS, 2)}
#: Dying is what this is about, in all its places.
_WEIGHTS = {"kill": 30, "lost call or answer": 12, "erase user": 0.5}


def draw(random: Random) -> list[Strike]:
    """The faults of one run, one to four."""
    weights = [_WEIGHTS.get(fault, 2) for fault in FAULTS]
    faults = random.choices(list(FAULTS), weights, k=random.choice([1, 1, 2, 3, 4]))
    return [_place(fault, random) for fault in faults]


def _place(fault: str, random: Random) -> Strike:
    function = random.choice(["planner"] * 6 + ["watchdog"] * 2 + ["api", *AGENTS])
    if fault == "kill" and random.random() < 0.1:
        return Strike(fault, function, random.choice([0, 0, 1]), -1, "start")
    call = random.randrange(_CALLS[function])
    number = random.choice([0, 0, 0, 1, 2])
    return Strike(fault, function, number, call, random.choice(["before", "after"]))
