"""Child processes of the local stack: started in a session of their own, waited for, stopped without a trace.

A parent that is killed can't stop its children. So each child stands in a registry file until it is stopped, with the
parent that started it; the next start ends those whose parent is gone.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

POLL_S = 0.01
KILL_S = 5.0
LOG_LINES = 20
CHILD_MARK = "ALEX_CHILD"
"""Marks a child's environment, which its own children inherit: it finds them when the child itself is gone."""
CLOCK_TOLERANCE_S = 1.0
"""psutil derives a creation time from the boot time, which moves a little when the clock is set."""


class ChildFailed(RuntimeError):
    """A child ended or stalled before it was ready. The text ends with the last lines of its log."""


@dataclass(frozen=True)
class Entry:
    """What the registry keeps of one child. The times tell a process from a later one with the same id."""

    name: str
    pid: int
    create_time: float
    token: str
    parent_pid: int
    parent_create_time: float

    def processes(self) -> list[psutil.Process]:
        """The child and everything it started, as far as it still runs, whoever became its parent since."""
        child = _process(self.pid, self.create_time)
        found = {child, *_descendants(child)} if child else set()
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.environ().get(CHILD_MARK) == self.token:
                    found |= {process, *_descendants(process)}
        return list(found)


class Registry:
    """The children of one stack, as a JSON file. Safe to use from several threads and processes at once."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def entries(self) -> list[Entry]:
        try:
            return [Entry(**entry) for entry in json.loads(self._path.read_text())]
        except FileNotFoundError:
            return []

    def add(self, entry: Entry) -> None:
        with self._changed() as entries:
            entries.append(entry)

    def remove(self, pid: int) -> None:
        with self._changed() as entries:
            entries[:] = [entry for entry in entries if entry.pid != pid]

    def end_leftovers(self) -> list[str]:
        """Kills what a parent that no longer runs has left behind, and answers the names.

        Children of a parent that still runs are not leftovers, and are left alone.
        """
        with self._changed() as entries:
            leftovers = [entry for entry in entries if not _process(entry.parent_pid, entry.parent_create_time)]
            processes = [process for entry in leftovers for process in entry.processes()]
            _kill(processes)
            entries[:] = [entry for entry in entries if entry not in leftovers]
        return [entry.name for entry in leftovers]

    @contextmanager
    def _changed(self) -> Iterator[list[Entry]]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            entries = self.entries()
            yield entries
            new = self._path.with_suffix(".new")
            new.write_text(json.dumps([asdict(entry) for entry in entries], indent=1))
            new.replace(self._path)


@dataclass(frozen=True)
class Child:
    """A running child process. Made by `start`."""

    _entry: Entry
    _popen: subprocess.Popen[bytes]
    _registry: Registry
    _log: Path
    _log_start: int
    _stop_signal: signal.Signals
    _grace_s: float

    @property
    def name(self) -> str:
        return self._entry.name

    @property
    def pid(self) -> int:
        return self._entry.pid

    def running(self) -> bool:
        # Not popen.poll(): it would reap the child and free its id, which names the group that stop() kills.
        return self._popen.returncode is None and runs(psutil.Process(self.pid))

    def wait_until(self, ready: Callable[[], bool], timeout_s: float) -> None:
        """Returns when `ready` answers True. Raises ChildFailed when the child ends first, or after `timeout_s`."""
        deadline = time.monotonic() + timeout_s
        while not ready():
            if not self.running():
                raise ChildFailed(f"{self.name} ended before it was ready:\n{self._log_tail()}")
            if time.monotonic() > deadline:
                raise ChildFailed(f"{self.name} was not ready within {timeout_s:g} s:\n{self._log_tail()}")
            time.sleep(POLL_S)

    def stop(self) -> None:
        """Asks the child to end, then kills what is left of its group and its descendants. Can be repeated."""
        self._end(self._stop_signal)

    def kill(self) -> None:
        """Ends it as a crash would, with its descendants: nothing is finished or saved. Can be repeated."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self._popen.returncode is not None:
            return
        descendants = _descendants(psutil.Process(self.pid))
        self._popen.send_signal(how)
        deadline = time.monotonic() + self._grace_s
        while self.running() and time.monotonic() < deadline:
            time.sleep(POLL_S)
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        # Those that it started after it was asked to end are known by their mark only.
        _kill({*descendants, *self._entry.processes()})
        self._popen.wait()
        self._registry.remove(self.pid)

    def _log_tail(self) -> str:
        with self._log.open("rb") as file:
            file.seek(self._log_start)
            lines = file.read().decode(errors="replace").splitlines()
        return "\n".join(lines[-LOG_LINES:])


def start(
    name: str,
    command: Sequence[str | Path],
    *,
    registry: Registry,
    log: Path,
    ready: Callable[[], bool] | None = None,
    timeout_s: float = 30.0,
    stop_signal: signal.Signals = signal.SIGTERM,
    grace_s: float = 5.0,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    user: str | int | None = None,
    group: str | int | None = None,
) -> Child:
    """Starts `command` with its output appended to `log`, and returns when `ready` answers True.

    `env` is the whole environment (this process's own if None); `user` and `group` take effect for root only. The child
    is in a session of its own, so a Ctrl-C in the terminal reaches the parent alone, which stops its children in order.
    Raises ChildFailed when it ends or stalls before it is ready; nothing of it is left then.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    token = secrets.token_hex(8)
    parent = psutil.Process()
    with log.open("ab") as output:
        log_start = output.tell()
        popen = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**(os.environ if env is None else env), CHILD_MARK: token},
            cwd=cwd,
            user=user,
            group=group,
            extra_groups=None if user is None else [],
            start_new_session=True,
        )
    created = psutil.Process(popen.pid).create_time()
    entry = Entry(name, popen.pid, created, token, parent.pid, parent.create_time())
    child = Child(entry, popen, registry, log, log_start, stop_signal, grace_s)
    try:
        registry.add(entry)
        if ready is not None:
            child.wait_until(ready, timeout_s)
    except BaseException:
        child.stop()
        raise
    return child


def _process(pid: int, create_time: float) -> psutil.Process | None:
    """The process with this id, if it runs and is the one that was created then."""
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - create_time) < CLOCK_TOLERANCE_S
        return process if same and runs(process) else None
    except psutil.Error:
        return None


def runs(process: psutil.Process) -> bool:
    """False also for a zombie: where nobody reaps orphans soon, a killed one stays for a while."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _descendants(process: psutil.Process) -> list[psutil.Process]:
    try:
        return list(process.children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def _kill(processes: Iterable[psutil.Process]) -> None:
    """Kills each and waits until none runs; psutil makes sure that an id used again is not hit."""
    processes = list(processes)
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    # Not psutil.wait_procs: it also waits until whoever adopted an orphan has reaped it, which takes seconds at times.
    deadline = time.monotonic() + KILL_S
    while any(map(runs, processes)) and time.monotonic() < deadline:
        time.sleep(POLL_S)
