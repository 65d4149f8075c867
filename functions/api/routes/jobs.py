"""Routes to start, follow, and end analyses."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Header, Query
from pydantic import BeforeValidator, Field, ValidationError

from functions.api.http.bodies import is_file, raw_body, read_json
from functions.api.http.openapi import FILE_CONTENT, WITH_BODY, openapi_responses, reference
from functions.api.http.problems import Invalid
from functions.api.http.routing import Routes, json_response, no_content, parse_id
from functions.api.routes.poll import RETRY_AFTER_S
from functions.api.schemas.request_models import AnalysisRequest, JobChanges, JobStatus, QueryNumber

router = Routes("jobs")
_STARTED = {"Location": "The path of the job.", "Retry-After": "Seconds until the first poll."}

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x20-\x7e]{1,255}$",
        description="Repeating a request with the same key returns the same job instead of starting another.",
    ),
]
Status = Annotated[
    JobStatus | None, Query(description="Return only jobs with this status."), BeforeValidator(lambda v: v or None)
]
Limit = Annotated[Annotated[int, Field(ge=1, le=100)] | None, Query(), QueryNumber]
Cursor = Annotated[
    str | None,
    Query(
        pattern=r"^([0-9]{1,17}_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$",
        description="`next_cursor` of the previous response.",
    ),
]


@router.post(
    "/api/analyze",
    summary="Start an analysis of a portfolio file or of your accounts",
    responses=openapi_responses(202, "Started", *WITH_BODY, 429, headers=_STARTED),
    openapi_extensions={
        "requestBody": {"content": {"application/json": {"schema": reference("AnalysisRequest")}, **FILE_CONTENT}}
    },
)
def start_analysis(idempotency_key: IdempotencyKey = None) -> Response[Any]:
    """Send a portfolio file to import and analyze it. With JSON or without a body, your accounts are analyzed."""
    request, file = _request()
    job_id = router.dependencies.analyses.start(router.user_id, request, idempotency_key, file)
    return _started(str(job_id), "The analysis has started.")


@router.get(
    "/api/jobs", summary="List your jobs without results, newest first", responses=openapi_responses(200, "Jobs", 422)
)
def list_jobs(status: Status = None, limit: Limit = None, cursor: Cursor = None) -> Response[Any]:
    """Pass `next_cursor` as `cursor` to get the next page; it is null on the last one."""
    return json_response(router.dependencies.jobs.page(router.user_id, status, limit or 20, cursor))


@router.patch("/api/jobs/<job_id>", summary="Name a job", responses=openapi_responses(200, "Job", *WITH_BODY, 404))
def rename_job(job_id: str, changes: JobChanges) -> Response[Any]:
    """The name appears in lists. It changes nothing else."""
    return json_response(router.dependencies.jobs.rename(router.user_id, parse_id(job_id), changes.name))


@router.delete("/api/jobs/<job_id>", summary="Delete an ended job", responses=openapi_responses(204, None, 404, 409))
def delete_job(job_id: str) -> Response[Any]:
    """Deletes the results and the history. An active job must be cancelled first."""
    router.dependencies.jobs.delete(router.user_id, parse_id(job_id))
    return no_content()


@router.post(
    "/api/jobs/<job_id>/cancel",
    summary="Cancel a pending or running job",
    responses=openapi_responses(200, "Job", *WITH_BODY, 404, 409),
)
def cancel_job(job_id: str) -> Response[Any]:
    """The job ends at once, and keeps its finished sections. Repeating the request changes nothing."""
    return json_response(router.dependencies.jobs.cancel(router.user_id, parse_id(job_id)))


@router.post(
    "/api/jobs/<job_id>/retry",
    summary="Retry a failed or cancelled job; finished sections are kept",
    responses=openapi_responses(202, "Started", *WITH_BODY, 404, 409, 429, headers=_STARTED),
)
def retry_job(job_id: str) -> Response[Any]:
    """Only the missing sections run again. A retry counts as a new analysis for the daily limit."""
    router.dependencies.analyses.retry(router.user_id, parse_id(job_id))
    return _started(job_id.lower(), "The analysis has been restarted.")


def _request() -> tuple[AnalysisRequest, bytes | None]:
    """Return the request and the file, if any. Without a body, the stored portfolio is analyzed in full."""
    event = router.current_event
    sent = raw_body(event)
    if is_file(event):
        return AnalysisRequest(), sent
    try:
        return AnalysisRequest.model_validate(read_json(sent.decode()) if sent else {}), None
    except ValidationError as error:
        raise Invalid.from_validation(error.errors()) from error


def _started(job_id: str, message: str) -> Response[Any]:
    headers = {"Location": f"/api/jobs/{job_id}", "Retry-After": RETRY_AFTER_S}
    return json_response({"job_id": job_id, "message": message}, 202, headers)
