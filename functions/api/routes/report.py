"""The route for an analysis as a self-contained page."""

from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response

from functions.api.errors import found
from functions.api.http.openapi import openapi_responses
from functions.api.http.problems import Conflict
from functions.api.http.routing import Routes, parse_id

router = Routes("jobs")
HTML = "text/html"


@router.get(
    "/api/jobs/<job_id>/report.html",
    summary="Get a job's report as a page to save or print",
    description="Self-contained HTML with text, charts, and tables; it has no scripts and loads nothing. If an "
    "analysis failed, the page contains its finished sections. 409 if there is no report.",
    responses=openapi_responses(
        200,
        None,
        404,
        409,
        also={HTML: {"schema": {"type": "string"}}},
        headers={
            "Content-Disposition": "A file name that contains the date of the analysis.",
            "Content-Security-Policy": "Allows only the page's own styles.",
        },
    ),
)
def read_report_page(job_id: str) -> Response[Any]:
    job = router.dependencies.jobs.read_report(router.user_id, parse_id(job_id))
    # Imported here so that other requests don't load the page's libraries.
    from functions.api.report_page.page import content_security_policy, file_name, render  # noqa: PLC0415
    from functions.api.report_page.results import Results  # noqa: PLC0415

    results = Results.model_validate_json(found(job.document))
    if not results.has_report:
        raise Conflict("There is no report yet." if job.is_active else "The analysis ended without a report.")
    headers = {
        "Content-Disposition": f'inline; filename="{file_name(results)}"',
        "Content-Security-Policy": content_security_policy(results),
    }
    return Response(200, f"{HTML}; charset=utf-8", render(results), headers)
