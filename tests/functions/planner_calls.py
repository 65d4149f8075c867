"""Delivers messages to the planner as SQS and Lambda do, with an SQS client that records its calls."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from functions.planner.agents import Agents
from functions.planner.handler import run_messages
from functions.shared.runtime import Runtime
from functions.shared.tasks import JobMessage

QUEUE_ARN = "arn:aws:sqs:us-east-1:000000000000:alex-analysis-jobs"


@dataclass
class FakeSqs:
    """`hidden` lists each visibility change as receipt handle and seconds."""

    hidden: list[tuple[str, int]] = field(default_factory=list)

    def change_message_visibility(self, QueueUrl: str, ReceiptHandle: str, VisibilityTimeout: int) -> None:  # noqa: N803
        assert QueueUrl.endswith("/000000000000/alex-analysis-jobs")
        self.hidden.append((ReceiptHandle, VisibilityTimeout))


@dataclass
class Context:
    """The parts of an invocation's context that functions read."""

    function_name: str = "alex-planner"
    memory_limit_in_mb: int = 1024
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:000000000000:function:alex-planner"
    aws_request_id: str = "request"
    seconds_left: float = 600

    def get_remaining_time_in_millis(self) -> int:
        return round(1000 * self.seconds_left)


def end_abandoned_agents() -> None:
    """Wait for the agents of a planner that stopped, to keep their statements out of the next test."""
    for thread in threading.enumerate():
        if thread.name.startswith("agent"):
            thread.join()


def sqs_event(*bodies: str, receive_count: int = 1) -> dict[str, Any]:
    """An event of an SQS queue, with a record per body. Receipt handles are `receipt 0`, `receipt 1`, …"""
    return {
        "Records": [
            {
                "messageId": str(number),
                "receiptHandle": f"receipt {number}",
                "attributes": {"ApproximateReceiveCount": str(receive_count)},
                "eventSource": "aws:sqs",
                "eventSourceARN": QUEUE_ARN,
                "body": body,
            }
            for number, body in enumerate(bodies)
        ]
    }


@dataclass
class Planner:
    """The planner's function in this process. `environment` holds its variables."""

    environment: Mapping[str, str]
    sqs: FakeSqs = field(default_factory=FakeSqs)

    def deliver(
        self,
        message: JobMessage | str,
        agents: Agents | None = None,
        *,
        receive_count: int = 1,
        seconds_left: float = 600,
        sleep: Callable[[float], Any] = time.sleep,
        **variables: str,
    ) -> bool:
        """Return whether the message was acknowledged. Without `agents`, the planner invokes functions or stand-ins."""
        body = message if isinstance(message, str) else message.model_dump_json()
        runtime = Runtime({**self.environment, **variables}, sqs=lambda: cast(Any, self.sqs), sleep=sleep)
        event = sqs_event(body, receive_count=receive_count)
        response = run_messages(event, cast(Any, Context(seconds_left=seconds_left)), runtime, agents)
        return not response["batchItemFailures"]

    @property
    def redelivered_after_s(self) -> int:
        """The visibility timeout in seconds with which the last message was returned."""
        return self.sqs.hidden[-1][1]
