"""The OpenAPI document, made by Powertools from the routes, with our own problems and schemas; and its page."""

import json
from importlib.resources import files
from typing import Any, cast

from aws_lambda_powertools.event_handler.api_gateway import ApiGatewayResolver
from aws_lambda_powertools.event_handler.openapi import swagger_ui
from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer
from aws_lambda_powertools.event_handler.openapi.swagger_ui import generate_swagger_html
from pydantic.json_schema import models_json_schema

from functions.api.answers import SCHEMAS
from functions.api.exchange import Routes
from functions.api.schemas import AnalysisRequest
from functions.api.settings import VERSION

_REFERENCE = "#/components/schemas/{model}"
#: Schemas of errors that Powertools answers; here all of them are problems.
_REPLACED = ("HTTPValidationError", "ResponseValidationError", "ValidationError")


def document(router: Routes) -> dict[str, Any]:
    """The OpenAPI document of the application that `router` is included in."""
    app = cast(ApiGatewayResolver, router.api_resolver)
    made: dict[str, Any] = json.loads(
        app.get_openapi_json_schema(
            title="Alex",
            version=VERSION,
            description="Analyses investment portfolios with a team of agents, and shows honest progress.",
            security_schemes={"token": HTTPBearer(bearerFormat="JWT")},
        )
    )
    for path, operations in made["paths"].items():
        for operation in operations.values():
            operation["security"] = [{"token": []}] if path.startswith("/api/") else []
    schemas = made["components"]["schemas"]
    for name in _REPLACED:
        schemas.pop(name, None)
    schemas |= _schemas()
    return made


def page(router: Routes) -> str:
    """The document in Swagger UI, all in one page: nothing is loaded from anywhere else."""
    folder = files(swagger_ui)
    return generate_swagger_html(
        json.dumps(document(router)).replace("</", "<\\/"),
        (folder / "swagger-ui-bundle.min.js").read_text(encoding="utf-8"),
        (folder / "swagger-ui.min.css").read_text(encoding="utf-8"),
        swagger_base_url="",
        oauth2_config=None,
    )


def _schemas() -> dict[str, Any]:
    _, answered = models_json_schema([(model, "serialization") for model in SCHEMAS], ref_template=_REFERENCE)
    _, asked = models_json_schema([(AnalysisRequest, "validation")], ref_template=_REFERENCE)
    schemas: dict[str, Any] = answered["$defs"] | asked["$defs"]
    return schemas
