"""Any input gets a documented response, and never an internal error."""

import json
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.functions.api.calling import Api

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.sampled_from(["VTI", "portfolio", "1e999", str(uuid4()), "x" * 300, "\x00", "\ud800", "🏦"]),
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
)
FIELDS = {
    ("PUT", "/api/user"): [
        *("display_name", "birth_year", "current_age", "years_until_retirement", "target_retirement_income"),
        *("annual_contribution", "income_streams", "asset_class_targets", "region_targets"),
    ],
    ("POST", "/api/accounts"): ["account_name", "account_purpose", "cash_balance", "cash_interest"],
    ("POST", "/api/positions"): ["account_id", "symbol", "quantity"],
    ("POST", "/api/analyze"): ["analysis_type", "options"],
}
FAST = settings(max_examples=60)


@pytest.mark.parametrize(("method", "path"), FIELDS)
@FAST
@given(data=st.data())
def test_any_json_in_any_field_gets_documented_response(api: Api, method: str, path: str, data: st.DataObject) -> None:
    document = data.draw(st.dictionaries(st.sampled_from([*FIELDS[method, path], "other"]), JSON) | JSON)

    response = api(method, path, json.dumps(document).encode())

    assert response.status < 500


@pytest.mark.parametrize("content_type", ["application/json", "text/csv"])
@pytest.mark.parametrize("path", ["/api/accounts", "/api/analyze", "/api/portfolio/import"])
@FAST
@given(body=st.binary(max_size=200))
def test_any_bytes_as_body_get_documented_response(api: Api, path: str, content_type: str, body: bytes) -> None:
    assert api.post(path, body=body, headers={"content-type": content_type}).status < 500


@FAST
@given(query=st.dictionaries(st.sampled_from(["status", "limit", "cursor"]), st.text(max_size=60), max_size=3))
def test_any_query_of_job_list_gets_documented_response(api: Api, query: dict[str, Any]) -> None:
    try:
        json.dumps(query, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return
    assert api.get("/api/jobs", query=query).status < 500


@FAST
@given(text=st.text(max_size=60), header=st.sampled_from(["if-none-match", "idempotency-key", "origin"]))
def test_any_header_gets_documented_response(api: Api, header: str, text: str) -> None:
    path = api.post("/api/analyze", headers={"idempotency-key": "one job"}).headers["Location"]

    for response in (api.get(path, headers={header: text}), api.post("/api/analyze", headers={header: text})):
        assert response.status < 500


@FAST
@given(
    query=st.dictionaries(st.sampled_from(["after", "limit", "last_event_id"]), st.text(max_size=30), max_size=3),
    text=st.text(max_size=60),
    header=st.sampled_from(["accept", "last-event-id"]),
)
def test_any_query_or_header_of_events_gets_documented_response(
    api: Api, query: dict[str, str], header: str, text: str
) -> None:
    path = api.post("/api/analyze", headers={"idempotency-key": "one job"}).headers["Location"]
    try:
        json.dumps(query, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return
    for resource in ("events", "stream"):
        assert api.get(f"{path}/{resource}", query=query, headers={header: text}).status < 500


@FAST
@given(path=st.text(max_size=60).map(lambda text: f"/api/jobs/{text}"))
def test_any_path_gets_documented_response(api: Api, path: str) -> None:
    assert api.get(path).status < 500
