"""The OpenAPI document, which Powertools generates from the routes, made convenient for readers and generators.

Operations have short ids, and the docstrings of their functions as descriptions.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer
from pydantic.json_schema import models_json_schema

from functions.api.http.resolver import PUBLIC, Resolver
from functions.api.schemas import job_responses, response_models
from functions.api.schemas.request_models import AnalysisRequest
from functions.api.version import VERSION
from scripts.packaging.openapi_examples import EXAMPLES

_REFERENCE = "#/components/schemas/{model}"
#: Powertools' schemas of errors. Here every error is a problem document.
_REPLACED = ("HTTPValidationError", "ResponseValidationError", "ValidationError")
_TAGS = {
    "jobs": "Start analyses, follow their progress, and read their results.",
    "portfolio": "Import a whole portfolio, or add the sample.",
    "accounts": "The caller's accounts, with their cash.",
    "positions": "The holdings of an account.",
    "instruments": "The shared reference data.",
    "user": "The caller's profile and goals.",
    "health": "Checks for monitoring.",
}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` of the client's version. If it is unchanged, the response is a 304 without body.",
    "schema": {"type": "string"},
}
_PARAMETERS = {"readJob": [_IF_NONE_MATCH], "readSample": [_IF_NONE_MATCH]}
"""Parameters that the functions read from the request themselves, by operation."""


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
    made["tags"] = [{"name": name, "description": text} for name, text in _TAGS.items()]
    functions = {route.operation_id: route.func for route in [*app._static_routes, *app._dynamic_routes]}
    for path, operations in made["paths"].items():
        for operation in operations.values():
            function = functions[operation["operationId"]]
            operation["operationId"] = _camel_case(function.__name__)
            operation.setdefault("description", function.__doc__)
            _format_ids(operation)
            operation["security"] = [{"token": []}] if path.startswith("/api/") and path not in PUBLIC else []
            if extra := _PARAMETERS.get(operation["operationId"]):
                operation["parameters"] = [*operation.get("parameters", []), *extra]
    schemas = made["components"]["schemas"]
    for name in _REPLACED:
        schemas.pop(name, None)
    schemas |= _schemas()
    for schema in _nested(schemas):
        _simplify(schema)
    for name, example in EXAMPLES.items():
        schemas[name]["examples"] = [example]
    return made


def _schemas() -> dict[str, Any]:
    models = (*response_models.SCHEMAS, *job_responses.SCHEMAS)
    _, answered = models_json_schema([(model, "serialization") for model in models], ref_template=_REFERENCE)
    _, asked = models_json_schema([(AnalysisRequest, "validation")], ref_template=_REFERENCE)
    schemas: dict[str, Any] = answered["$defs"] | asked["$defs"]
    return schemas


def _format_ids(operation: dict[str, Any]) -> None:
    """Declare the path's ids as UUIDs. Their functions take them as text; see `parse_id`."""
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "path" and parameter["name"].endswith("_id"):
            parameter["schema"]["format"] = "uuid"


def _simplify(schema: dict[str, Any]) -> None:
    """Rewrite two keywords that generators handle badly.

    A property with a default becomes required in types from openapi-typescript. Linters reject a tuple without `items`,
    although JSON Schema allows it.
    """
    for described in schema.get("properties", {}).values():
        default = described.pop("default", None)
        if default not in (None, ""):
            text = described.get("description", "")
            described["description"] = f"{text} Default: {json.dumps(default)}.".strip()
    if "prefixItems" in schema:
        schema.setdefault("items", schema["prefixItems"][-1])


def _nested(node: Any) -> Iterator[dict[str, Any]]:
    """Yield every object within a JSON document."""
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from _nested(child)


def _camel_case(name: str) -> str:
    return re.sub(r"_(\w)", lambda found: found[1].upper(), name)
