"""How long an agent still needs, by its expectation, by what it says, and by the time that has passed."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.shared.progress.estimate import HIGH, LOW, Expectation, Report, expectation_of

REPORTER = Expectation(33, 0.35)
expectations = st.builds(Expectation, st.floats(0.1, 1000), st.floats(0.05, 1))
elapsed = st.floats(0, 10_000)
quantiles = st.floats(0.01, 0.99)


def test_at_first_it_is_the_median_and_the_quantiles_of_the_log_normal() -> None:
    assert REPORTER.remaining_s(0) == pytest.approx(33)
    assert REPORTER.remaining_s(0, LOW) == pytest.approx(33 * math.exp(-1.175 * 0.35), rel=1e-4)
    assert REPORTER.remaining_s(0, HIGH) == pytest.approx(33 * math.exp(1.175 * 0.35), rel=1e-4)


@pytest.mark.parametrize("elapsed_s", [5.0, 20.0, 33.0, 60.0])
@pytest.mark.parametrize("quantile", [LOW, 0.5, HIGH])
def test_it_is_the_quantile_of_those_runs_that_took_longer(elapsed_s: float, quantile: float) -> None:
    chance = random.Random(7)
    runs = (33 * math.exp(chance.gauss(0, 0.35)) for _ in range(200_000))
    longer = sorted(run - elapsed_s for run in runs if run > elapsed_s)

    assert REPORTER.remaining_s(elapsed_s, quantile) == pytest.approx(longer[int(quantile * len(longer))], rel=0.06)


@given(expectations, elapsed, quantiles)
def test_something_always_remains(expected: Expectation, elapsed_s: float, quantile: float) -> None:
    assert 0 < expected.remaining_s(elapsed_s, quantile) < math.inf


@given(expectations, elapsed)
def test_a_range_holds_its_estimate(expected: Expectation, elapsed_s: float) -> None:
    low, middle, high = (expected.remaining_s(elapsed_s, quantile) for quantile in (LOW, 0.5, HIGH))

    assert low <= middle <= high


@given(expectations, elapsed, st.floats(0, 1000))
def test_the_expected_end_never_comes_nearer_because_time_has_passed(
    expected: Expectation, elapsed_s: float, later_s: float
) -> None:
    end = elapsed_s + expected.remaining_s(elapsed_s)
    later = elapsed_s + later_s

    assert later + expected.remaining_s(later) >= end - max(0.1, 1e-3 * end)


@given(expectations, st.floats(0.1, 10_000), st.floats(0.01, 1))
def test_a_report_lies_between_the_expectation_and_the_pace_and_narrows_it(
    expected: Expectation, elapsed_s: float, fraction: float
) -> None:
    told = expected.after_reports([Report(elapsed_s, fraction)])
    ends = sorted([expected.median_s, elapsed_s / fraction])

    assert ends[0] * 0.999 <= told.median_s <= ends[1] * 1.001
    assert told.sigma < min(expected.sigma, 0.2)


def test_reports_that_agree_narrow_it_further() -> None:
    once = REPORTER.after_reports([Report(10, 0.25)])
    often = REPORTER.after_reports([Report(10, 0.25), Report(20, 0.5), Report(30, 0.75)])

    assert often.sigma < once.sigma
    assert once.median_s < often.median_s < 40


def test_a_report_of_nothing_done_says_nothing() -> None:
    assert REPORTER.after_reports([Report(10, 0)]) == REPORTER


@given(expectations, elapsed)
def test_a_course_begins_now_and_goes_far(expected: Expectation, elapsed_s: float) -> None:
    course = expected.course(elapsed_s)

    assert course[0].elapsed_s == pytest.approx(elapsed_s, abs=0.001)
    assert course[-1].elapsed_s >= elapsed_s + 39 * expected.remaining_s(elapsed_s) - 0.01
    assert [row.elapsed_s for row in course] == sorted(row.elapsed_s for row in course)


def test_history_gives_the_median_and_the_scatter_of_its_runs() -> None:
    chance = random.Random(3)
    runs = [20 * math.exp(chance.gauss(0, 0.4)) for _ in range(5000)]

    learnt = expectation_of(runs, half_life=1000)

    assert learnt.median_s == pytest.approx(20, rel=0.05)
    assert learnt.sigma == pytest.approx(0.4, rel=0.05)


def test_new_runs_count_more_than_old_ones() -> None:
    suddenly_slow = [40.0] * 10 + [20.0] * 40

    assert expectation_of(suddenly_slow, half_life=10).median_s > math.sqrt(20 * 40)


def test_without_runs_there_is_no_expectation() -> None:
    with pytest.raises(ValueError, match="no durations"):
        expectation_of([])
