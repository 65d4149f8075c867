"""A program that starts a resource stops it, whenever stop signals arrive and however many there are."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from scripts.manifest import ROOT

RESOURCE = """
import json, os, signal, sys, threading
from scripts.local import signals
from scripts.local.lifecycle import Startable

def send(times):
    for _ in range(times):
        os.kill(os.getpid(), signal.SIGTERM)

class Resource(Startable):
    is_running = False

    def start(self):
        self.is_running = True
        try:
            for _ in range(3):
                signals.raise_if_stopping()
        except BaseException:
            self.stop()
            raise

    def stop(self):
        send(3)
        self.is_running = False
"""

# Runs the program once per bytecode instruction, and sends a signal before that instruction.
AT_EVERY_INSTRUCTION = (
    RESOURCE
    + """
def do(work):
    try:
        work.append("working")
    finally:
        if signals._State.is_stopping:
            send(2)
        work.append("cleaned up")

def program(resource, work):
    with resource:
        work.append("started")
        with signals.interruptible():
            do(work)

def run_with_signal_before(instruction):
    resource, work, seen = Resource(), [], 0

    def trace(frame, event, _argument):
        nonlocal seen
        frame.f_trace_opcodes = True
        if event == "opcode":
            seen += 1
            if seen == instruction:
                send(1)
        return trace

    signals._State.is_stopping = False
    sys.settrace(trace)
    try:
        program(resource, work)
        outcome = "finished"
    except KeyboardInterrupt:
        outcome = "interrupted"
    finally:
        sys.settrace(None)
    return {"outcome": outcome, "work": work, "left": resource.is_running, "is_last": seen < instruction}

signals.handle_stop_signals()
runs = []
while not runs or not runs[-1]["is_last"]:
    runs.append(run_with_signal_before(len(runs) + 1))
print(json.dumps(runs))
"""
)

# Prints the effect of a signal in a thread that starts something, and of one that arrived before the block.
EARLIER_SIGNAL = (
    RESOURCE
    + """
signals.handle_stop_signals()
send(1)
outcomes = []

def start():
    resource = Resource()
    try:
        resource.start()
        outcomes.append("started")
    except KeyboardInterrupt:
        outcomes.append(resource.is_running)

thread = threading.Thread(target=start)
thread.start()
thread.join()
try:
    with signals.interruptible():
        outcomes.append("entered")
except KeyboardInterrupt:
    outcomes.append("interrupted")
print(json.dumps(outcomes))
"""
)

# Stops in an ordinary program, which keeps Python's own handlers.
ORDINARY_PROGRAM = """
import json, os, signal
from scripts.local import signals

with signals.ignored_stop_signals():
    os.kill(os.getpid(), signal.SIGINT)
    os.kill(os.getpid(), signal.SIGTERM)
print(json.dumps([signal.getsignal(number) is default for number, default in (
    (signal.SIGINT, signal.default_int_handler), (signal.SIGTERM, signal.SIG_DFL))]))
"""


@pytest.fixture(scope="module")
def runs() -> list[dict[str, Any]]:
    """The runs with a signal before each instruction in turn. No signal arrives in the last run."""
    return list(output(AT_EVERY_INSTRUCTION))


def test_nothing_is_left_whenever_signal_arrives(runs: list[dict[str, Any]]) -> None:
    assert len(runs) > 50
    assert not [run for run in runs if run["left"]]


def test_signal_interrupts_work_or_start(runs: list[dict[str, Any]]) -> None:
    outcomes = {(run["outcome"], tuple(run["work"])) for run in runs[:-1]}

    assert outcomes == {
        ("interrupted", ()),
        ("interrupted", ("started",)),
        ("interrupted", ("started", "cleaned up")),
        ("interrupted", ("started", "working")),  # by a first signal in the work's own cleanup
        ("interrupted", ("started", "working", "cleaned up")),
        ("finished", ("started", "working", "cleaned up")),
    }


def test_program_without_signal_finishes(runs: list[dict[str, Any]]) -> None:
    assert runs[-1] == {
        "outcome": "finished",
        "work": ["started", "working", "cleaned up"],
        "left": False,
        "is_last": True,
    }


def test_earlier_signal_stops_start_in_thread_and_block() -> None:
    assert output(EARLIER_SIGNAL) == [False, "interrupted"]


def test_ordinary_program_ignores_signals_in_block_only() -> None:
    assert output(ORDINARY_PROGRAM) == [True, True]


def output(program: str) -> Any:
    """The output of a Python program, parsed as JSON."""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)
