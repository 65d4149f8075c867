"""Child processes of the local stack: each starts in its own session and stops with all of its descendants.

A killed parent cannot stop its children. So a registry file lists each child with its parent until the child is
stopped, and the next start ends those whose parent is gone.
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

from scripts.local.signals import raise_if_stopping

POLL_S = 0.01
KILL_S = 5.0
LOG_LINES = 20
CHILD_MARK = "ALEX_CHILD"
"""Environment variable that marks a child. Descendants inherit it, so they can be found after the child itself is
gone.
"""
CLOCK_TOLERANCE_S = 1.0
"""psutil derives creation times from the boot time, which shifts when the clock is set."""


class ChildFailed(RuntimeError):
    """A child ended or stalled before it was ready. The message ends with the last lines of its log."""


@dataclass(frozen=True)
class Entry:
    """A child in the registry. The creation times distinguish a process from a later one with the same id."""

    name: str
    pid: int
    create_time: float
    token: str
    parent_pid: int
    parent_create_time: float

    def processes(self) -> list[psutil.Process]:
        """Return the child and its descendants that still run, including those adopted by another process."""
        child = _process(self.pid, self.create_time)
        found = {child, *_descendants(child)} if child else set()
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.environ().get(CHILD_MARK) == self.token:
                    found |= {process, *_descendants(process)}
        return list(found)


class Registry:
    """The children of one stack, in a JSON file. Safe for concurrent use by threads and processes."""

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
        """Kill the children whose parent is gone, and return their names. Children of running parents stay."""
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
    """A running child process, created by `start`."""

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
        # Not popen.poll(): it would reap the child and free its id, which is the id of the group that stop() kills.
        return self._popen.returncode is None and is_running(psutil.Process(self.pid))

    def wait_until(self, ready: Callable[[], bool], timeout_s: float) -> None:
        """Block until `ready` returns True. Raises ChildFailed if the child ends first, or after `timeout_s`."""
        deadline = time.monotonic() + timeout_s
        while not ready():
            raise_if_stopping()
            if not self.running():
                raise ChildFailed(f"{self.name} ended before it was ready:\n{self._log_tail()}")
            if time.monotonic() > deadline:
                raise ChildFailed(f"{self.name} was not ready within {timeout_s:g} s:\n{self._log_tail()}")
            time.sleep(POLL_S)

    def stop(self) -> None:
        """Signal the child, then kill the rest of its process group and descendants. Idempotent."""
        self._end(self._stop_signal)

    def kill(self) -> None:
        """Kill the child and its descendants, as a crash would. Idempotent."""
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> None:
        if self._popen.returncode is not None:
            return
        descendants = _descendants(psutil.Process(self.pid))
        self._popen.send_signal(number)
        deadline = time.monotonic() + self._grace_s
        while self.running() and time.monotonic() < deadline:
            time.sleep(POLL_S)
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        # Only the mark finds processes started after the signal.
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
    """Start `command`, append its output to `log`, and return the child once `ready` returns True.

    `env` is the whole environment (None: that of this process). `user` and `group` require root. The child runs in
    its own session, so Ctrl-C in the terminal reaches only the parent, which stops its children in order.
    Raises ChildFailed if the child ends or stalls before it is ready, and KeyboardInterrupt if the program is to
    stop. Either way, nothing of the child remains.
    """
    raise_if_stopping()
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
    """Return the process with this id and creation time, or None if it no longer runs."""
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - create_time) < CLOCK_TOLERANCE_S
        return process if same and is_running(process) else None
    except psutil.Error:
        return None


def is_running(process: psutil.Process) -> bool:
    """Return False for a zombie, which can remain for a while where orphans are not reaped promptly."""
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
    """Kill the processes and wait until none is running. psutil never kills another process with a reused id."""
    processes = list(processes)
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    # psutil.wait_procs also waits until the adoptive parent has reaped an orphan, which can take seconds.
    deadline = time.monotonic() + KILL_S
    while any(map(is_running, processes)) and time.monotonic() < deadline:
        time.sleep(POLL_S)
