"""Some cases generated from the OpenAPI document, through API Gateway with its sign-in."""

from scripts.api_client import AlexApi
from scripts.benchmarks.api_fuzz import fuzz
from scripts.local.stack import LocalStack


def test_gateway_responses_conform_to_document(stack: LocalStack) -> None:
    outcome = fuzz(stack.info.api_url, stack.info.token_other_user, seed=1, examples=4, phases=["fuzzing", "stateful"])

    AlexApi(stack.info.api_url, stack.info.token_other_user).delete("/api/user")
    assert outcome.failures == [], str(outcome)
    assert {200, 202, 401, 404, 422} <= outcome.statuses.keys()
