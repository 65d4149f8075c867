"""The times of a deployment, each from the one place that sets it."""

from functools import cache

from functions.planner.settings import PlannerSettings
from scripts.manifest import Manifest, read_manifest

LEASE_S: float = PlannerSettings.model_fields["lease_s"].default
#: The longest that SQS, Lambda's poller and a cold start take until the planner's first line. A generous assumption.
DELIVERY_S = 5.0

#: The budgets of a rescue, from the death of a planner to the claim of the next one.
RESCUED_WITHIN_S = 75.0
RESCUED_BEFORE_START_WITHIN_S = 30.0
"""Counted from the planner's timeout, if it died before its handler had hidden the message."""


@cache
def production_manifest() -> Manifest:
    """The manifest of functions and queues."""
    return read_manifest()


def planner_concurrency() -> int:
    """Jobs that run concurrently in a deployment that doesn't change the default."""
    return int(production_manifest().functions["api"].environment["PLANNER_CONCURRENCY"])


def longest_rescue_s(manifest: Manifest, *, handler_started: bool) -> float:
    """The bound set by the configuration: the message is hidden for a lease and 5 s, or for the queue's timeout."""
    queue = manifest.queues["analysis-jobs"]
    return (LEASE_S + 5 if handler_started else manifest.visibility_timeout_s(queue)) + DELIVERY_S
