"""The background writer never blocks its caller, writes the latest state, and gives up before it does harm."""

import threading
from collections.abc import Iterator

import pytest

from functions.shared.database import DatabaseUnavailable
from functions.shared.observability import logger
from functions.shared.progress.model import AgentChange, ProgressChange
from functions.shared.progress.writer import BackgroundWriter

LONG_S = 60
"""More than any wait takes on a slow machine."""


def report(agent: str, percent: int) -> ProgressChange:
    return ProgressChange(agents={agent: AgentChange(progress_percent=percent)})


class Recorder:
    """Records its writes. It can be blocked and made to fail."""

    def __init__(self) -> None:
        self.written: list[dict[str, int | None]] = []
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.has_begun = threading.Event()
        self.fails = False

    def __call__(self, written: ProgressChange) -> None:
        self.has_begun.set()
        assert self.may_go_on.wait(LONG_S)
        self.written.append({name: change.progress_percent for name, change in written.agents.items()})
        if self.fails:
            raise DatabaseUnavailable("away")


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def writer(recorder: Recorder) -> Iterator[BackgroundWriter]:
    writer = BackgroundWriter(recorder)
    yield writer
    recorder.may_go_on.set()
    writer.close(LONG_S)


def test_flush_waits_until_everything_is_written(writer: BackgroundWriter, recorder: Recorder) -> None:
    writer.submit(report("reporter", 25))

    assert writer.flush(LONG_S) is True
    assert recorder.written == [{"reporter": 25}]


def test_updates_during_a_write_are_merged_per_agent(writer: BackgroundWriter, recorder: Recorder) -> None:
    recorder.may_go_on.clear()
    writer.submit(report("reporter", 10))
    assert recorder.has_begun.wait(LONG_S)
    for percent in (20, 30, 40):
        writer.submit(report("reporter", percent))
    writer.submit(report("charter", 5))
    recorder.may_go_on.set()

    writer.flush(LONG_S)

    assert recorder.written == [{"reporter": 10}, {"reporter": 40, "charter": 5}]


def test_hanging_write_blocks_flush_only_briefly(writer: BackgroundWriter, recorder: Recorder) -> None:
    recorder.may_go_on.clear()
    writer.submit(report("reporter", 10))

    assert writer.flush(0.05) is False


def test_writer_gives_up_after_two_failures_in_a_row(writer: BackgroundWriter, recorder: Recorder) -> None:
    recorder.fails = True
    for percent in range(10):
        writer.submit(report("reporter", percent))
        writer.flush(LONG_S)

    assert len(recorder.written) == 2


def test_failed_write_is_merged_into_next(writer: BackgroundWriter, recorder: Recorder) -> None:
    recorder.fails = True
    writer.submit(report("reporter", 10))
    writer.flush(LONG_S)
    recorder.fails = False
    writer.submit(report("charter", 20))
    writer.flush(LONG_S)
    writer.submit(report("charter", 30))
    writer.flush(LONG_S)

    assert recorder.written == [{"reporter": 10}, {"reporter": 10, "charter": 20}, {"charter": 30}]


def test_failure_between_successes_does_not_count(writer: BackgroundWriter, recorder: Recorder) -> None:
    for percent in range(6):
        recorder.fails = percent % 2 == 1
        writer.submit(report("reporter", percent))
        writer.flush(LONG_S)

    assert len(recorder.written) == 6


def test_failure_is_logged_once(writer: BackgroundWriter, recorder: Recorder, caplog: pytest.LogCaptureFixture) -> None:
    recorder.fails = True
    for percent in range(5):
        writer.submit(report("reporter", percent))
        writer.flush(LONG_S)

    assert caplog.messages == ["Progress could not be written"]


def test_writer_without_updates_starts_no_thread(writer: BackgroundWriter) -> None:
    before = set(threading.enumerate())
    writer.flush()
    writer.close()

    assert set(threading.enumerate()) <= before


def test_log_lines_of_writer_include_job_id() -> None:
    seen: list[dict[str, object]] = []
    logger.thread_safe_append_keys(job_id="4711")
    writer = BackgroundWriter(lambda _: seen.append(logger.thread_safe_get_current_keys()))

    writer.submit(report("reporter", 10))
    writer.close(LONG_S)
    logger.thread_safe_clear_keys()

    assert [keys["job_id"] for keys in seen] == ["4711"]


def test_close_writes_the_rest_and_ends_thread(recorder: Recorder) -> None:
    writer = BackgroundWriter(recorder)
    writer.submit(report("reporter", 10))
    writer.close(LONG_S)
    writer.submit(report("reporter", 20))

    assert recorder.written == [{"reporter": 10}]
    for thread in threading.enumerate():
        if thread.name == "progress":
            thread.join(LONG_S)
            assert not thread.is_alive()
