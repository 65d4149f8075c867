"""Stands in for the planner: sends each message to the reporter, or returns the message if it requests that.

A message with `hangs_once` creates that file and hangs, unless the file exists.
"""

import json
import os
import time
from pathlib import Path
from typing import Any

import boto3

from functions.shared.observability import logger


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    failures = []
    for record in event["Records"]:
        message = json.loads(record["body"])
        logger.info(f"Received {message['user']}, delivery {record['attributes']['ApproximateReceiveCount']}")
        if "hangs_once" in message:
            hang_once(Path(message["hangs_once"]))
        if message.get("poison"):
            failures.append({"itemIdentifier": record["messageId"]})
        else:
            reporter = f"{os.environ['NAME_PREFIX']}-reporter"
            boto3.client("lambda").invoke(FunctionName=reporter, Payload=record["body"])
    return {"batchItemFailures": failures}


def hang_once(begun: Path) -> None:
    """Hang for a minute, unless an earlier delivery did."""
    try:
        begun.touch(exist_ok=False)
    except FileExistsError:
        return
    time.sleep(60)
