"""No personal data, portfolio, token or secret reaches a log, an event, a progress message or an error.

Private data is marked here with text that occurs nowhere else. Every route is called with it, in requests that succeed
and in requests that are refused, and every function logs at its most verbose level.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from scripts.api_client import AlexApi
from scripts.local.converse.options import LocalModel
from scripts.local.stack import LocalStack
from scripts.local.temporary import temporary_stack
from scripts.manifest import read_manifest
from tests.integration.http_client import HttpClient, HttpResponse
from tests.integration.issuer import Issuer
from tests.rows import Rows

CSV = b"""account,symbol,quantity,price
CANARY retirement money,CANARY-X,4711.654321,8472.6193
CANARY retirement money,VTI,4711.654321,8472.6193
CANARY retirement money,CASH,7654321.09,
"""
#: As sent, and as amounts are written in texts.
MARKS = [
    *("canary", "4711.654321", "4,711.654321", "8472.6193", "8,472.6193", "7654321.09", "7,654,321.09"),
    *("345678.91", "345,678.91", "23456.78", "23,456.78", "39914471", "39,914,471", "39920073", "39,920,073"),
]
PROFILE = {
    "display_name": "Canary Person",
    "target_retirement_income": 345678.91,
    "annual_contribution": 23456.78,
}
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("PUT", "/api/user"): PROFILE,
    ("POST", "/api/accounts"): {"account_name": "Canary account", "account_purpose": "Canary purpose"},
    ("PUT", "/api/accounts/{account_id}"): {"account_purpose": "Canary purpose", "cash_balance": 7654321.09},
    ("POST", "/api/positions"): {"symbol": "CANARY-Y", "quantity": 4711.654321, "price": 8472.6193},
    ("PUT", "/api/positions/{position_id}"): {"quantity": 4711.654321},
    ("POST", "/api/analyze"): {"options": {"note": "Canary of an option"}},
}
#: Each is refused by routes with a body. (The error names an unknown field, but only to its sender.)
BAD_BODIES = [
    (b'{"no-field": "canary-value", "account_name": 4711.654321, "symbol": "canary !"}', "application/json"),
    (b'{"canary": ', "application/json"),
    (CSV.replace(b"VTI,4711", b"VTI,-4711"), "text/csv"),
    (b"canary", "text/canary"),
]
HEADERS = [
    *(("Idempotency-Key", "canary-key"), ("If-None-Match", '"canary"'), ("Last-Event-ID", "canary")),
    *(("Accept", "text/canary"), ("Origin", "https://canary.example"), ("Cookie", "session=canary")),
]
QUERY = "?limit=canary&cursor=canary&status=canary&after=canary&last_event_id=canary"


@pytest.fixture(scope="module")
def talkative() -> Iterator[LocalStack]:
    """Every function at log level DEBUG, and texts worded by the stand-in for a model."""
    environment = {name: {"LOG_LEVEL": "DEBUG"} for name in read_manifest().functions}
    environment["planner"]["ENABLE_PROGRESS_TRACKING"] = "true"
    with temporary_stack(environment=environment, model=LocalModel()) as stack:
        yield stack


def test_private_data_stays_in_portfolio_and_report(talkative: LocalStack) -> None:
    token = Issuer(talkative).token(email="canary@example.com", name="Canary Person", phone_number="+1555canary")
    alex = AlexApi(talkative.info.api_url, token)

    with closing(HttpClient(talkative.info.api_url, token)) as ask:
        imported = alex.post("/api/portfolio/import", CSV, "text/csv")
        ask("PUT", "/api/user", json.dumps(PROFILE).encode(), [("Content-Type", "application/json")])
        job = list(alex.watch(alex.post("/api/analyze")["job_id"], 0.05))[-1]
        refused, statuses = call_every_route(ask, alex, job["id"], imported["import_id"])

    assert job["status"] == "completed"
    assert "CANARY" in job["report_payload"]["content"]
    assert {200, 201, 202, 204, 400, 404, 409, 415, 422} <= statuses
    rows = Rows(talkative.database).run("SELECT to_jsonb(e) FROM job_events AS e")
    logged = {name: "\n".join(talkative.logs(name)) for name in read_manifest().functions}
    logged |= {
        "access log": talkative.access_log.file.read_text(),
        "progress": json.dumps(job["progress_data"]),
        "events": json.dumps(rows),
        "refusals": "\n".join(response.body.decode() for response in refused),
    }
    assert logged["planner"].count("Committed a section") >= 1
    assert all(logged[name] for name in logged.keys() - {"migrator", "dead_letters"})
    marks = [*MARKS, *secrets(talkative), *(part for part in token.split(".") if len(part) > 100)]
    assert {
        (name, mark) for name, text in logged.items() for mark in marks if mark in text.lower() or mark in text
    } == set()


def call_every_route(
    ask: HttpClient, alex: AlexApi, job_id: str, import_id: str
) -> tuple[list[HttpResponse], set[int]]:
    """Return the responses that were errors, and all statuses. Reads come first, deletions last."""
    paths: dict[str, dict[str, Any]] = ask("GET", "/openapi.json").json()["paths"]
    account = alex.get("/api/accounts")[0]["id"]
    position = alex.get(f"/api/accounts/{account}/positions")["positions"][0]["id"]
    ids = {"account_id": account, "import_id": import_id, "job_id": job_id, "position_id": position}
    responses = []
    for method in ("GET", "PUT", "POST", "DELETE"):
        for path in sorted((path for path, item in paths.items() if method.lower() in item), reverse=True):
            target, good = path.format(**ids), BODIES.get((method, path))
            if method in {"PUT", "POST"}:
                responses += [
                    ask(method, target, body, [*HEADERS, ("Content-Type", kind)]) for body, kind in BAD_BODIES
                ]
            elif method == "GET":
                responses += [ask(method, target + query, headers=HEADERS) for query in ("", QUERY)]
            if good is not None:
                body = json.dumps({**good, **({"account_id": account} if path == "/api/positions" else {})}).encode()
                responses.append(ask(method, target, body, [("Content-Type", "application/json")]))
            elif method != "GET":
                responses.append(ask(method, target))
    return [response for response in responses if response.status >= 400], {response.status for response in responses}


def secrets(stack: LocalStack) -> list[str]:
    """The passwords of the database's users."""
    client = stack.boto3_client("secretsmanager")
    kept = [
        client.get_secret_value(SecretId=each["ARN"])["SecretString"] for each in client.list_secrets()["SecretList"]
    ]
    found = [str(secret["password"]) for secret in map(json.loads, kept) if "password" in secret]
    assert found
    return found
