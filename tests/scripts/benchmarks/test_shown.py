"""What a benchmark says of the numbers that a page showed."""

from __future__ import annotations

import pytest

from scripts.benchmarks.shown import Sample, Shown, most_askers, most_at_once
from scripts.local.access_log import Access


def shown(*numbers: tuple[float, int | None], ended: float = 10) -> Shown:
    """Of a job from 0 on; numbers by the time at which they stood there."""
    return Shown([a_sample(at, percent) for at, percent in numbers], 0, ended)


def a_sample(at: float, percent: int | None = None, done: str = "", connection: str = "Live") -> Sample:
    return Sample(at, percent, frozenset(done.split()), connection, "Your analysis is running")


def asked(at: float, tab: str = "first", latency_s: float = 0.1) -> Access:
    return Access(at=at, latency_s=latency_s, method="GET", path="/api/jobs/1", status=200, user_agent=tab)


def test_a_number_that_falls_is_a_step_back() -> None:
    assert shown((1, 10), (2, 20), (3, 19), (4, 30)).steps_back == 1
    assert shown((1, 10), (2, None), (3, 10)).steps_back == 0


def test_a_number_stands_until_a_higher_one_comes_and_the_last_until_the_end() -> None:
    assert shown((1, 10), (2, 10), (5, 20), (8, 30)).still_s == 4
    assert shown((1, 10), (2, 20), (3, 30)).still_s == 7


def test_the_distance_is_from_the_share_of_time_and_ends_with_the_job() -> None:
    assert shown((2, 20), (5, 60), (8, 70), (11, 99)).distance == pytest.approx(20 / 3)


def test_a_clock_of_half_the_time_is_far_off() -> None:
    assert shown((2, 0), (5, 0)).distance_of_clock(5) == pytest.approx((20 + 49) / 2)


def test_the_state_is_right_once_the_tab_is_connected_and_knows_what_happened_meanwhile() -> None:
    samples = [
        a_sample(4, done="charter"),
        a_sample(5, connection="Reconnecting", done="charter"),
        a_sample(6),
        a_sample(7, done="setup charter"),
    ]

    assert Shown(samples, 0, 10).right_after(4.5, "charter") == 2.5


def test_two_tabs_that_ask_in_one_round_are_two_askers() -> None:
    assert most_askers([asked(1, "first"), asked(3, "second")], 2) == 1
    assert most_askers([asked(1, "first"), asked(2.9, "second")], 2) == 2


def test_requests_that_overlap_are_under_way_at_once() -> None:
    assert most_at_once([asked(1), asked(1.2)]) == 1
    assert most_at_once([asked(1), asked(1.05)]) == 2
