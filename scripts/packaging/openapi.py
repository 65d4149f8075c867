"""The OpenAPI document, which Powertools generates from the routes, with Alex's problem documents and schemas."""

import json
from typing import Any

from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer
from pydantic.json_schema import models_json_schema

from functions.api.http.resolver import Resolver
from functions.api.schemas.request_models import AnalysisRequest
from functions.api.schemas.response_models import SCHEMAS
from functions.api.settings import VERSION

_REFERENCE = "#/components/schemas/{model}"
#: Powertools' schemas of errors. Here every error is a problem document.
_REPLACED = ("HTTPValidationError", "ResponseValidationError", "ValidationError")


def document(app: Resolver) -> dict[str, Any]:
    """Return the OpenAPI document of an application."""
    made: dict[str, Any] = json.loads(
        app.get_openapi_json_schema(
            title="Alex",
            version=VERSION,
            description="Analyzes investment portfolios with a team of agents and shows their progress.",
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


def _schemas() -> dict[str, Any]:
    _, answered = models_json_schema([(model, "serialization") for model in SCHEMAS], ref_template=_REFERENCE)
    _, asked = models_json_schema([(AnalysisRequest, "validation")], ref_template=_REFERENCE)
    schemas: dict[str, Any] = answered["$defs"] | asked["$defs"]
    return schemas
