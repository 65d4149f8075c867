"""Stands in for the planner: sends each message to the reporter, or returns the message if it requests that.

A message with `hangs_once` writes its receipt handle to that file and hangs, unless the file exists.
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
            hang_once(Path(message["hangs_once"]), record["receiptHandle"])
        if message.get("poison"):
            failures.append({"itemIdentifier": record["messageId"]})
        else:
            reporter = f"{os.environ['NAME_PREFIX']}-reporter"
            boto3.client("lambda").invoke(FunctionName=reporter, Payload=record["body"])
    return {"batchItemFailures": failures}


def hang_once(begun: Path, receipt_handle: str) -> None:
    """Hang, unless an earlier delivery did."""
    if begun.exists():
        return
    new = begun.with_suffix(".new")
    new.write_text(receipt_handle)
    new.replace(begun)
    time.sleep(600)
