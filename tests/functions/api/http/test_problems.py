"""Unexpected errors are reported without internals, and logged without user data."""

import json
from collections.abc import Callable

import pytest

from functions.api import errors
from functions.api.dependencies import Dependencies
from functions.api.handler import Application
from functions.api.http.problems import problem_of
from functions.api.http.routing import parse_id
from functions.shared.database import AccessRefused, StatementFailed
from functions.shared.database.transport import Response
from functions.shared.runtime import Runtime
from tests.functions.api.calling import Api


@pytest.mark.parametrize(
    "error",
    [
        StatementFailed('duplicate key: Key (account_name)=("My secret account")', "23999"),
        AccessRefused("AccessDeniedException: the secret is not readable"),
        ZeroDivisionError("My secret account"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_internal_error_reveals_no_details(
    api: Api, error: Exception, variables: dict[str, str], logged: Callable[[], list[str]]
) -> None:
    def broken(path: str, body: bytes, read_timeout_s: float) -> Response:
        raise error

    failing = Application(Dependencies(Runtime(variables, transport=lambda *_: broken)))

    response = api.using(failing).get("/api/accounts")

    assert response.status == 500
    assert response.json().keys() == {"type", "title", "status", "detail"}
    line, _ = logged()
    assert "secret" not in response.text + line
    assert json.loads(line)["kind"].startswith(type(error).__name__)
    assert "routes/accounts.py" in json.loads(line)["where"]


def test_id_has_one_accepted_form() -> None:
    canonical = "8f1c1f0e-0d57-4a44-9a0b-1d9f2a3b4c5d"

    assert str(parse_id(canonical.upper())) == canonical
    for other in (canonical.replace("-", ""), f"{{{canonical}}}", f"urn:uuid:{canonical}", "", "1", canonical + "0"):
        with pytest.raises(errors.ObjectNotFound):
            parse_id(other)


def leaves(kind: type[errors.Refused]) -> set[type[errors.Refused]]:
    return {leaf for child in kind.__subclasses__() for leaf in leaves(child)} or {kind}


REFUSALS = [
    (errors.ObjectNotFound(), 404, "Not found."),
    (errors.RetiresTooLate(110), 422, None),
    (errors.NameTaken(), 409, "You already have an account with this name."),
    (errors.AlreadyHeld(), 409, "This account already holds this symbol."),
    (errors.TooManyAccounts(1_000), 422, None),
    (errors.TooManyPositions(1_000), 422, None),
    (errors.HoldingsUnpriced([errors.UnpricedHolding(7, "ZZ")]), 422, "Line 7: ZZ has no known price."),
    (errors.FileOverLimit("accounts", 1_000), 422, None),
    (errors.ImportEdited(), 409, "The imported accounts have changed since"),
    (errors.KeyReused(), 422, None),
    (errors.TooManyJobs(3), 429, "You have 3 analyses running, which is the limit."),
    (errors.TooManyJobsToday(1, 60), 429, "You have started 1 analysis today, which is the limit."),
    (errors.JobRestarted(), 409, "The analysis has just been restarted."),
    (errors.JobNotRetryable("running"), 409, "The analysis is running."),
    (errors.JobNotCancellable("completed"), 409, "The analysis has already ended (completed)"),
    (errors.JobActive("pending"), 409, "The analysis is pending. Cancel it"),
]


@pytest.mark.parametrize(("error", "status", "start"), REFUSALS, ids=lambda value: type(value).__name__)
def test_refusal_becomes_problem(error: errors.Refused, status: int, start: str | None) -> None:
    problem = problem_of(error)

    assert problem.status == status
    assert problem.detail.startswith(start or "")
    assert all(error.message in problem.detail for error in problem.errors)
    assert bool(problem.errors) == (status == 422)


def test_every_refusal_has_a_problem() -> None:
    assert leaves(errors.Refused) == {type(error) for error, _, _ in REFUSALS}


@pytest.mark.parametrize(
    ("document", "detail"),
    [
        ({}, "account_name is required."),
        ({"account_name": "IRA", "cash_balance": -1}, "cash_balance should be greater than or equal to 0."),
        ({"account_name": "IRA", "cash_balance": "1"}, "cash_balance must be a number."),
        ({"account_name": "x" * 101}, "account_name should have at most 100 characters."),
        ({"account_name": "IRA", "color": "red"}, "color is not a known field."),
        (["IRA"], "Send a JSON object."),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_detail_of_invalid_request_is_its_first_error(api: Api, document: object, detail: str) -> None:
    response = api.post("/api/accounts", document)

    assert (response.status, response.json()["detail"]) == (422, detail)
