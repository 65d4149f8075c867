"""The faults that a run may meet, by name: each acts at a moment of a process."""

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
"""Returns whether anything came of it at once. Raises what the process gets in place of a response."""


@dataclass(frozen=True)
class Strike:
    """A fault at one moment of a run: of the `number`-th invocation of a function, at one of its calls."""

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
    """The whole process stands still, and time goes on."""

    def strike(world: World, user: User, moment: Moment) -> bool:
        _freeze(world, moment, world.random.uniform(shortest_s, longest_s))
        return True

    return strike


def out_of_time(world: World, user: User, moment: Moment) -> bool:
    """It stands still until Lambda ends it."""
    _freeze(world, moment, moment.environment.ends_at - world.now + 1)
    return True


def slow_call(world: World, user: User, moment: Moment) -> bool:
    """This call takes its time, perhaps more than its caller has; other threads of the process go on."""
    world.scheduler.sleep(min(world.random.uniform(1, 90), moment.timeout_s + 1))
    return True


def lose(world: World, user: User, moment: Moment) -> bool:
    """The request does not arrive, or the response does not."""
    is_before = moment.when == "before"
    if moment.service == "database":
        raise NotSent("no connection") if is_before else NoAnswer("hung up")
    raise (EndpointConnectionError if is_before else ReadTimeoutError)(endpoint_url=_ENDPOINT)


def overlap(world: World, user: User, moment: Moment) -> bool:
    """For a while, statements about jobs begin and wait for a lock; then they go on together."""
    return world.statements.hold(user.jobs(), world.random.choice([0.05, 0.5, 5, 20]))


def database_is(trouble: str, shortest_s: float, longest_s: float, fault: str | None = None) -> Act:
    """The fault state counts the calls that meet it."""

    def strike(world: World, user: User, moment: Moment) -> bool:
        world.faults.database_is(trouble, world.random.uniform(shortest_s, longest_s), fault)
        return False

    return strike


def tracking_fails(world: World, user: User, moment: Moment) -> bool:
    """No write of progress succeeds anymore. Its statement alone has an `initial` document."""
    trouble = world.random.choice(sorted(DATABASE_TROUBLE))
    world.faults.database_is(trouble, 24 * 3600, "tracking fails", only=":initial")
    return False


def queues_are_away(world: World, user: User, moment: Moment) -> bool:
    world.faults.queues_are_away(world.random.uniform(1, 120))
    return False


def throttle(*functions: str) -> Act:
    """One of the functions, for up to ten minutes; the fault state counts the calls that meet it."""

    def strike(world: World, user: User, moment: Moment) -> bool:
        world.faults.throttle(world.random.choice(functions), world.random.uniform(1, 600))
        return False

    return strike


def agents_will(trouble: str) -> Act:
    """One of the agents, once or twice; the fault state counts the calls that meet it."""

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
    """One that failed, or one that its owner cancels first: its planner and agents go on meanwhile."""
    jobs = user.jobs()
    chosen = world.random.choice(jobs) if jobs else None
    return chosen is not None and (user.retry(chosen) or (user.cancel(chosen) and user.retry(chosen)))


def message_again(world: World, user: User, moment: Moment) -> bool:
    """A second message of some job, now or late."""
    if not (jobs := user.jobs()):
        return False
    queue = world.queues[world.random.choice(sorted(world.queues))]
    body = JobMessage(job_id=world.random.choice(jobs)).model_dump_json()
    queue.send(body, "", world.now, deliver_at=world.now + world.random.choice([0, 300]))
    world.look()
    return True


def message_twice(world: World, user: User, moment: Moment) -> bool:
    """The message that is being processed is delivered once more, at the same time."""
    return world.sources["planner"].deliver_again()


def lose_messages(world: World, user: User, moment: Moment) -> bool:
    """What waits for a planner is gone. An operator will send it again."""
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
    """A job is cancelled, deleted and submitted under its key again, while its planner and agents go on."""
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

#: A call that is refused is not retried, so that a lease may expire and count as a failure; other errors are waited
#: out.
PASSING = tuple(trouble for trouble in DATABASE_TROUBLE if trouble != "refusing")
#: At any call, for exactly a minute: a test's own choice, never drawn.
MINUTES: dict[str, Act] = {f"a minute of database {trouble}": database_is(trouble, 60, 60) for trouble in PASSING}

#: One agent's throttling, also a test's own choice: runs draw the agent.
THROTTLED_AGENTS: dict[str, Act] = {f"{agent} throttled": throttle(agent) for agent in AGENT_NAMES}

FUNCTIONS = ("planner", "dead_letters", "api", *AGENT_NAMES, "tagger")
#: Everything that may happen, under the names by which it is counted.
NAMES = (
    *(fault for fault in FAULTS if fault != "agents throttled"),
    *(f"{function} killed" for function in FUNCTIONS),
    *THROTTLED_AGENTS,
)
#: After these alone, every job completes, and no failure is counted.
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

#: How many calls an invocation of each function makes at most, or close to it. (The tagger has no model to call.)
_CALLS = {"api": 3, "planner": 18, "dead_letters": 2, **dict.fromkeys(AGENT_NAMES, 3)}
#: Dying is the main subject, in all its places.
_WEIGHTS = {"kill": 30.0, "lost request or response": 12.0, "overlap": 8.0, "message twice": 6.0, "erase user": 0.5}


def certain(name: str) -> list[Strike]:
    """Strikes by which it happens in every run that nothing else disturbs."""
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
    """The faults of one run, one to four."""
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
