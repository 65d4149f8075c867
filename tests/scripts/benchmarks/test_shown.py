"""Benchmark metrics of the numbers that a page showed."""

from __future__ import annotations

import pytest

from scripts.benchmarks.shown import Absence, Sample, Shown, most_askers, most_at_once
from scripts.local.access_log import Access


def shown(*numbers: tuple[float, int | None], ended: float = 10) -> Shown:
    """The numbers of a job that starts at 0, with the time at which each was shown."""
    return Shown([a_sample(at, percent) for at, percent in numbers], 0, ended)


def a_sample(at: float, percent: int | None = None, done: str = "", connection: str = "Live") -> Sample:
    return Sample(at, percent, frozenset(done.split()), connection, "Your analysis is running")


def request(at: float, tab: str = "first", latency_s: float = 0.1) -> Access:
    return Access(at=at, latency_s=latency_s, method="GET", path="/api/jobs/1", status=200, user_agent=tab)


def test_decreasing_number_is_a_step_back() -> None:
    assert shown((1, 10), (2, 20), (3, 19), (4, 30)).steps_back == 1
    assert shown((1, 10), (2, None), (3, 10)).steps_back == 0


def test_number_is_still_until_it_rises_or_job_ends() -> None:
    assert shown((1, 10), (2, 10), (5, 20), (8, 30)).still_s == 4
    assert shown((1, 10), (2, 20), (3, 30)).still_s == 7


def test_distance_is_measured_from_share_of_time_until_job_ends() -> None:
    assert shown((2, 20), (5, 60), (8, 70), (11, 99)).distance == pytest.approx(20 / 3)


def test_server_downtime_counts_neither_as_standstill_nor_distance() -> None:
    numbers = [(1, 10), (2, 20), (11, 20), (13, 30), (19, 95)]
    samples = [a_sample(at, percent) for at, percent in numbers]

    absence = Absence(2.5, 11.5, 12.5)
    stopped = Shown(samples, 0, 20, away=absence)

    assert stopped.still_s == 6
    assert stopped.distance == pytest.approx((5 + 10 + 35 + 0) / 4)
    assert stopped.moves_while_away == 0
    assert Shown([*samples[:2], a_sample(10.5, 21), *samples[2:]], 0, 20, away=absence).moves_while_away == 1


def test_distance_of_another_prediction_uses_the_same_moments() -> None:
    watched = Shown([a_sample(102, 0), a_sample(105, 0), a_sample(111, 99)], 100, 110)

    assert watched.distance_of(lambda moments: [20 * moment for moment in moments]) == pytest.approx((20 + 50) / 2)


def test_state_is_correct_once_tab_is_connected_and_up_to_date() -> None:
    samples = [
        a_sample(4, done="charter"),
        a_sample(5, connection="Reconnecting", done="charter"),
        a_sample(6),
        a_sample(7, done="setup charter"),
    ]

    assert Shown(samples, 0, 10).right_after(4.5, "charter") == 2.5


def test_two_tabs_polling_in_one_round_count_as_two() -> None:
    assert most_askers([request(1, "first"), request(3, "second")], 2) == 1
    assert most_askers([request(1, "first"), request(2.9, "second")], 2) == 2


def test_overlapping_requests_count_as_concurrent() -> None:
    assert most_at_once([request(1), request(1.2)]) == 1
    assert most_at_once([request(1), request(1.05)]) == 2
