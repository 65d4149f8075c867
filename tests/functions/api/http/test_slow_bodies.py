"""CPU time of bodies built to be slow, relative to an ordinary request in the same process."""

import time
from statistics import median
from uuid import uuid4

import pytest

from functions.api.handler import Application
from scripts.benchmarks.import_files import FILES
from scripts.benchmarks.slow_bodies import BODIES
from tests.functions.api.calling import CONTEXT, Api, event

JSON = {"content-type": "application/json"}
CSV = {"content-type": "text/csv"}
MOST_ORDINARY_REQUESTS = 20
"""An ordinary request costs about 4 ms, so this is far below the limit of a second per body."""
MOST_FOR_A_FILE = 250
"""The limit of a second. A portfolio file of 1 MB may have thousands of lines."""
RUNS = 3


def cpu_s(api: Api, method: str, path: str, body: bytes, media_type: dict[str, str] = JSON) -> tuple[float, int]:
    """The CPU time of one request in seconds, and its status."""
    sent = event(method, path, body, media_type, {}, {"sub": str(api.user), "exp": "4102444800"})
    began = time.process_time()
    result = api.application.respond(sent, CONTEXT)
    return time.process_time() - began, result["statusCode"]


def ordinary_request_s(application: Application) -> float:
    """The CPU time in seconds of a change to the profile, the median of seven."""
    somebody = Api(f"user-{uuid4()}", application)
    return median(cpu_s(somebody, "PUT", "/api/user", b'{"display_name": "Ann"}')[0] for _ in range(7))


@pytest.fixture(scope="module")
def ordinary_s(environment: None, application: Application) -> float:
    return ordinary_request_s(application)


@pytest.mark.parametrize("slow", BODIES)
def test_body_of_1_mb_costs_little_more_than_ordinary_one(api: Api, ordinary_s: float, slow: str) -> None:
    method, path = ("POST", "/api/analyze") if slow.startswith("options") else ("PUT", "/api/user")

    costs = [cpu_s(api, method, path, BODIES[slow]) for _ in range(RUNS)]

    assert min(cost for cost, _ in costs) <= MOST_ORDINARY_REQUESTS * ordinary_s
    assert {status for _, status in costs} <= {200, 400, 422}


@pytest.mark.parametrize("slow", FILES)
def test_file_of_1_mb_costs_a_bounded_number_of_ordinary_requests(api: Api, slow: str) -> None:
    body = FILES[slow]()
    ratios: list[float] = []

    while not ratios or (min(ratios) > MOST_FOR_A_FILE and len(ratios) < 2 * RUNS):  # load on the machine only adds
        cost, status = cpu_s(api, "POST", "/api/portfolio/import", body, CSV)
        assert status in {200, 413, 422}
        ratios.append(cost / ordinary_request_s(api.application))

    assert min(ratios) <= MOST_FOR_A_FILE


NUMBERS = {"current_age", "years_until_retirement", "target_retirement_income", "annual_contribution"}
MONSTERS = [
    "1e1000000", "1E+1000000", "-1e1000000", "1e-1000000", "0e-999999", "0e999999999999", "-0e-999999", "1.5e9999999",
    "1e-99999999999999999999", "1e99999999999999999999", "0.1e-101", "1e101", "NaN", "Infinity", "-Infinity",
    "9" * 101, "0." + "0" * 100 + "1", "1e" + "0" * 99 + "1",
]  # fmt: skip


@pytest.mark.parametrize("number", MONSTERS)
def test_huge_number_is_refused_by_every_field_at_normal_cost(api: Api, ordinary_s: float, number: str) -> None:
    fields = ", ".join(f'"{name}": {number}' for name in sorted(NUMBERS))

    response = api.put("/api/user", f"{{{fields}}}".encode())
    cost = min(cpu_s(api, "PUT", "/api/user", f"{{{fields}}}".encode())[0] for _ in range(RUNS))

    assert response.status == 422
    assert response.fields() == NUMBERS
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
    response = api.post(path, f'{{{rest}, "{field}": {number}}}'.encode())

    assert response.status == 422
    assert response.fields() == {field}


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
    response = api.get(path, query={parameter: number})

    assert response.status == 422
    assert response.fields() == {parameter}
