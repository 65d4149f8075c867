"""Checks that this account, and the functions that use the Bedrock model, may call it."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from scripts.aws_errors import code_of, in_words
from scripts.deployment import Deployment
from scripts.manifest import read_manifest

_ACTIONS = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]
_TRY_AGAIN = frozenset({"ThrottlingException", "ModelNotReadyException", "ServiceUnavailableException"})


class ModelRefused(Exception):
    """The functions could not use the model. The message states why and what to do."""


def check_model(deployment: Deployment) -> str:
    """Request one token from the model, and check the functions' roles with IAM. Returns the result as a sentence.

    Raises ModelRefused.
    """
    model = deployment.bedrock_model_id
    if not model:
        return "No model is set (bedrock_model_id): the texts come from templates, so no model was tried."
    try:
        _ask_for_one_token(deployment, model)
        if refused := _functions_without_access(deployment):
            raise ModelRefused(f"The roles of {', '.join(refused)} do not allow calling the model {model}.")
    except ClientError as error:
        raise ModelRefused(_reason(model, deployment, error)) from None
    except BotoCoreError as error:
        raise ModelRefused(in_words(error)) from None
    return f"The model {model} responds, and the functions' roles allow calling it."


def _ask_for_one_token(deployment: Deployment, model: str) -> None:
    deployment.client("bedrock-runtime").converse(
        modelId=model,
        messages=[{"role": "user", "content": [{"text": "Say yes."}]}],
        inferenceConfig={"maxTokens": 1},
    )


def _functions_without_access(deployment: Deployment) -> list[str]:
    iam, functions = deployment.client("iam"), deployment.client("lambda")
    refused = []
    for function in read_manifest().functions.values():
        if "model" not in function.uses:
            continue
        name = deployment.function(function.name)
        role = functions.get_function_configuration(FunctionName=name)["Role"]
        response = iam.simulate_principal_policy(
            PolicySourceArn=role, ActionNames=_ACTIONS, ResourceArns=[deployment.bedrock_model_arn]
        )
        if any(result["EvalDecision"] != "allowed" for result in response["EvaluationResults"]):
            refused.append(name)
    return refused


def _reason(model: str, deployment: Deployment, error: ClientError) -> str:
    code, reason = code_of(error), error.response["Error"].get("Message", "")
    if error.operation_name != "Converse":
        return f"Could not check whether the functions may call the model {model}: {in_words(error)}"
    if code == "AccessDeniedException":
        return (
            f"Bedrock denies access to the model {model} in {deployment.region}: {reason} "
            "Request access on the Model access page of the Bedrock console."
        )
    if code == "ValidationException" and "on-demand" in reason:
        return (
            f"Bedrock has the model {model} only through an inference profile: "
            f"set bedrock_model_id to one, such as us.{model}."
        )
    if code in {"ValidationException", "ResourceNotFoundException"}:
        return f"Bedrock in {deployment.region} has no model {model}: {reason}"
    if code in _TRY_AGAIN:
        return f"The model {model} can't be tried now ({code}): run this again with --only-checks."
    return f"The model {model} can't be called: {in_words(error)}"
