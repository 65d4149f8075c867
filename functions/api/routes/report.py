"""The route for an analysis as a page to keep."""

from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response

from functions.api.documentation import answers
from functions.api.exchange import Id, Routes, caller, identity
from functions.api.problems import Conflict, NotFound
from functions.api.resources import jobs

router = Routes()
HTML = "text/html"


@router.get(
    "/api/jobs/<job_id>/report.html",
    tags=["jobs"],
    summary="The results of a job as one page to keep and print",
    description="Self-contained: text, charts and tables, no script, nothing loaded. What is there of an analysis that "
    "failed later is on it too; 409 until there is a report.",
    responses=answers(
        200,
        None,
        404,
        409,
        also={HTML: {"type": "string"}},
        headers={
            "Content-Disposition": "A file name with the date of the analysis.",
            "Content-Security-Policy": "Allows the page its own style, and nothing else.",
        },
    ),
)
def read_report_page(job_id: Id) -> Response[Any]:
    job = jobs().read(caller(router), identity(job_id), ())
    if job is None or job.document is None:
        raise NotFound
    # Imported here so that other requests don't load the page's libraries.
    from functions.api.report_page.page import content_security_policy, file_name, render  # noqa: PLC0415
    from functions.api.report_page.results import Results  # noqa: PLC0415

    results = Results.model_validate_json(job.document)
    if not results.has_report:
        raise Conflict("There is no report yet." if job.is_active else "The analysis ended without a report.")
    headers = {
        "Content-Disposition": f'inline; filename="{file_name(results)}"',
        "Content-Security-Policy": content_security_policy(),
    }
    return Response(200, f"{HTML}; charset=utf-8", render(results), headers)
