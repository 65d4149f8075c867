"""CPU time of bodies built to be slow, relative to an ordinary request in the same process."""

import time
from statistics import median
from uuid import uuid4

import pytest

from functions.api.handler import Application
from functions.api.http.bodies import MAX_BODY_BYTES
from tests.functions.api.calling import CONTEXT, Api, event

JSON = {"content-type": "application/json"}
MOST_ORDINARY_REQUESTS = 20
"""An ordinary request costs about 4 ms, so this is far below the limit of a second per body."""


def filled(start: bytes, unit: bytes, end: bytes) -> bytes:
    """Repeat the unit up to 1 MB."""
    return start + unit * ((MAX_BODY_BYTES - len(start) - len(end)) // len(unit)) + end


def names(start: bytes, count: int, end: bytes) -> bytes:
    return start + b",".join(b'"k%d":1' % number for number in range(count)) + end


BODIES = {
    "80,000 fields": names(b"{", 80_000, b"}"),
    "80,000 targets": names(b'{"asset_class_targets":{', 80_000, b"}}"),
    "integers": filled(b'{"current_age":[', b"1,", b"1]}"),
    "fractions": filled(b'{"current_age":[', b"1.5,", b"1]}"),
    "exponents": filled(b'{"current_age":[', b"1e9,", b"1]}"),
    "constants": filled(b'{"current_age":[', b"NaN,", b"1]}"),
    "nulls": filled(b'{"current_age":[', b"null,", b"1]}"),
    "strings": filled(b'{"current_age":[', b'"",', b"1]}"),
    "arrays": filled(b'{"current_age":[', b"[],", b"1]}"),
    "objects": filled(b'{"current_age":[', b"{},", b"1]}"),
    "objects with a field": filled(b'{"current_age":[', b'{"a":1},', b"1]}"),
    "nested arrays": filled(b"", b"[", b""),
    "nested objects": filled(b"", b'{"a":', b""),
    "a million digits": filled(b'{"current_age":', b"9", b"}"),
    "a million decimals": filled(b'{"target_retirement_income":0.', b"9", b"}"),
    "a million digits of an exponent": filled(b'{"target_retirement_income":1e', b"9", b"}"),
    "a long name": filled(b'{"display_name":"', b"x", b'"}'),
    "a long name of spaces": filled(b'{"display_name":"x', b" ", b'x"}'),
    "a long name of escapes": filled(b'{"display_name":"', b"\\u0041", b'"}'),
    "a long name of emoji": filled(b'{"display_name":"', "\N{BANK}".encode(), b'"}'),
    "a long name of joiners": filled(b'{"display_name":"', "\N{BANK}\u200d".encode(), b'"}'),
    "a long field name": filled(b'{"', b"x", b'":1}'),
    "quotation marks": filled(b"", b'"', b""),
    "an open string of escapes": filled(b'{"a":"', b"\\\\", b""),
    "spaces": filled(b"", b" ", b"{}"),
    "options: fractions": filled(b'{"options":{"a":[', b"1.5,", b"1]}}"),
    "options: objects": filled(b'{"options":{"a":[', b"{},", b"1]}}"),
    "options: 80,000 names": names(b'{"options":{', 80_000, b"}}"),
    "options: a long text": filled(b'{"options":{"a":"', b"\\u0000", b'"}}'),
}


def cpu_s(api: Api, method: str, path: str, body: bytes) -> tuple[float, int]:
    """The CPU time of one request in seconds, and its status."""
    sent = event(method, path, body, JSON, {}, {"sub": str(api.user), "exp": "4102444800"})
    began = time.process_time()
    result = api.application.respond(sent, CONTEXT)
    return time.process_time() - began, result["statusCode"]


@pytest.fixture(scope="module")
def ordinary_s(environment: None, application: Application) -> float:
    """The CPU time in seconds of a change to the profile."""
    somebody = Api(f"user-{uuid4()}", application)
    return median(cpu_s(somebody, "PUT", "/api/user", b'{"display_name": "Ann"}')[0] for _ in range(7))


@pytest.mark.parametrize("slow", BODIES)
def test_body_of_1_mb_costs_little_more_than_ordinary_one(api: Api, ordinary_s: float, slow: str) -> None:
    method, path = ("POST", "/api/analyze") if slow.startswith("options") else ("PUT", "/api/user")

    costs = [cpu_s(api, method, path, BODIES[slow]) for _ in range(3)]

    assert min(cost for cost, _ in costs) <= MOST_ORDINARY_REQUESTS * ordinary_s
    assert {status for _, status in costs} <= {200, 400, 422}


NUMBERS = {"current_age", "years_until_retirement", "target_retirement_income", "annual_contribution"}
MONSTERS = [
    "1e1000000", "1E+1000000", "-1e1000000", "1e-1000000", "0e-999999", "0e999999999999", "-0e-999999", "1.5e9999999",
    "1e-99999999999999999999", "1e99999999999999999999", "0.1e-101", "1e101", "NaN", "Infinity", "-Infinity",
    "9" * 101, "0." + "0" * 100 + "1", "1e" + "0" * 99 + "1",
]  # fmt: skip


@pytest.mark.parametrize("number", MONSTERS)
def test_huge_number_is_refused_by_every_field_at_normal_cost(api: Api, ordinary_s: float, number: str) -> None:
    fields = ", ".join(f'"{name}": {number}' for name in sorted(NUMBERS))

    answer = api.put("/api/user", f"{{{fields}}}".encode())
    cost = min(cpu_s(api, "PUT", "/api/user", f"{{{fields}}}".encode())[0] for _ in range(3))

    assert answer.status == 422
    assert answer.fields() == NUMBERS
    assert cost <= 3 * ordinary_s


@pytest.mark.parametrize("number", MONSTERS)
@pytest.mark.parametrize(
    ("path", "field", "rest"),
    [
        ("/api/accounts", "cash_balance", '"account_name": "IRA"'),
        ("/api/accounts", "cash_interest", '"account_name": "IRA"'),
        ("/api/positions", "quantity", '"account_id": "8f1c1f0e-0d57-4a44-9a0b-1d9f2a3b4c5d", "symbol": "VTI"'),
    ],
)
def test_huge_amount_is_refused_by_its_field(api: Api, path: str, field: str, rest: str, number: str) -> None:
    answer = api.post(path, f'{{{rest}, "{field}": {number}}}'.encode())

    assert answer.status == 422
    assert answer.fields() == {field}


@pytest.mark.parametrize(
    "number",
    ["1e1000000", "9" * 7_000, "0" * 7_000 + "1", "1." + "0" * 7_000, "1e0", "NaN", "-1", "+1", " 1", "1_0", "\u0661"],
)
@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/api/jobs", "limit"),
        ("/api/jobs/8f1c1f0e-0d57-4a44-9a0b-1d9f2a3b4c5d/events", "after"),
        ("/api/jobs/8f1c1f0e-0d57-4a44-9a0b-1d9f2a3b4c5d/events", "limit"),
    ],
)
def test_number_in_query_has_few_digits(api: Api, path: str, parameter: str, number: str) -> None:
    answer = api.get(path, query={parameter: number})

    assert answer.status == 422
    assert answer.fields() == {parameter}
