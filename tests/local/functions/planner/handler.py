"""Stands in for the planner: sends each message to the reporter, or returns the message if it requests that."""

import json
import os
import time
from typing import Any

import boto3

from functions.shared.observability import logger


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    failures = []
    for record in event["Records"]:
        message = json.loads(record["body"])
        logger.info(f"Received {message['user']}, delivery {record['attributes']['ApproximateReceiveCount']}")
        time.sleep(message.get("work_s", 0))
        if message.get("poison"):
            failures.append({"itemIdentifier": record["messageId"]})
        else:
            reporter = f"{os.environ['NAME_PREFIX']}-reporter"
            boto3.client("lambda").invoke(FunctionName=reporter, Payload=record["body"])
    return {"batchItemFailures": failures}
