"""The route that clients poll. Most processes start with it, so its module imports nothing for other routes."""

import re
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response

from functions.api.http.openapi import openapi_responses
from functions.api.http.routing import Routes, json_response, parse_id

router = Routes("jobs")
RETRY_AFTER_S = "2"
_OUR_ETAG = re.compile(r'"([0-9]{1,19}-[0-9]{1,19}(?:-[0-9]{1,4}){0,2})"')
_HEADERS = {
    "ETag": "The version of the job and its progress.",
    "Retry-After": "Seconds until the next poll, while the job is pending or running.",
}


@router.get(
    "/api/jobs/<job_id>",
    summary="Get a job with its progress and results",
    responses=openapi_responses(200, "JobWithResults", 404, headers=_HEADERS)
    | {304: {"description": "The client already has this version (`If-None-Match`).", "content": {}}},
)
def read_job(job_id: str) -> Response[Any]:
    """Poll at the interval in `Retry-After`, which is absent once the job has ended. Sections appear as they finish."""
    known = _OUR_ETAG.findall(router.current_event.headers.get("if-none-match", ""))
    job = router.dependencies.jobs.read(router.user_id, parse_id(job_id), known)
    headers = {"ETag": f'W/"{job.etag}"', "Cache-Control": "private, no-cache"}
    if job.is_active:
        headers["Retry-After"] = RETRY_AFTER_S
    if job.document is None:
        return Response(304, None, "", headers)
    return json_response(job.document, headers=headers)
