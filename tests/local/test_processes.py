"""Child processes of the local stack: none is left running, however they or their parent end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from scripts.local import processes
from scripts.local.processes import ChildFailed, Registry
from tests.waiting import until

PYTHON = sys.executable

SLEEPER = [PYTHON, "-c", "import time; time.sleep(60)"]

POLITE = """
import signal, sys
signal.signal(signal.SIGINT, lambda *_: sys.exit(print("bye")))
print("hi", flush=True)
signal.pause()
"""

# A child with a child in another session; both ignore SIGTERM. Prints the grandchild's id when ready.
STUBBORN_FAMILY = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
ignore = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
grandchild = subprocess.Popen([sys.executable, "-c", ignore], stdout=subprocess.PIPE, start_new_session=True)
grandchild.stdout.readline()
print(grandchild.pid, flush=True)
time.sleep(60)
"""

# A child that starts another process, in another session, when it gets SIGTERM. Prints its id.
LATE_PARENT = """
import signal, subprocess, sys
def start_another(*_):
    another = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    sys.exit(print(another.pid))
signal.signal(signal.SIGTERM, start_another)
print("ready", flush=True)
signal.pause()
"""

# A parent that starts such a family and waits until it is killed.
PARENT = f"""
import pathlib, sys, time
from scripts.local import processes
folder = pathlib.Path(sys.argv[1])
log = folder / "family.log"
child = processes.start(
    "family", [sys.executable, "-c", {STUBBORN_FAMILY!r}],
    registry=processes.Registry(folder / "processes.json"), log=log, ready=lambda: log.stat().st_size > 0,
)
print(child.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "processes.json")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "child.log"


def test_child_starts_in_its_own_session_and_is_registered(registry: Registry, log: Path) -> None:
    child = processes.start("sleeper", SLEEPER, registry=registry, log=log)
    try:
        assert child.running()
        assert os.getsid(child.pid) == child.pid
        (entry,) = registry.entries()
        assert (entry.name, entry.pid) == ("sleeper", child.pid)
        assert entry.create_time == psutil.Process(child.pid).create_time()
    finally:
        child.stop()


def test_stopped_child_is_gone_and_no_longer_registered(registry: Registry, log: Path) -> None:
    child = processes.start("sleeper", SLEEPER, registry=registry, log=log)

    child.stop()
    child.stop()

    assert not child.running()
    assert not psutil.pid_exists(child.pid)
    assert registry.entries() == []


def test_child_can_finish_its_work_within_grace_period(registry: Registry, log: Path) -> None:
    child = processes.start(
        "polite",
        [PYTHON, "-c", POLITE],
        registry=registry,
        log=log,
        ready=_written(log),
        stop_signal=signal.SIGINT,
        grace_s=60,
    )

    child.stop()

    assert log.read_text() == "hi\nbye\n"


def test_stop_kills_family_that_ignores_signal(registry: Registry, log: Path) -> None:
    child = processes.start(
        "family", [PYTHON, "-c", STUBBORN_FAMILY], registry=registry, log=log, ready=_written(log), grace_s=0.1
    )
    grandchild = int(log.read_text())
    assert psutil.pid_exists(grandchild)

    child.stop()

    assert not _is_running(child.pid)
    assert not _is_running(grandchild)


def test_stop_kills_process_started_by_ending_child(registry: Registry, log: Path) -> None:
    child = processes.start(
        "late", [PYTHON, "-c", LATE_PARENT], registry=registry, log=log, ready=_written(log), grace_s=60
    )

    child.stop()

    _, another = log.read_text().splitlines()
    assert not _is_running(int(another))


def test_early_end_fails_start_with_end_of_log(registry: Registry, log: Path) -> None:
    log.write_text("from an earlier start\n")
    failing = "for n in range(100): print('line', n, flush=True)\nraise SystemExit('no database')"

    with pytest.raises(ChildFailed, match="ended before it was ready") as caught:
        processes.start("failing", [PYTHON, "-c", failing], registry=registry, log=log, ready=lambda: False)

    assert "line 98\nline 99" in str(caught.value)
    assert "no database" in str(caught.value)
    assert "line 50" not in str(caught.value)
    assert "earlier" not in str(caught.value)
    assert registry.entries() == []


def test_child_that_is_not_ready_in_time_is_stopped(registry: Registry, log: Path) -> None:
    with pytest.raises(ChildFailed, match=r"not ready within 0\.1 s"):
        processes.start("idle", SLEEPER, registry=registry, log=log, ready=lambda: False, timeout_s=0.1)

    assert registry.entries() == []
    assert not [child for child in psutil.Process().children() if "time.sleep" in str(child.cmdline())]


def test_leftovers_of_killed_parent_are_ended(tmp_path: Path, registry: Registry) -> None:
    child, grandchild = _orphans(tmp_path)
    assert _is_running(child)

    assert registry.end_leftovers() == ["family"]

    assert not _is_running(child)
    assert not _is_running(grandchild)
    assert registry.entries() == []


def test_leftover_grandchild_is_ended_without_child(tmp_path: Path, registry: Registry) -> None:
    child, grandchild = _orphans(tmp_path)
    os.kill(child, signal.SIGKILL)
    until(lambda: not _is_running(child))
    assert _is_running(grandchild)

    registry.end_leftovers()

    assert not _is_running(grandchild)


def test_children_of_running_parent_are_not_leftovers(registry: Registry, log: Path) -> None:
    child = processes.start("sleeper", SLEEPER, registry=registry, log=log)
    try:
        assert registry.end_leftovers() == []
        assert child.running()
        assert len(registry.entries()) == 1
    finally:
        child.stop()


def test_process_that_reuses_registered_id_is_left_alone(registry: Registry, log: Path) -> None:
    with subprocess.Popen(SLEEPER, start_new_session=True) as foreign:
        try:
            child = processes.start("sleeper", SLEEPER, registry=registry, log=log)
            (entry,) = registry.entries()
            child.stop()
            reused = psutil.Process(foreign.pid).create_time() - 60
            registry.add(replace(entry, pid=foreign.pid, create_time=reused, parent_create_time=0))

            assert registry.end_leftovers() == ["sleeper"]
            assert foreign.poll() is None
        finally:
            foreign.kill()


def _orphans(folder: Path) -> tuple[int, int]:
    """The ids of a child and a grandchild whose parent was killed."""
    command = [PYTHON, "-c", PARENT, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": "."}) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
    return child, int((folder / "family.log").read_text())


def _written(log: Path) -> Callable[[], bool]:
    return lambda: log.stat().st_size > 0


def _is_running(pid: int) -> bool:
    return psutil.pid_exists(pid) and processes.is_running(psutil.Process(pid))
