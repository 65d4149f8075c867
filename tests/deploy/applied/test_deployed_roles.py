"""Roles grant what their functions need and nothing else: evaluated for every role, and tried with some."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from scripts.local.emulator import ACCOUNT, REGION
from scripts.manifest import DATABASE_OWNER, Function
from tests.deploy.applied.deployment import TABLE, Deployment

PROBE = """
import boto3
from botocore.exceptions import ClientError

def handler(event, context):
    try:
        getattr(boto3.client(event["service"]), event["operation"])(**event["parameters"])
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "allowed"
"""


@pytest.mark.parametrize("function", TABLE.functions.values(), ids=lambda function: function.name)
def test_role_allows_only_actions_of_its_function(deployment: Deployment, function: Function) -> None:
    outputs = deployment.outputs
    log_group = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/alex-"
    is_migrator = function.database_user == DATABASE_OWNER
    may: dict[tuple[str, str], bool] = {
        ("rds-data:ExecuteStatement", outputs["cluster_arn"]): function.database_user is not None,
        ("rds-data:BeginTransaction", outputs["cluster_arn"]): is_migrator,
    }
    for user, arn in deployment.secret_arns.items():
        may["secretsmanager:GetSecretValue", arn] = is_migrator or function.database_user == user
        may["secretsmanager:PutSecretValue", arn] = is_migrator and user != DATABASE_OWNER
    for other in TABLE.functions:
        arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:alex-{other}"
        may["lambda:InvokeFunction", arn] = other in TABLE.invoked_by(function)
        may["lambda:UpdateFunctionCode", arn] = False
        may["logs:PutLogEvents", f"{log_group}{other}:log-stream:one"] = other == function.name
    for queue in TABLE.all_queues():
        arn = deployment.arn_of_queue(queue.name)
        may["sqs:SendMessage", arn] = queue.name in function.sends_to()
        for action in ("ReceiveMessage", "ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes"):
            may[f"sqs:{action}", arn] = queue.consumer == function.name

    assert {request: allowed(deployment, function.name, *request) for request in may} == may


@pytest.mark.parametrize(
    ("role", "service", "operation", "expected"),
    [
        ("reporter", "rds-data", "execute_statement", "allowed"),
        ("reporter", "sqs", "send_message", "AccessDenied"),
        ("reporter", "lambda", "invoke", "AccessDeniedException"),
        ("reporter", "secretsmanager", "get_secret_value", "AccessDeniedException"),
    ],
)
def test_function_is_denied_rights_of_other_functions(
    deployment: Deployment, role: str, service: str, operation: str, expected: str
) -> None:
    outputs = deployment.outputs
    parameters = {
        "execute_statement": {
            "resourceArn": outputs["cluster_arn"],
            "secretArn": deployment.secret_arns["workers"],
            "sql": "SELECT 1",
        },
        "send_message": {"QueueUrl": outputs["queue_urls"]["analysis-jobs"], "MessageBody": "{}"},
        "invoke": {"FunctionName": outputs["function_names"]["retirement"], "Payload": "{}"},
        "get_secret_value": {"SecretId": deployment.secret_arns["api"]},
    }[operation]

    result = run_as(deployment, role, {"service": service, "operation": operation, "parameters": parameters})

    assert result == expected


def allowed(deployment: Deployment, function: str, action: str, resource: str) -> bool:
    """Whether the role's policies allow an action, as evaluated by the emulator."""
    simulated = deployment.cloud.emulator.client("iam").simulate_principal_policy(
        PolicySourceArn=deployment.configuration(function)["Role"], ActionNames=[action], ResourceArns=[resource]
    )
    (result,) = simulated["EvaluationResults"]
    return bool(result["EvalDecision"] == "allowed")


def run_as(deployment: Deployment, function: str, event: dict[str, Any]) -> Any:
    """Make a call as a function with the same role. Returns `allowed`, or the error code."""
    client = deployment.cloud.emulator.client("lambda")
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("probe.py", PROBE)
    client.create_function(
        FunctionName="probe",
        Runtime="python3.13",
        Role=deployment.configuration(function)["Role"],
        Handler="probe.handler",
        Code={"ZipFile": package.getvalue()},
        Timeout=30,
        Environment={"Variables": deployment.cloud.endpoints()},
    )
    try:
        return json.loads(client.invoke(FunctionName="probe", Payload=json.dumps(event))["Payload"].read())
    finally:
        client.delete_function(FunctionName="probe")
        deployment.cloud.emulator.client("logs").delete_log_group(logGroupName="/aws/lambda/probe")
