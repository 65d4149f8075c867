"""The faults that a run may meet, by name. Each acts at a moment of a process."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from uuid import UUID

from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from functions.shared.database.transport import NoAnswer, NotSent
from functions.shared.tasks import JobMessage
from tests.simulation.environments import Moment
from tests.simulation.fault_state import AGENT_TROUBLE, DATABASE_TROUBLE
from tests.simulation.functions import AGENTS
from tests.simulation.scheduler import Waiter
from tests.simulation.user import User
from tests.simulation.world import World

AGENT_NAMES = tuple(agent.name for agent in AGENTS)
POISON = ("not JSON", "{}", '{"job_id": "4711"}', '{"job_id": null}', "[" * 1000, '"' + "x" * 100_000)
_ENDPOINT = "https://service.us-east-1.amazonaws.com"

Act = Callable[[World, User, Moment], bool]
"""Returns whether it had an effect at once. Raises the exception that the process gets instead of a response."""


@dataclass(frozen=True)
class Strike:
    """A fault at one moment of a run: in the `number`-th invocation of a function, at one of its calls."""

    fault: str
    function: str
    number: int
    call: int
    when: str

    def is_at(self, moment: Moment) -> bool:
        where = (moment.function, moment.number, moment.call, moment.when)
        return where == (self.function, self.number, self.call, self.when)


def kill(world: World, user: User, moment: Moment) -> bool:
    world.kill(moment.environment)
    return True


def stall(shortest_s: float, longest_s: float) -> Act:
    """Stop the whole process while time passes."""

    def strike(world: World, user: User, moment: Moment) -> bool:
        _freeze(world, moment, world.random.uniform(shortest_s, longest_s))
        return True

    return strike


def out_of_time(world: World, user: User, moment: Moment) -> bool:
    """Stop the process until Lambda ends it."""
    _freeze(world, moment, moment.environment.ends_at - world.now + 1)
    return True


def slow_call(world: World, user: User, moment: Moment) -> bool:
    """Slow this call down, perhaps beyond its caller's deadline. Other threads of the process continue."""
    world.scheduler.sleep(min(world.random.uniform(1, 90), moment.timeout_s + 1))
    return True


def lose(world: World, user: User, moment: Moment) -> bool:
    """Lose the request or the response."""
    is_before = moment.when == "before"
    if moment.service == "database":
        raise NotSent("no connection") if is_before else NoAnswer("hung up")
    raise (EndpointConnectionError if is_before else ReadTimeoutError)(endpoint_url=_ENDPOINT)


def overlap(world: World, user: User, moment: Moment) -> bool:
    """For a while, statements about jobs begin and wait for a lock. Then they proceed together."""
    return world.statements.hold(user.jobs(), world.random.choice([0.05, 0.5, 5, 20]))


def database_is(trouble: str, shortest_s: float, longest_s: float, fault: str | None = None) -> Act:
    """The fault state counts the calls that this affects."""

    def strike(world: World, user: User, moment: Moment) -> bool:
        world.faults.database_is(trouble, world.random.uniform(shortest_s, longest_s), fault)
        return False

    return strike


def tracking_fails(world: World, user: User, moment: Moment) -> bool:
    """Fail all further writes of progress, the only statement with an `initial` document."""
    trouble = world.random.choice(sorted(DATABASE_TROUBLE))
    world.faults.database_is(trouble, 24 * 3600, "tracking fails", only=":initial")
    return False


def queues_are_away(world: World, user: User, moment: Moment) -> bool:
    world.faults.queues_are_away(world.random.uniform(1, 120))
    return False


def throttle(*functions: str) -> Act:
    """Throttle one of the functions for up to ten minutes. The fault state counts the calls that this affects."""

    def strike(world: World, user: User, moment: Moment) -> bool:
        world.faults.throttle(world.random.choice(functions), world.random.uniform(1, 600))
        return False

    return strike


def agents_will(trouble: str) -> Act:
    """Make one of the agents fail once or twice. The fault state counts the calls that this affects."""

    def strike(world: World, user: User, moment: Moment) -> bool:
        agent = world.random.choice([*AGENT_NAMES, "tagger"])
        world.faults.agent_will(agent, trouble, world.random.choice([1, 2]))
        return False

    return strike


def of_some_job(act: Callable[[User], Callable[[UUID], bool]]) -> Act:
    def strike(world: World, user: User, moment: Moment) -> bool:
        jobs = user.jobs()
        return bool(jobs) and act(user)(world.random.choice(jobs))

    return strike


def retry(world: World, user: User, moment: Moment) -> bool:
    """Retry a failed job, or one that its owner cancels first while its planner and agents keep working."""
    jobs = user.jobs()
    chosen = world.random.choice(jobs) if jobs else None
    return chosen is not None and (user.retry(chosen) or (user.cancel(chosen) and user.retry(chosen)))


def message_again(world: World, user: User, moment: Moment) -> bool:
    """Send a second message for some job, now or late."""
    if not (jobs := user.jobs()):
        return False
    queue = world.queues[world.random.choice(sorted(world.queues))]
    body = JobMessage(job_id=world.random.choice(jobs)).model_dump_json()
    queue.send(body, "", world.now, deliver_at=world.now + world.random.choice([0, 300]))
    world.look()
    return True


def message_twice(world: World, user: User, moment: Moment) -> bool:
    """Deliver the message that is being processed once more, at the same time."""
    return world.sources["planner"].deliver_again()


