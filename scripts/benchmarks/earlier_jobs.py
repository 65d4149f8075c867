"""A history for a stack that has none: results of jobs that never ran, of known lengths."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from statistics import NormalDist

from functions.shared.database import Database, Statement
from functions.shared.progress.estimate import Expectation
from functions.shared.sections import Section

JOBS = 50
_STATEMENTS = (
    "ALTER TABLE job_results DISABLE TRIGGER USER",  # which refuses results without an attempt
    "INSERT INTO users (id) VALUES ('earlier')",
    "INSERT INTO jobs (id, user_id, job_type, sections, status, completed_at) SELECT gen_random_uuid(),"
    " 'earlier', 'portfolio', '{report}', 'cancelled', now() FROM jsonb_array_elements(:durations_ms::jsonb)",
    "INSERT INTO job_results (job_id, section, attempt, payload, started_at, duration_ms)"
    " SELECT job.id, durations_ms.key, 1, '{}', now(), durations_ms.value::integer"
    "   FROM (SELECT id, row_number() OVER () - 1 AS place FROM jobs WHERE user_id = 'earlier') AS job"
    "  CROSS JOIN LATERAL jsonb_each_text(:durations_ms::jsonb -> job.place::integer) AS durations_ms",
    "ALTER TABLE job_results ENABLE TRIGGER USER",
)


def scale_at(share: float, sigma: float) -> float:
    """The quantile of a log-normal length with deviation `sigma`, over its median."""
    return math.exp(sigma * NormalDist().inv_cdf(share))


def remember_earlier_jobs(database: Database, usual: Mapping[Section, Expectation]) -> None:
    """50 of them, without chance: the quantiles in the middle of as many equal shares. `database` as its owner."""
    shares = [(place + 0.5) / JOBS for place in range(JOBS)]
    durations_ms = [
        {section: round(1000 * length.median_s * scale_at(share, length.sigma)) for section, length in usual.items()}
        for share in shares
    ]
    with database.transaction() as transaction:
        for sql in _STATEMENTS:
            parameters = {"durations_ms": json.dumps(durations_ms)} if ":durations_ms" in sql else {}
            database.rows(Statement(sql, idempotent=False), parameters, transaction)
