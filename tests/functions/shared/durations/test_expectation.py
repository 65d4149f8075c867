"""Log-logistic durations, and how an agent's own reports change them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.shared.durations.expectation import Expectation

REPORTER = Expectation(33, 0.35)
expectations = st.builds(Expectation, st.floats(0.1, 1000), st.floats(0.05, 1))


def test_median_is_middle_quantile() -> None:
    assert REPORTER.quantile_s(0.5) == pytest.approx(33)


@given(expectations, st.floats(0.01, 0.99))
def test_quantile_inverts_distribution(expected: Expectation, level: float) -> None:
    seconds = expected.quantile_s(level)

    assert 1 - 1 / (1 + (seconds / expected.median_s) ** expected.beta) == pytest.approx(level)


@pytest.mark.parametrize("sigma", [0.1, 0.35, 1.0])
def test_sigma_is_deviation_of_logarithm(sigma: float) -> None:
    levels = [(place + 0.5) / 20_000 for place in range(20_000)]
    logs = [math.log(Expectation(33, sigma).quantile_s(level) / 33) for level in levels]

    assert math.sqrt(sum(log * log for log in logs) / len(logs)) == pytest.approx(sigma, rel=0.005)


@given(expectations, st.floats(0.1, 10_000), st.floats(0.01, 1))
def test_report_is_between_expectation_and_pace_and_narrows_range(
    expected: Expectation, elapsed_s: float, fraction: float
) -> None:
    updated = expected.after_reports([elapsed_s / fraction])
    ends = sorted([expected.median_s, elapsed_s / fraction])

    assert ends[0] * 0.999 <= updated.median_s <= ends[1] * 1.001
    assert updated.sigma < min(expected.sigma, 0.2)


def test_consistent_reports_narrow_the_range_further() -> None:
    once = REPORTER.after_reports([40])
    often = REPORTER.after_reports([40, 40, 40])

    assert often.sigma < once.sigma
    assert once.median_s < often.median_s < 40