def lose_messages(world: World, user: User, moment: Moment) -> bool:
    """Delete the messages that wait for a planner. An operator sends them again later."""
    return world.queues["analysis-jobs"].purge(world.now) > 0


def poison(world: World, user: User, moment: Moment) -> bool:
    queue = world.queues[world.random.choice(sorted(world.queues))]
    queue.send(world.random.choice(POISON), "", world.now)
    world.look()
    return True


def same_key_again(world: World, user: User, moment: Moment) -> bool:
    keys = list(user.keys.items())
    for key, job_id in keys:
        again = user.submit(key)
        assert again in {None, job_id}, "I6: one key, one job"
    return bool(keys)


def submit_anew(world: World, user: User, moment: Moment) -> bool:
    """Cancel and delete a job and submit it under its key again, while its planner and agents keep working."""
    keys = sorted(user.keys)
    if not keys:
        return False
    key = world.random.choice(keys)
    job_id = user.keys[key]
    return user.cancel(job_id) and user.delete(job_id) and user.edit_portfolio() and user.submit(key) is not None


FAULTS: dict[str, Act] = {
    "kill": kill,
    "stall": stall(1, 50),
    "long stall": stall(60, 300),
    "out of time": out_of_time,
    "slow call": slow_call,
    "lost request or response": lose,
    "overlap": overlap,
    "database away": database_is("unreachable", 90, 1500, "database away"),
    "tracking fails": tracking_fails,
    "queues away": queues_are_away,
    "planner throttled": throttle("planner", "dead_letters"),
    "agents throttled": throttle(*AGENT_NAMES, "tagger"),
    "message again": message_again,
    "message twice": message_twice,
    "messages lost": lose_messages,
    "poison": poison,
    "same key": same_key_again,
    "cancel": of_some_job(lambda user: user.cancel),
    "retry": retry,
    "delete": of_some_job(lambda user: user.delete),
    "submit anew": submit_anew,
    "erase user": lambda world, user, moment: user.erase(),
    "edit portfolio": lambda world, user, moment: user.edit_portfolio(),
    **{f"database {trouble}": database_is(trouble, 1, 60) for trouble in DATABASE_TROUBLE},
    **{f"agent {trouble}": agents_will(trouble) for trouble in AGENT_TROUBLE},
}

#: A refused call is not retried, so a lease may expire and count as a failure. Other errors are waited out.
PASSING = tuple(trouble for trouble in DATABASE_TROUBLE if trouble != "refusing")
#: At any call, for exactly a minute: used by tests, never drawn.
MINUTES: dict[str, Act] = {f"a minute of database {trouble}": database_is(trouble, 60, 60) for trouble in PASSING}

#: One agent's throttling, also used by tests: runs draw the agent.
THROTTLED_AGENTS: dict[str, Act] = {f"{agent} throttled": throttle(agent) for agent in AGENT_NAMES}

FUNCTIONS = ("planner", "dead_letters", "api", *AGENT_NAMES, "tagger")
#: All faults, under the names by which they are counted.
NAMES = (
    *(fault for fault in FAULTS if fault != "agents throttled"),
    *(f"{function} killed" for function in FUNCTIONS),
    *THROTTLED_AGENTS,
)
#: If only these faults occur, every job completes and no failure is counted.
TRANSIENT = frozenset(
    {
        "overlap",
        "tracking fails",
        "queues away",
        "edit portfolio",
        *MINUTES,
        *(f"database {trouble}" for trouble in PASSING),
    }
)

#: About the maximum number of calls that an invocation of each function makes. (The tagger has no model to call.)
_CALLS = {"api": 3, "planner": 18, "dead_letters": 2, **dict.fromkeys(AGENT_NAMES, 3)}
#: Deaths, in all places, are the main subject.
_WEIGHTS = {"kill": 30.0, "lost request or response": 12.0, "overlap": 8.0, "message twice": 6.0, "erase user": 0.5}


def certain(name: str) -> list[Strike]:
    """The strikes that cause a fault in every otherwise undisturbed run."""
    function = name.removesuffix(" killed")
    if function in FUNCTIONS:
        first = [Strike("poison", "planner", 0, 1, "after")] if function == "dead_letters" else []
        return [*first, Strike("kill", function, 0, -1, "start")]
    if name == "planner throttled":
        return [Strike(name, "api", 0, 1, "after")]
    call = 1 if name in {"delete", "message twice"} else 3
    strike = Strike(name, "planner", 0, call, "after")
    return [Strike("cancel", "planner", 0, 0, "after"), strike] if name == "delete" else [strike]


def draw(random: Random) -> list[Strike]:
    """Draw the faults of one run, one to four."""
    weights = [_WEIGHTS.get(fault, 2) for fault in FAULTS]
    faults = random.choices(list(FAULTS), weights, k=random.choice([1, 1, 2, 3, 4]))
    return [_place(fault, random) for fault in faults]


def _place(fault: str, random: Random) -> Strike:
    if fault == "kill" and random.random() < 0.1:
        return Strike(fault, random.choice(["planner"] * 6 + list(FUNCTIONS)), random.choice([0, 0, 1]), -1, "start")
    function = random.choice(["planner"] * 6 + ["dead_letters", "api", *AGENT_NAMES])
    call = random.randrange(_CALLS[function])
    number = random.choice([0, 0, 0, 1, 2])
    return Strike(fault, function, number, call, random.choice(["before", "after"]))


def _freeze(world: World, moment: Moment, seconds: float) -> None:
    moment.environment.freeze()
    world.scheduler.at(world.now + seconds, moment.environment.thaw)
    Waiter(world.scheduler).wait(0)
