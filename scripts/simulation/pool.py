"""The planner's threads in simulated time: what is submitted takes its time, and happens when that is over."""

from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures._base import DoneAndNotDoneFutures
from typing import Any

from scripts.simulation.processes import Process


class Task(Future[Any]):
    """A call that ends at `due`."""

    def __init__(self, due: float, call: Callable[[], Any]) -> None:
        super().__init__()
        self.due = due
        self._call = call

    def run(self) -> None:
        try:
            self.set_result(self._call())
        except BaseException as error:
            self.set_exception(error)


class SimulatedTime:
    """What the pool needs of the world."""

    now: float

    def pass_time(self, seconds: float) -> None: ...

    def takes_s(self) -> float:
        """How long the next task takes."""
        raise NotImplementedError

    def leave_behind(self, task: Task, process: Process) -> None:
        """Nobody waits for the task any more, which is at work elsewhere: it happens all the same."""
        raise NotImplementedError


class SimulatedPool:
    """In place of ThreadPoolExecutor."""

    def __init__(self, world: SimulatedTime, process: Process) -> None:
        self._world = world
        self._process = process
        self._tasks: list[Task] = []

    def submit(self, call: Callable[..., Any], *args: Any, **kwargs: Any) -> Task:
        task = Task(self._world.now + self._world.takes_s(), lambda: call(*args, **kwargs))
        self._tasks.append(task)
        return task

    def shutdown(self, **_: bool) -> None:
        for task in self._tasks:
            if not task.done():
                self._world.leave_behind(task, self._process)


def wait(
    world: SimulatedTime, process: Process, tasks: set[Task], timeout: float, return_when: str
) -> DoneAndNotDoneFutures[Any]:
    """In place of concurrent.futures.wait: until the first is done, or for `timeout`."""
    done: set[Future[Any]] = {task for task in tasks if task.done()}
    if not done:
        first = min(tasks, key=lambda task: task.due)
        world.pass_time(max(0, min(timeout, first.due - world.now)))
        process.check()
        if first.due <= world.now:
            first.run()
            done = {first}
    return DoneAndNotDoneFutures(done, {task for task in tasks if task not in done})
