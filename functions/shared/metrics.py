"""The metrics of every function: a line of CloudWatch's Embedded Metric Format in the log for each event.

All are in the namespace that POWERTOOLS_METRICS_NAMESPACE names (`alex`), with the dimensions `deployment` (the prefix
of the resources' names) and `service` (the function). Where no namespace is set, as in a script, nothing is written.
A metric that can't be written is logged, and nobody is disturbed.
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
    """For the first time in its round, after so many seconds in the queue."""
    _emit({"QueueWait": _time(waited_s)})


def job_completed(duration_s: float) -> None:
    """By the attempt that completed it, in so many seconds."""
    _emit({"JobsCompleted": _once(), "JobDuration": _time(duration_s)})


def job_failed() -> None:
    """A round ended without all of its sections."""
    _emit({"JobsFailed": _once()})


def job_retried() -> None:
    """A transient error interrupted an attempt, and the message was returned to the queue."""
    _emit({"JobsRetried": _once()})


def job_given_up() -> None:
    """The job's message could not be processed and was dead-lettered; the job was failed."""
    _emit({"JobsFailed": _once(), "JobsGivenUp": _once()})


def agent_finished(duration_s: float) -> None:
    """With its section committed. Which agent it was is the dimension `service`."""
    _emit({"AgentDuration": _time(duration_s)})


def progress_write_failed() -> None:
    _emit({"ProgressWritesFailed": _once()})


def database_resumed() -> None:
    """A statement came upon a cluster that was paused and wakes up."""
    _emit({"DataApiResumes": _once()})


def model_answered(model: str, *, input_tokens: int, output_tokens: int) -> None:
    """One call of a model, as the answer's `usage` tells it; the model's id is a dimension."""
    _emit(
        {"ModelInputTokens": (MetricUnit.Count, input_tokens), "ModelOutputTokens": (MetricUnit.Count, output_tokens)},
        model=model,
    )


def model_abandoned(model: str, *, input_tokens: int, output_tokens: int) -> None:
    """One call that was given up because its job is over; the tokens are estimated."""
    _emit(
        {
            "ModelInputTokens": (MetricUnit.Count, input_tokens),
            "ModelOutputTokens": (MetricUnit.Count, output_tokens),
            "ModelTokensAbandoned": (MetricUnit.Count, input_tokens + output_tokens),
        },
        model=model,
    )


def model_throttled(model: str) -> None:
    """One call that a model refused for now."""
    _emit({"ModelThrottles": _once()}, model=model)


def _once() -> Measurement:
    return MetricUnit.Count, 1


def _time(duration_s: float) -> Measurement:
    return MetricUnit.Milliseconds, round(1000 * duration_s)


def _emit(measured: Mapping[str, Measurement], **dimensions: str) -> None:
    if not os.environ.get(_NAMESPACE):
        return
    try:
        metrics = EphemeralMetrics()  # one for each line: those of Metrics share their state, and threads would mix it
        metrics.add_dimension("deployment", os.environ["NAME_PREFIX"])
        for dimension, text in dimensions.items():
            metrics.add_dimension(dimension, text)
        for name, (unit, value) in measured.items():
            metrics.add_metric(name, unit, value)
        # in one piece, so that no line of another thread comes in between
        sys.stdout.write(json.dumps(metrics.serialize_metric_set()) + "\n")
    except Exception as error:  # whatever it is, a metric is not worth a job
        logger.warning("A metric could not be written", metrics=sorted(measured), reason=type(error).__name__)
