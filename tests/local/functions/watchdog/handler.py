"""Stands in for the watchdog: tells which job it was asked to look at."""

from typing import Any

from functions.shared.observability import logger
from functions.shared.tasks import JobMessage


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    for record in event["Records"]:
        logger.info(f"Looked at {JobMessage.model_validate_json(record['body']).job_id}")
    return {"batchItemFailures": []}
