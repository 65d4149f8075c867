"""The metrics of every function, logged in CloudWatch's Embedded Metric Format, one line per event.

All are in the namespace set by POWERTOOLS_METRICS_NAMESPACE (`alex`), with the dimensions `deployment` (the prefix of
resource names) and `service` (the function). Without a namespace, as in a script, nothing is written. A failure to
write a metric is logged and otherwise ignored.
"""

import json
import os
import sys
from collections.abc import Mapping

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from functions.shared.observability import logger

_NAMESPACE = "POWERTOOLS_METRICS_NAMESPACE"

Measurement = tuple[MetricUnit, float]


def job_claimed(waited_s: float) -> None:
    """Record the first claim in a round, after this many seconds in the queue."""
    _emit({"QueueWait": _time(waited_s)})


def job_completed(duration_s: float) -> None:
    """Record a completion, with the duration in seconds of the attempt that completed the job."""
    _emit({"JobsCompleted": _once(), "JobDuration": _time(duration_s)})


def job_failed() -> None:
    """Record a round that ended without all of its sections."""
    _emit({"JobsFailed": _once()})


def job_retried() -> None:
    """Record an attempt interrupted by a transient error, whose message was returned to the queue."""
    _emit({"JobsRetried": _once()})


def job_given_up() -> None:
    """Record a job that was failed because its message was dead-lettered."""
    _emit({"JobsFailed": _once(), "JobsGivenUp": _once()})


def agent_finished(duration_s: float) -> None:
    """Record a committed section. The dimension `service` identifies the agent."""
    _emit({"AgentDuration": _time(duration_s)})


def progress_write_failed() -> None:
    _emit({"ProgressWritesFailed": _once()})


def database_resumed() -> None:
    """Record a statement that found the cluster paused and resuming."""
    _emit({"DataApiResumes": _once()})


def model_answered(model: str, *, duration_s: float, input_tokens: int, output_tokens: int) -> None:
    """Record one model call with the response's `usage`; the model's id is a dimension."""
    _emit(
        {
            "ModelInputTokens": (MetricUnit.Count, input_tokens),
            "ModelOutputTokens": (MetricUnit.Count, output_tokens),
            "ModelLatency": _time(duration_s),
        },
        model=model,
    )


def passages_written(model: str, *, accepted: int, repaired: int, replaced: int) -> None:
    """Record the passages of a section: accepted at first, accepted after a repair, and replaced by the template."""
    _emit(
        {
            "PassagesAccepted": (MetricUnit.Count, accepted),
            "PassagesRepaired": (MetricUnit.Count, repaired),
            "PassagesReplaced": (MetricUnit.Count, replaced),
        },
        model=model,
    )


def model_abandoned(model: str, *, input_tokens: int, output_tokens: int) -> None:
    """Record one model call abandoned because its job is over; the tokens are estimated."""
    _emit(
        {
            "ModelInputTokens": (MetricUnit.Count, input_tokens),
            "ModelOutputTokens": (MetricUnit.Count, output_tokens),
            "ModelTokensAbandoned": (MetricUnit.Count, input_tokens + output_tokens),
        },
        model=model,
    )


def model_throttled(model: str) -> None:
    """Record one model call that was throttled."""
    _emit({"ModelThrottles": _once()}, model=model)


def _once() -> Measurement:
    return MetricUnit.Count, 1


def _time(duration_s: float) -> Measurement:
    return MetricUnit.Milliseconds, round(1000 * duration_s)


def _emit(measured: Mapping[str, Measurement], **dimensions: str) -> None:
    if not os.environ.get(_NAMESPACE):
        return
    try:
        metrics = EphemeralMetrics()  # one per line, because Metrics objects share state between threads
        metrics.add_dimension("deployment", os.environ["NAME_PREFIX"])
        for dimension, text in dimensions.items():
            metrics.add_dimension(dimension, text)
        for name, (unit, value) in measured.items():
            metrics.add_metric(name, unit, value)
        # a single write, so that other threads' lines don't interleave
        sys.stdout.write(json.dumps(metrics.serialize_metric_set()) + "\n")
    except Exception as error:  # a metric must never fail a job
        logger.warning("A metric could not be written", metrics=sorted(measured), reason=type(error).__name__)
