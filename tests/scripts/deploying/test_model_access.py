"""Each reason why a model cannot be called is reported in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from scripts.deploying.model_access import ModelRefused, check_model
from scripts.deployment import Deployment

MODEL = "amazon.nova-pro-v1:0"
ARN = f"arn:aws:bedrock:us-east-1::foundation-model/{MODEL}"

Call = Callable[..., dict[str, Any]]


@pytest.fixture
def deployment() -> Deployment:
    return Deployment(
        region="us-east-1", bedrock_model_id=MODEL, bedrock_model_arn=ARN, aws_endpoint_url="http://127.0.0.1:9"
    )


@pytest.fixture
def responses(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, Any] | Exception]:
    """AWS's responses by operation. Initially all succeed."""
    given: dict[str, dict[str, Any] | Exception] = {
        "Converse": {"usage": {"outputTokens": 1}},
        "GetFunctionConfiguration": {"Role": "arn:aws:iam::000000000000:role/alex"},
        "SimulatePrincipalPolicy": {"EvaluationResults": [{"EvalDecision": "allowed"}]},
    }

    def call(client: object, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        response = given[operation]
        if isinstance(response, Exception):
            raise response
        if operation == "SimulatePrincipalPolicy":
            assert parameters["ResourceArns"] == [ARN]
        return response

    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", call)
    return given


def refusal(code: str, message: str, operation: str = "Converse") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


def test_callable_model_and_roles_pass(deployment: Deployment, responses: dict[str, Any]) -> None:
    assert check_model(deployment) == f"The model {MODEL} responds, and the functions' roles allow calling it."


def test_missing_model_id_is_reported_and_nothing_is_called() -> None:
    assert "so no model was tried" in check_model(Deployment(bedrock_model_id=""))


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (refusal("AccessDeniedException", "You don't have access."), "Bedrock denies access to the model .* us-east-1"),
        (
            refusal("ValidationException", "The provided model identifier is invalid."),
            "Bedrock in us-east-1 has no model",
        ),
        (
            refusal("ValidationException", "Invocation with on-demand throughput isn't supported."),
            f"only through an inference profile: set bedrock_model_id to one, such as us.{MODEL}",
        ),
        (refusal("ThrottlingException", "Too many tokens."), "can't be tried now .*--only-checks"),
        (refusal("ExpiredTokenException", "Expired."), "AWS rejects the credentials"),
        (EndpointConnectionError(endpoint_url="https://bedrock"), "https://bedrock can't be reached"),
    ],
)
def test_unavailable_model_is_reported_with_reason(
    deployment: Deployment, responses: dict[str, Any], error: Exception, sentence: str
) -> None:
    responses["Converse"] = error

    with pytest.raises(ModelRefused, match=sentence):
        check_model(deployment)


def test_roles_without_permission_are_named(deployment: Deployment, responses: dict[str, Any]) -> None:
    responses["SimulatePrincipalPolicy"] = {"EvaluationResults": [{"EvalDecision": "implicitDeny"}]}

    with pytest.raises(ModelRefused, match=r"The roles of alex-tagger, alex-reporter, .* do not allow"):
        check_model(deployment)


def test_operator_without_permission_to_check_roles_is_informed(
    deployment: Deployment, responses: dict[str, Any]
) -> None:
    responses["SimulatePrincipalPolicy"] = refusal("AccessDenied", "not authorized", "SimulatePrincipalPolicy")

    with pytest.raises(ModelRefused, match=r"Could not check whether the functions may call the model"):
        check_model(deployment)
