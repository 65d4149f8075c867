"""The background writer never blocks its caller, writes the latest state, and gives up before it does harm."""

import threading
from collections.abc import Iterator

import pytest

from functions.shared.database import DatabaseUnavailable
from functions.shared.observability import logger
from functions.shared.progress.model import AgentChange, ProgressChange
from functions.shared.progress.writer import BackgroundWriter, Update


def update(agent: str, percent: int) -> Update:
    return Update(ProgressChange(agents={agent: AgentChange(progress_percent=percent)}), agent)


class Recorder:
    """Records its writes. It can be blocked and made to fail."""

    def __init__(self) -> None:
        self.written: list[dict[str, int | None]] = []
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.has_begun = threading.Event()
        self.fails = False

    def __call__(self, written: Update) -> None:
        self.has_begun.set()
        assert self.may_go_on.wait(10)
        self.written.append({name: change.progress_percent for name, change in written.change.agents.items()})
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
    writer.close(5)


def test_flush_waits_until_everything_is_written(writer: BackgroundWriter, recorder: Recorder) -> None:
    writer.submit(update("reporter", 25))

    assert writer.flush(5) is True
    assert recorder.written == [{"reporter": 25}]


def test_updates_during_a_write_are_merged_per_agent(writer: BackgroundWriter, recorder: Recorder) -> None:
    recorder.may_go_on.clear()
    writer.submit(update("reporter", 10))
    assert recorder.has_begun.wait(5)
    for percent in (20, 30, 40):
        writer.submit(update("reporter", percent))
    writer.submit(update("charter", 5))
    recorder.may_go_on.set()

    writer.flush(5)

    assert recorder.written == [{"reporter": 10}, {"reporter": 40, "charter": 5}]


def test_hanging_write_blocks_flush_only_briefly(writer: BackgroundWriter, recorder: Recorder) -> None:
    recorder.may_go_on.clear()
    writer.submit(update("reporter", 10))

    assert writer.flush(0.05) is False


def test_writer_gives_up_after_two_failures_in_a_row(writer: BackgroundWriter, recorder: Recorder) -> None:
    recorder.fails = True
    for percent in range(10):
        writer.submit(update("reporter", percent))
        writer.flush(5)

    assert len(recorder.written) == 2


def test_failed_write_is_merged_into_next(writer: BackgroundWriter, recorder: Recorder) -> None:
    recorder.fails = True
    writer.submit(update("reporter", 10))
    writer.flush(5)
    recorder.fails = False
    writer.submit(update("charter", 20))
    writer.flush(5)
    writer.submit(update("charter", 30))
    writer.flush(5)

    assert recorder.written == [{"reporter": 10}, {"reporter": 10, "charter": 20}, {"charter": 30}]


def test_failure_between_successes_does_not_count(writer: BackgroundWriter, recorder: Recorder) -> None:
    for percent in range(6):
        recorder.fails = percent % 2 == 1
        writer.submit(update("reporter", percent))
        writer.flush(5)

    assert len(recorder.written) == 6


def test_failure_is_logged_once(writer: BackgroundWriter, recorder: Recorder, caplog: pytest.LogCaptureFixture) -> None:
    recorder.fails = True
    for percent in range(5):
        writer.submit(update("reporter", percent))
        writer.flush(5)

    assert caplog.messages == ["Progress could not be written"]


def test_writer_without_updates_starts_no_thread(writer: BackgroundWriter) -> None:
    before = threading.active_count()
    writer.flush()
    writer.close()

    assert threading.active_count() == before


def test_log_lines_of_writer_include_job_id() -> None:
    seen: list[dict[str, object]] = []
    logger.thread_safe_append_keys(job_id="4711")
    writer = BackgroundWriter(lambda _: seen.append(logger.thread_safe_get_current_keys()))

    writer.submit(update("reporter", 10))
    writer.close(5)
    logger.thread_safe_clear_keys()

    assert [keys["job_id"] for keys in seen] == ["4711"]


def test_close_writes_the_rest_and_ends_thread(recorder: Recorder) -> None:
    writer = BackgroundWriter(recorder)
    writer.submit(update("reporter", 10))
    writer.close(5)
    writer.submit(update("reporter", 20))

    assert recorder.written == [{"reporter": 10}]
    for thread in threading.enumerate():
        if thread.name == "progress":
            thread.join(5)
            assert not thread.is_alive()
