"""Every operation of the OpenAPI document, with data that match the document and data that do not.

The long run, through the local stack, is scripts/benchmarks/api_fuzz.py.
"""

from uuid import uuid4

from scripts.benchmarks.api_fuzz import fuzz
from scripts.packaging.documentation import build_documentation
from tests.functions.api.conftest import MakeApplication
from tests.functions.api.wsgi import served

SEED = 3


def test_1500_cases_conform_to_document(make_application: MakeApplication) -> None:
    build_documentation()  # an application that has already served a request may remember that there is none
    user = f"user-{uuid4()}"
    with served(user, make_application()) as api_url:
        outcome = fuzz(api_url, user, seed=SEED, examples=30)

    assert outcome.failures == [], "\n".join([str(outcome), *outcome.failures])
    assert outcome.cases.total() >= 1500
    assert all(outcome.cases[phase] for phase in ("coverage", "fuzzing", "stateful"))
    assert {200, 201, 202, 204, 401, 404, 405, 409, 415, 422, 429} <= outcome.statuses.keys()
