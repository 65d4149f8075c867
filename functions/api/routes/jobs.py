"""Routes to start, follow, and end analyses."""

import re
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Header, Query
from pydantic import BeforeValidator, Field, ValidationError

from functions.api.bodies import is_file, raw_body, read_json
from functions.api.documentation import FILE_CONTENT, WITH_BODY, answers, reference
from functions.api.exchange import Id, Routes, answer, caller, found, identity, no_content
from functions.api.problems import Conflict, Invalid, NotFound
from functions.api.resources import analyses, jobs
from functions.api.schemas import AnalysisRequest, JobStatus, QueryNumber

router = Routes()
_TAGS = ["jobs"]
_RETRY_AFTER_S = "2"
_OUR_ETAG = re.compile(r'"([0-9]{1,19}-[0-9]{1,19}(?:-[0-9]{1,4}){0,2})"')
_POLLED = {
    "ETag": "The version of the job and its percent.",
    "Retry-After": "While the job waits or runs: seconds until the next look.",
}
_STARTED = {"Location": "Where the job is.", "Retry-After": "Seconds until the first look."}

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x20-\x7e]{1,255}$",
        description="The same request with the same key names the same job, however often it is sent.",
    ),
]
Status = Annotated[
    JobStatus | None, Query(description="Only jobs in this state."), BeforeValidator(lambda v: v or None)
]
Limit = Annotated[Annotated[int, Field(ge=1, le=100)] | None, Query(), QueryNumber]
Cursor = Annotated[
    str | None,
    Query(
        pattern=r"^([0-9]{1,17}_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$", description="An answer's next_cursor."
    ),
]


@router.post(
    "/api/analyze",
    tags=_TAGS,
    summary="Start an analysis of a portfolio file, or of the portfolio that is there",
    responses=answers(202, "Started", *WITH_BODY, 429, headers=_STARTED),
    openapi_extensions={
        "requestBody": {
            "content": {
                "application/json": {"schema": reference("AnalysisRequest")},
                **FILE_CONTENT,
            }
        }
    },
)
def start_analysis(idempotency_key: IdempotencyKey = None) -> Response[Any]:
    request, file = _request()
    job_id = analyses().start(caller(router), request, idempotency_key, file)
    return _started(str(job_id), "The analysis was started.")


@router.get(
    "/api/jobs", tags=_TAGS, summary="The jobs without results, newest first", responses=answers(200, "Jobs", 422)
)
def list_jobs(status: Status = None, limit: Limit = None, cursor: Cursor = None) -> Response[Any]:
    return answer(jobs().page(caller(router), status, limit or 20, cursor))


@router.get(
    "/api/jobs/<job_id>",
    tags=_TAGS,
    summary="A job with its progress and results",
    responses=answers(200, "JobWithResults", 404, headers=_POLLED)
    | {304: {"description": "The client has this version (If-None-Match).", "content": {}}},
)
def read_job(job_id: Id) -> Response[Any]:
    known = _OUR_ETAG.findall(router.current_event.headers.get("if-none-match", ""))
    job = jobs().read(caller(router), identity(job_id), known)
    if job is None:
        raise NotFound
    headers = {"ETag": f'W/"{job.etag}"', "Cache-Control": "private, no-cache"}
    if job.is_active:
        headers["Retry-After"] = _RETRY_AFTER_S
    if job.document is None:
        return Response(304, None, "", headers)
    return answer(job.document, headers=headers)


@router.delete(
    "/api/jobs/<job_id>", tags=_TAGS, summary="Remove a job that has ended", responses=answers(204, None, 404, 409)
)
def delete_job(job_id: Id) -> Response[Any]:
    status = found(jobs().delete(caller(router), identity(job_id)))
    if status in {JobStatus.PENDING, JobStatus.RUNNING}:
        raise Conflict(f"The analysis is {status}: cancel it first.")
    return no_content()


@router.post(
    "/api/jobs/<job_id>/cancel",
    tags=_TAGS,
    summary="Cancel a job that waits or runs",
    responses=answers(200, "Job", *WITH_BODY, 404, 409),
)
def cancel_job(job_id: Id) -> Response[Any]:
    job = jobs().cancel(caller(router), identity(job_id))
    if job is None:
        raise NotFound
    document, status = job
    if status != JobStatus.CANCELLED:
        raise Conflict(f"The analysis is {status}: it can't be cancelled any more.")
    return answer(document)


@router.post(
    "/api/jobs/<job_id>/retry",
    tags=_TAGS,
    summary="Try a job again that failed or was cancelled; what is finished stays",
    responses=answers(202, "Started", *WITH_BODY, 404, 409, 429, headers=_STARTED),
)
def retry_job(job_id: Id) -> Response[Any]:
    analyses().retry(caller(router), identity(job_id))
    return _started(job_id.lower(), "The analysis was started again.")


def _request() -> tuple[AnalysisRequest, bytes | None]:
    """Return the request and the file, if any. A file is analyzed in full; without a body, the stored portfolio is."""
    event = router.current_event
    sent = raw_body(event)
    if is_file(event):
        return AnalysisRequest(), sent
    try:
        return AnalysisRequest.model_validate(read_json(sent.decode()) if sent else {}), None
    except ValidationError as error:
        raise Invalid.from_validation(error.errors()) from error


def _started(job_id: str, message: str) -> Response[Any]:
    headers = {"Location": f"/api/jobs/{job_id}", "Retry-After": _RETRY_AFTER_S}
    return answer({"job_id": job_id, "message": message}, 202, headers)
