"""Gives a new stack a history: completed jobs with known durations, each of a different user."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Mapping
from statistics import NormalDist

from functions.shared.database import Database, Statement, Value
from functions.shared.durations.expectation import Expectation
from functions.shared.section_names import Section

JOBS = 50
_STATEMENTS = (
    "ALTER TABLE job_results DISABLE TRIGGER USER",  # a trigger rejects results without an attempt
    "ALTER TABLE jobs DISABLE TRIGGER USER",
    "INSERT INTO users (id) SELECT 'earlier-' || place FROM generate_series(1, :jobs::integer) AS place",
    "INSERT INTO jobs (id, user_id, job_type, sections, status, completed_at)"
    " SELECT gen_random_uuid(), id, 'portfolio', '{report}', 'completed', now()"
    "   FROM users WHERE id LIKE 'earlier-%'",
    "INSERT INTO job_results (job_id, section, attempt, payload, started_at, duration_ms)"
    " SELECT job.id, run.section, 1, '{\"positions\": 1}', now(), run.duration_ms::integer"
    "   FROM (SELECT id, row_number() OVER () - 1 AS place FROM jobs WHERE user_id LIKE 'earlier-%') AS job"
    "  CROSS JOIN LATERAL (SELECT * FROM jsonb_each_text(:durations_ms::jsonb -> job.place::integer)"
    "                       UNION ALL VALUES ('summary', '0')) AS run (section, duration_ms)",
    "ALTER TABLE jobs ENABLE TRIGGER USER",
    "ALTER TABLE job_results ENABLE TRIGGER USER",
)


def scale_at(share: float, sigma: float) -> float:
    """Return the quantile of a log-normal duration with deviation `sigma`, divided by its median."""
    return math.exp(sigma * NormalDist().inv_cdf(share))


def spread_durations_s(usual: Mapping[Section, Expectation], jobs: int) -> list[dict[Section, float]]:
    """Return fixed durations of each job's sections: the midpoint quantiles of as many equal shares as jobs.

    Each section has its own fixed order, so that neither the steps of a job nor successive jobs are slow together.
    """
    shares = [(place + 0.5) / jobs for place in range(jobs)]
    orders = {section: random.Random(section).sample(shares, jobs) for section in usual}  # noqa: S311 - no secret
    return [
        {section: length.median_s * scale_at(orders[section][place], length.sigma) for section, length in usual.items()}
        for place in range(jobs)
    ]


def remember_earlier_jobs(database: Database, usual: Mapping[Section, Expectation]) -> None:
    """Insert 50 jobs with `spread_durations_s`. `database` connects as the owner."""
    durations_ms = [
        {section: round(1000 * duration_s) for section, duration_s in job.items()}
        for job in spread_durations_s(usual, JOBS)
    ]
    with database.transaction() as transaction:
        for sql in _STATEMENTS:
            given: dict[str, Value] = {"durations_ms": json.dumps(durations_ms), "jobs": JOBS}
            parameters = {name: value for name, value in given.items() if f":{name}" in sql}
            database.rows(Statement(sql, idempotent=False), parameters, transaction)
