"""What this API is: its OpenAPI document, and a page to read it and try it."""

from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response

from functions.api.exchange import Routes, answer

router = Routes()


@router.get("/openapi.json", include_in_schema=False)
def openapi_document() -> Response[Any]:
    from functions.api.openapi import document  # noqa: PLC0415 - its models cost every other request nothing

    return answer(document(router))


@router.get("/docs", include_in_schema=False)
def swagger_page() -> Response[Any]:
    from functions.api.openapi import page  # noqa: PLC0415

    return Response(200, "text/html; charset=utf-8", page(router))
