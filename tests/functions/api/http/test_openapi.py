"""The OpenAPI document covers every route completely and omits Powertools' own errors."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from functions.api.handler import application
from functions.api.http.openapi import GATEWAY_STATUSES
from functions.api.schemas import goals, job_responses, position_changes, request_models, response_models
from functions.api.schemas.job_responses import JobWithResults
from functions.shared.section_names import SERVED
from scripts.packaging.openapi_examples import EXAMPLES
from tests.functions.api.calling import openapi

METHODS = {"get", "put", "post", "delete", "patch"}
PUBLIC = {"/health", "/api/sample"}


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in openapi()["paths"].items():
        for method in METHODS & item.keys():
            yield method, path, item[method]


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from (value for key, value in node.items() if key == "$ref")
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from references(child)


def test_document_is_openapi_of_this_api() -> None:
    assert openapi()["openapi"].startswith("3.1.")
    assert openapi()["info"]["title"] == "Alex"


def test_document_contains_every_route() -> None:
    routes = {(method.lower(), path) for path, methods in application.resolver().methods.items() for method in methods}

    of_people = {
        ("get", path)
        for path in ("/", "/assets/{name}", "/config.json", "/docs", "/docs/{name}", "/favicon.ico", "/openapi.json")
    }
    assert {(method, path) for method, path, _ in operations()} == routes - of_people


def test_every_reference_resolves() -> None:
    schemas = openapi()["components"]["schemas"]

    assert set(references(openapi())) <= {f"#/components/schemas/{name}" for name in schemas}
    assert len(set(references(openapi()))) > 20


def test_every_schema_is_used() -> None:
    used = {reference.rpartition("/")[2] for reference in references(openapi())}

    assert set(openapi()["components"]["schemas"]) == used


def test_operation_has_short_id_summary_description_and_tag() -> None:
    ids = [operation["operationId"] for _, _, operation in operations()]
    tags = {tag["name"] for tag in openapi()["tags"] if tag["description"]}

    assert len(ids) == len(set(ids))
    assert {"readJob", "startAnalysis", "changeAccount"} <= set(ids)
    assert max(map(len, ids)) <= 20
    for _, _, operation in operations():
        assert operation["summary"]
        assert operation["description"]
        assert set(operation["tags"]) <= tags
        assert operation["tags"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_is_valid(name: str) -> None:
    assert openapi()["components"]["schemas"][name]["examples"] == [EXAMPLES[name]]
    modules = (request_models, response_models, job_responses, goals, position_changes)
    model = next(getattr(module, name) for module in modules if hasattr(module, name))

    model.model_validate(json.loads(json.dumps(EXAMPLES[name]), parse_float=Decimal))


def test_request_body_has_an_example() -> None:
    bodies = {
        reference.rpartition("/")[2]
        for _, _, operation in operations()
        for reference in references(operation.get("requestBody", {}))
    }

    assert bodies <= EXAMPLES.keys()


def test_optional_property_has_no_default() -> None:
    """Client generators make a property that has a default required."""
    schemas = openapi()["components"]["schemas"]

    properties = [field for schema in schemas.values() for field in schema.get("properties", {}).values()]
    assert len(properties) > 100
    assert [field for field in properties if "default" in field] == []
    assert schemas["NewAccount"]["properties"]["cash_balance"]["description"].endswith("Default: 0.")
    assert schemas["Progress"]["properties"]["estimated_range"]["anyOf"][0].keys() >= {"items", "prefixItems"}


def test_every_path_parameter_is_described() -> None:
    for _, path, operation in operations():
        described = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
        assert described == set(re.findall(r"{(\w+)}", path))


def test_every_error_is_a_problem_except_gateway_errors() -> None:
    for _, _, operation in operations():
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                schemas = {kind: content["schema"]["$ref"] for kind, content in response["content"].items()}
                assert schemas.pop("application/problem+json") == "#/components/schemas/Problem"
                gateways = {"application/json": "#/components/schemas/GatewayMessage"}
                assert schemas == (gateways if int(status) in GATEWAY_STATUSES else {})


def test_every_operation_below_api_requires_sign_in() -> None:
    for _, path, operation in operations():
        assert operation["security"] == ([] if path in PUBLIC else [{"token": []}])
        assert ("401" in operation["responses"]) == (path not in PUBLIC)


def test_every_served_section_is_described() -> None:
    documented = {"request_payload", *(f"{section}_payload" for section in SERVED)}

    assert {name for name in JobWithResults.model_fields if name.endswith("_payload")} == documented


def test_every_operation_with_body_documents_its_refusal() -> None:
    for method, _, operation in operations():
        documents_refusal = {"400", "413", "415"} <= operation["responses"].keys()
        assert documents_refusal == (method in {"patch", "post", "put"})
        assert ("requestBody" in operation) <= documents_refusal


def test_request_bodies_are_described() -> None:
    paths, schemas = openapi()["paths"], openapi()["components"]["schemas"]

    files = {"text/csv", "application/octet-stream"}
    assert paths["/api/analyze"]["post"]["requestBody"]["content"].keys() == {"application/json", *files}
    assert paths["/api/portfolio/import"]["post"]["requestBody"]["content"].keys() == files
    assert schemas["NewPosition"]["required"] == ["account_id", "symbol", "quantity"]
    assert schemas["NewAccount"]["properties"]["cash_balance"]["type"] == "number"
    assert schemas["NewAccount"]["additionalProperties"] is False
    assert "required" not in schemas["UserChanges"]
    assert "null" not in json.dumps(schemas["UserChanges"]["properties"]["display_name"])
    assert "null" not in json.dumps(schemas["AccountChanges"])


def test_polling_headers_are_described() -> None:
    operation = openapi()["paths"]["/api/jobs/{job_id}"]["get"]
    responses = operation["responses"]

    assert "If-None-Match" in {parameter["name"] for parameter in operation["parameters"]}
    assert list(responses["401"]["content"]) == ["application/json", "application/problem+json"]
    assert responses["200"]["headers"].keys() == {"ETag", "Retry-After"}
    assert "content" not in responses["304"] or not responses["304"]["content"]


def test_other_content_types_are_described() -> None:
    paths, schemas = openapi()["paths"], openapi()["components"]["schemas"]
    stream = paths["/api/jobs/{job_id}/stream"]["get"]

    assert paths["/api/jobs/{job_id}/events"]["get"]["responses"]["200"]["content"].keys() == {
        "application/json", "text/csv",
    }  # fmt: skip
    assert stream["responses"]["200"]["content"].keys() == {"text/event-stream"}
    assert "content" not in stream["responses"]["204"] or not stream["responses"]["204"]["content"]
    assert {"last-event-id", "last_event_id"} <= {parameter["name"] for parameter in stream["parameters"]}
    assert all(
        f"`{name}`" in stream["description"] for name in ("progress", "status", "complete", "failed", "heartbeat")
    )
    assert len(schemas["EventKind"]["enum"]) == 9
