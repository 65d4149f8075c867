"""How past jobs change the estimate for the next one."""

import math
import random

import pytest

from functions.shared.durations.expectation import Expectation
from functions.shared.durations.learning import learn
from functions.shared.section_names import SNAPSHOT, Section

PRIORS = {
    SNAPSHOT: Expectation(7, 0.35),
    "report": Expectation(33, 0.35),
    "charts": Expectation(22, 0.35),
    "retirement": Expectation(17, 0.35),
}
REPORT = {"report": PRIORS["report"]}


def simulated(
    jobs: int, *, sigma: float = 0.35, together: float = 0.0, speed: float = 1.0
) -> list[dict[Section, float]]:
    chance = random.Random(7)
    past = []
    for _ in range(jobs):
        common = chance.gauss(0, 1)
        past.append(
            {
                section: speed
                * prior.median_s
                * math.exp(sigma * (math.sqrt(together) * common + math.sqrt(1 - together) * chance.gauss(0, 1)))
                for section, prior in PRIORS.items()
            }
        )
    return past


def test_prior_holds_without_jobs() -> None:
    forecast = learn(PRIORS, [])

    assert forecast.expected["report"].median_s == pytest.approx(33)
    assert forecast.expected["report"].sigma == pytest.approx(0.35)
    assert not forecast.measured


def test_three_runs_make_estimate_measured_and_close() -> None:
    forecast = learn(REPORT, [{"report": 4.0}] * 3)

    assert forecast.measured == {"report"}
    assert forecast.expected["report"].median_s == pytest.approx(4, rel=0.25)
    assert not learn(REPORT, [{"report": 4.0}] * 2).measured


def test_many_runs_give_their_median_and_scatter() -> None:
    forecast = learn(PRIORS, simulated(400, sigma=0.2, speed=3))

    assert forecast.expected["report"].median_s == pytest.approx(99, rel=0.12)
    assert forecast.expected["report"].sigma == pytest.approx(0.2, rel=0.3)


def test_one_stalled_run_moves_estimate_little() -> None:
    usual = [{"report": 33.0}] * 50
    stalled = learn(REPORT, [*usual, {"report": 3300.0}]).expected["report"]

    assert stalled.median_s == pytest.approx(33, rel=0.05)
    assert stalled.sigma < 0.5


def test_drift_is_followed_within_forty_jobs() -> None:
    past = simulated(200) + simulated(40, speed=2)

    assert learn(PRIORS, past).expected["report"].median_s > 0.75 * 66


@pytest.mark.parametrize("together", [0.0, 0.8])
def test_correlation_of_job_steps_is_learned(together: float) -> None:
    assert learn(PRIORS, simulated(300, together=together)).together == pytest.approx(together, abs=0.2)


def test_step_without_runs_has_speed_of_its_model() -> None:
    models = {"report": "slow", "retirement": "slow", "charts": None}
    past = [{"report": 330.0}] * 10

    forecast = learn(PRIORS, past, models)

    assert forecast.expected["retirement"].median_s > 2 * 17
    assert forecast.expected["charts"].median_s == pytest.approx(22)


def test_levels_widen_where_ranges_did_not_hold() -> None:
    calm, wild = (learn(PRIORS, simulated(60) + simulated(20, speed=speed)).levels for speed in (1, 4))

    assert wild[1] > calm[1]
    assert 0 < calm[0] < 0.5 < calm[1] < 1


def test_sections_without_prior_are_ignored() -> None:
    assert set(learn(REPORT, simulated(5)).expected) == {"report"}
