"""The faults that a run may meet, by name: what each does at a moment of a process."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from uuid import UUID

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

Act = Callable[[World, User, Moment], bool]
"""Whether anything came of it at once. Raises what a process dies of, or gets in place of an answer."""


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


def kill(world: World, user: User, moment: Moment) -> bool:
    raise Killed(moment.function)


def stall(shortest_s: float, longest_s: float) -> Act:
    """The process stands still, the world goes on."""

    def strike(world: World, user: User, moment: Moment) -> bool:
        world.pass_time(world.random.uniform(shortest_s, longest_s))
        return True

    return strike


def out_of_time(world: World, user: User, moment: Moment) -> bool:
    process = world.running
    world.pass_time(world.random.uniform(600, 700))
    return process.seconds_left <= 0


def lose(world: World, user: User, moment: Moment) -> bool:
    """The call does not arrive, or its answer does not."""
    is_before = moment.when == "before"
    if moment.service == "database":
        raise NotSent("no connection") if is_before else NoAnswer("hung up")
    raise (EndpointConnectionError if is_before else ReadTimeoutError)(endpoint_url=_ENDPOINT)


def database_is(trouble: str, shortest_s: float, longest_s: float, fault: str | None = None) -> Act:
    """The weather counts the calls that meet it."""

    def strike(world: World, user: User, moment: Moment) -> bool:
        world.weather.database_is(trouble, world.now + world.random.uniform(shortest_s, longest_s), fault)
        return False

    return strike


def agents_will(trouble: str) -> Act:
    """One of the agents, once or twice; the weather counts the calls that meet it."""

    def strike(world: World, user: User, moment: Moment) -> bool:
        agent = world.random.choice([*AGENTS, "tagger"])
        world.weather.agent_will(agent, trouble, world.random.choice([1, 2]))
        return False

    return strike


def of_some_job(act: Callable[[User], Callable[[UUID], bool]]) -> Act:
    def strike(world: World, user: User, moment: Moment) -> bool:
        jobs = user.jobs()
        return bool(jobs) and act(user)(world.random.choice(jobs))

    return strike


def retry(world: World, user: User, moment: Moment) -> bool:
    """One that failed, or one that its owner cancels first: what worked on it goes on meanwhile."""
    jobs = user.jobs()
    chosen = world.random.choice(jobs) if jobs else None
    return chosen is not None and (user.retry(chosen) or (user.cancel(chosen) and user.retry(chosen)))


def send_again(world: World, user: User, moment: Moment) -> bool:
    """A message of some job comes twice, or late."""
    if not (jobs := user.jobs()):
        return False
    body = JobMessage(job_id=world.random.choice(jobs)).model_dump_json()
    world.queues.send(
        world.random.choice(["analysis-jobs", "watchdog"]), body, world.now, world.random.choice([0, 300])
    )
    return True


def lose_messages(world: World, user: User, moment: Moment) -> bool:
    """What waits for a planner is gone."""
    messages = world.queues.by_name["analysis-jobs"].messages
    lost = len(messages)
    messages.clear()
    return lost > 0


def poison(world: World, user: User, moment: Moment) -> bool:
    queue = world.random.choice(sorted(world.queues.by_name))
    world.queues.send(queue, world.random.choice(POISON), world.now)
    return True


def same_key_again(world: World, user: User, moment: Moment) -> bool:
    keys = list(user.keys.items())
    for key, job_id in keys:
        again = user.submit(key)
        assert again in {None, job_id}, "I6: one key, one job"
    return bool(keys)


FAULTS: dict[str, Act] = {
    "kill": kill,
    "stall": stall(1, 50),
    "long stall": stall(60, 300),
    "out of time": out_of_time,
    "lost call or answer": lose,
    "database away": database_is("unreachable", 90, 1500, "database away"),
    "message again": send_again,
    "messages lost": lose_messages,
    "poison": poison,
    "same key": same_key_again,
    "cancel": of_some_job(lambda user: user.cancel),
    "retry": retry,
    "delete": of_some_job(lambda user: user.delete),
    "erase user": lambda world, user, moment: user.erase(),
    "edit portfolio": lambda world, user, moment: user.edit_portfolio(),
    **{f"database {trouble}": database_is(trouble, 1, 40) for trouble in DATABASE_TROUBLE},
    **{f"agent {trouble}": agents_will(trouble) for trouble in AGENT_TROUBLE},
}

FUNCTIONS = ("planner", "watchdog", "api", *AGENTS, "tagger")
#: All that may happen, under the names by which it is counted.
NAMES = (*FAULTS, *(f"{function} killed" for function in FUNCTIONS))

#: How many calls a process of each function makes at most, or close to it. (The tagger has no model to call.)
_CALLS = {"api": 4, "planner": 11, "watchdog": 3, **dict.fromkeys(AGENTS, 2)}
#: Dying is what this is about, in all its places.
_WEIGHTS = {"kill": 30, "lost call or answer": 12, "erase user": 0.5}


def certain(name: str) -> list[Strike]:
    """Strikes by which it happens in every run that nothing else disturbs."""
    function = name.removesuffix(" killed")
    if function in FUNCTIONS:
        return [Strike("kill", function, 0, -1, "start")]
    strike = Strike(name, "planner", 0, 1, "after")
    return [Strike("cancel", "planner", 0, 0, "after"), strike] if name == "delete" else [strike]


def draw(random: Random) -> list[Strike]:
    """The faults of one run, one to four."""
    weights = [_WEIGHTS.get(fault, 2) for fault in FAULTS]
    faults = random.choices(list(FAULTS), weights, k=random.choice([1, 1, 2, 3, 4]))
    return [_place(fault, random) for fault in faults]


def _place(fault: str, random: Random) -> Strike:
    if fault == "kill" and random.random() < 0.1:
        return Strike(fault, random.choice(["planner"] * 6 + list(FUNCTIONS)), random.choice([0, 0, 1]), -1, "start")
    function = random.choice(["planner"] * 6 + ["watchdog"] * 2 + ["api", *AGENTS])
    call = random.randrange(_CALLS[function])
    number = random.choice([0, 0, 0, 1, 2])
    return Strike(fault, function, number, call, random.choice(["before", "after"]))
