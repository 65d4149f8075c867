"""Stands in for the api function: the last part of the path determines the response."""

import base64
import json
import os
from typing import Any

import boto3

from functions.shared.observability import logger


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    logger.info(f"Asked for {event['rawPath']}")
    last = event["rawPath"].rpartition("/")[2]
    if last == "crash":
        raise RuntimeError("a secret reason")
    if event["requestContext"]["http"]["method"] == "OPTIONS":
        return {"statusCode": 204, "headers": {"Allow": "POST", "Access-Control-Allow-Origin": "*"}}
    if last.isdigit():
        return {"statusCode": int(last), "headers": {"ETag": '"1"', "Allow": "GET"}}
    if last == "jobs":
        queue = os.environ["ANALYSIS_JOBS_QUEUE_URL"]
        boto3.client("sqs").send_message(QueueUrl=queue, MessageBody=event["body"])
    binary = base64.b64encode(bytes(range(256))).decode()
    responses: dict[str, dict[str, Any]] = {
        "bytes": {"body": binary, "isBase64Encoded": True},
        "cookies": {"body": "{}", "cookies": ["a=1", "b=2"]},
        "environment": {"body": json.dumps(dict(os.environ))},
    }
    return {"statusCode": 200, "body": json.dumps(event), **responses.get(last, {})}
