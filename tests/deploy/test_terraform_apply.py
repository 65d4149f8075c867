"""`terraform apply` with the real provider, on an AWS of our own: once, and the tests go through its life in order."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import urllib3

from scripts.api_client import AlexApi
from scripts.local.emulator import ACCOUNT, REGION
from scripts.table import ROOT, Function, Surroundings, environment, read_table
from tests.deploy.cloud import ARCH, Cloud, running_cloud
from tests.deploy.terraform import Terraform, TerraformFailed

pytestmark = pytest.mark.timeout(600)

TABLE = read_table()
ORIGIN = "https://app.example.com"
USER, PASSWORD = "somebody@example.com", "Correct-horse-1"
OWNER_ONLY = {"migrator"}

#: What a second plan would change, by type: the emulator tells less than it was told, or more.
DIFFERENCES_OF_THE_EMULATOR = {
    # "2.0", where AWS has none for a JWT authorizer
    "aws_apigatewayv2_authorizer": {"authorizer_payload_format_version"},
    # DescribeAlarms in the protocol of this provider has only half of an alarm; in boto3's it has all
    "aws_cloudwatch_metric_alarm": {
        "actions_enabled",
        "alarm_description",
        "dimensions",
        "extended_statistic",
        "period",
        "statistic",
        "treat_missing_data",
    },
    # It keeps no tags of flow logs
    "aws_flow_log": {"tags_all"},
}

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


@dataclass(frozen=True)
class Deployment:
    cloud: Cloud
    terraform: Terraform
    variables: dict[str, object]
    outputs: dict[str, Any]

    @property
    def url(self) -> str:
        return f"{self.cloud.emulator.url}/_aws/execute-api/{self.outputs['api_id']}/$default"

    def apply(self, **variables: object) -> None:
        self.terraform.apply(**self.variables, **variables)

    def configuration(self, function: str) -> dict[str, Any]:
        client = self.cloud.emulator.client("lambda")
        answer: dict[str, Any] = client.get_function_configuration(
            FunctionName=self.outputs["function_names"][function]
        )
        return answer

    def password_of(self, secret: str) -> str:
        value = self.cloud.emulator.client("secretsmanager").get_secret_value(SecretId=self.outputs[secret])
        return str(json.loads(value["SecretString"])["password"])

    def arn_of_queue(self, queue: str) -> str:
        return f"arn:aws:sqs:{REGION}:{ACCOUNT}:alex-{queue}"

    def analyse(self, alex: AlexApi) -> dict[str, Any]:
        """The job as it ended."""
        submitted = alex.post("/api/analyze", json.dumps({"analysis_type": "portfolio"}).encode())
        return list(alex.watch(submitted["job_id"], 0.05))[-1]


@pytest.fixture(scope="module")
def deployment() -> Iterator[Deployment]:
    """Everything in the folder is gone afterwards, and whatever ran, applied or not."""
    with tempfile.TemporaryDirectory(prefix="alex-deploy-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # PostgreSQL runs as another user when this one is root
        with running_cloud(folder) as cloud:
            terraform = Terraform(folder, cloud.environment())
            variables: dict[str, object] = {
                "arch": ARCH,
                "packages_dir": str(cloud.packages),
                "cors_origins": [ORIGIN],
                "extra_environment": cloud.endpoints(),
                "deletion_protection": False,
                "final_snapshot": False,
                "secret_recovery_days": 0,
            }
            terraform.init()
            terraform.apply(**variables)
            yield Deployment(cloud, terraform, variables, terraform.outputs())


@pytest.fixture(scope="module")
def alex(deployment: Deployment) -> AlexApi:
    """The API for a user who signed in with his password, with the sample portfolio."""
    cognito = deployment.cloud.emulator.client("cognito-idp")
    pool, client = deployment.outputs["user_pool_id"], deployment.outputs["user_pool_client_id"]
    cognito.admin_create_user(UserPoolId=pool, Username=USER, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username=USER, Password=PASSWORD, Permanent=True)
    signed_in = cognito.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH", ClientId=client, AuthParameters={"USERNAME": USER, "PASSWORD": PASSWORD}
    )
    alex = AlexApi(deployment.url, signed_in["AuthenticationResult"]["AccessToken"])
    alex.post("/api/populate-test-data")
    return alex


def test_a_job_runs_through_the_deployed_api(deployment: Deployment, alex: AlexApi) -> None:
    job = deployment.analyse(alex)

    assert job["status"] == "completed"
    assert job["summary_payload"]["total_value"] == 301580.0
    assert job["progress_data"] is None


def test_the_functions_sign_in_as_a_user_of_their_own_and_only_the_migrator_as_the_owner(
    deployment: Deployment, alex: AlexApi
) -> None:
    deployment.analyse(alex)

    assert deployment.cloud.data_api.users == ["alex", "alex_application"]


@pytest.mark.parametrize(
    ("method", "path", "token", "status"),
    [
        ("GET", "/health", "", 200),
        ("GET", "/api/health", "", 401),
        ("GET", "/api/health", "Bearer not.a.token", 401),
        ("GET", "/nothing", "", 404),
    ],
)
def test_only_what_is_below_api_wants_a_token(
    deployment: Deployment, method: str, path: str, token: str, status: int
) -> None:
    answer = urllib3.request(method, deployment.url + path, headers={"Authorization": token} if token else {})

    assert answer.status == status


def test_every_route_ends_at_the_api_function_and_preflight_requests_need_no_token(deployment: Deployment) -> None:
    """The emulator answers OPTIONS itself, so no preflight request is sent here."""
    client, api = deployment.cloud.emulator.client("apigatewayv2"), deployment.outputs["api_id"]
    (integration,) = client.get_integrations(ApiId=api)["Items"]
    (authorizer,) = client.get_authorizers(ApiId=api)["Items"]
    routes = client.get_routes(ApiId=api)["Items"]

    assert "function:alex-api" in integration["IntegrationUri"]
    assert {route["Target"] for route in routes} == {f"integrations/{integration['IntegrationId']}"}
    assert {route["RouteKey"]: route.get("AuthorizerId") for route in routes} == {
        "ANY /api/{proxy+}": authorizer["AuthorizerId"],
        "OPTIONS /api/{proxy+}": None,
        "$default": None,
    }


@pytest.mark.parametrize("function", TABLE.functions.values(), ids=lambda function: function.name)
def test_a_function_is_what_the_table_says(deployment: Deployment, function: Function) -> None:
    outputs, configuration = deployment.outputs, deployment.configuration(function.name)
    made = Surroundings(
        cluster_arn=outputs["cluster_arn"],
        secret_arn=outputs["owner_secret_arn" if function.name in OWNER_ONLY else "secret_arn"],
        database=outputs["database"],
        queue_urls=outputs["queue_urls"],
    )
    own = {"CORS_ORIGINS": ORIGIN} if function.name == "api" else {}
    own |= {"APPLICATION_SECRET_ARN": outputs["secret_arn"]} if function.name == "migrator" else {}

    assert configuration["Environment"]["Variables"] == (
        environment(TABLE, function, made) | own | deployment.cloud.endpoints()
    )
    assert configuration["MemorySize"] == function.memory_mb
    assert configuration["Timeout"] == function.timeout_s
    assert configuration["Handler"] == f"functions.{function.name}.handler.handler"
    assert configuration["Architectures"] == [ARCH]


def test_no_password_is_in_the_state_or_in_a_function(deployment: Deployment) -> None:
    passwords = {deployment.password_of("secret_arn"), deployment.password_of("owner_secret_arn")}
    places = [deployment.terraform.state()]
    places += [json.dumps(deployment.configuration(name)["Environment"]) for name in TABLE.functions]

    assert len(passwords) == 2
    assert [password for password in passwords for place in places if password in place] == []


@pytest.mark.parametrize("function", TABLE.functions.values(), ids=lambda function: function.name)
def test_a_role_allows_what_its_function_does_and_nothing_else(deployment: Deployment, function: Function) -> None:
    outputs = deployment.outputs
    log_group = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/alex-"
    is_migrator, has_database = function.name in OWNER_ONLY, "database" in function.uses
    may: dict[tuple[str, str], bool] = {
        ("rds-data:ExecuteStatement", outputs["cluster_arn"]): has_database,
        ("rds-data:BeginTransaction", outputs["cluster_arn"]): is_migrator,
        ("secretsmanager:GetSecretValue", outputs["secret_arn"]): has_database,
        ("secretsmanager:PutSecretValue", outputs["secret_arn"]): is_migrator,
        ("secretsmanager:GetSecretValue", outputs["owner_secret_arn"]): is_migrator,
    }
    for other in TABLE.functions:
        arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:alex-{other}"
        may["lambda:InvokeFunction", arn] = other in function.invokes()
        may["lambda:UpdateFunctionCode", arn] = False
        may["logs:PutLogEvents", f"{log_group}{other}:log-stream:one"] = other == function.name
    for queue in TABLE.queues.values():
        arn = deployment.arn_of_queue(queue.name)
        may["sqs:SendMessage", arn] = queue.name in function.sends_to()
        may["sqs:ReceiveMessage", arn] = queue.consumer == function.name
        may["sqs:ReceiveMessage", f"{arn}-dlq"] = False

    assert {request: allowed(deployment, function.name, *request) for request in may} == may


@pytest.mark.parametrize(
    ("role", "service", "operation", "expected"),
    [
        ("reporter", "rds-data", "execute_statement", "allowed"),
        ("tagger", "rds-data", "execute_statement", "AccessDeniedException"),
        ("reporter", "sqs", "send_message", "AccessDenied"),
        ("reporter", "lambda", "invoke", "AccessDeniedException"),
        ("reporter", "secretsmanager", "get_secret_value", "AccessDeniedException"),
    ],
)
def test_a_function_that_tries_what_is_anothers_is_denied(
    deployment: Deployment, role: str, service: str, operation: str, expected: str
) -> None:
    outputs = deployment.outputs
    parameters = {
        "execute_statement": {
            "resourceArn": outputs["cluster_arn"],
            "secretArn": outputs["secret_arn"],
            "sql": "SELECT 1",
        },
        "send_message": {"QueueUrl": outputs["queue_urls"]["analysis-jobs"], "MessageBody": "{}"},
        "invoke": {"FunctionName": outputs["function_names"]["retirement"], "Payload": "{}"},
        "get_secret_value": {"SecretId": outputs["owner_secret_arn"]},
    }[operation]

    answer = run_as(deployment, role, {"service": service, "operation": operation, "parameters": parameters})

    assert answer == expected


def test_a_message_is_tried_again_by_itself_and_not_with_its_batch(deployment: Deployment) -> None:
    mappings = deployment.cloud.emulator.client("lambda").list_event_source_mappings()["EventSourceMappings"]

    assert {mapping["EventSourceArn"].rpartition(":alex-")[2] for mapping in mappings} == set(TABLE.queues)
    for mapping in mappings:
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert mapping["ScalingConfig"] == {"MaximumConcurrency": 2}


def test_each_alarm_is_there_and_knows_what_it_watches(deployment: Deployment) -> None:
    pages = deployment.cloud.emulator.client("cloudwatch").get_paginator("describe_alarms").paginate()
    alarms = {alarm["AlarmName"]: alarm for page in pages for alarm in page["MetricAlarms"]}

    assert set(alarms) == {
        *(f"alex-{name}-{what}" for name in TABLE.functions for what in ("errors", "throttles", "duration")),
        *(f"alex-{name}-{what}" for name in TABLE.queues for what in ("dead-letters", "oldest-message")),
        "alex-api-5xx",
        "alex-api-latency",
    }
    assert all(alarm["Dimensions"] and alarm["TreatMissingData"] == "notBreaching" for alarm in alarms.values())


def test_a_second_apply_would_change_nothing_but_what_the_emulator_forgets(deployment: Deployment) -> None:
    changes = deployment.terraform.changes(**deployment.variables)

    unexplained = {
        address: set(attributes) - DIFFERENCES_OF_THE_EMULATOR.get(type_of(address), set())
        for address, attributes in changes.items()
    }
    assert {address: attributes for address, attributes in unexplained.items() if attributes} == {}


def test_a_migration_that_fails_fails_the_apply_and_the_old_version_keeps_working(
    deployment: Deployment, alex: AlexApi
) -> None:
    package = deployment.cloud.packages / ARCH / "migrator.zip"
    good = package.read_bytes()
    bad = deployment.terraform.folder.parent / "migrations" / f"{number_of_migrations() + 1:03}_bad.sql"
    bad.write_text("SELECT 1 / 0;")
    package.write_bytes(with_file(good, bad))
    try:
        with pytest.raises(TerraformFailed, match="division by zero"):
            deployment.apply(enable_progress_tracking=True)
    finally:
        bad.unlink()
        package.write_bytes(good)

    job = deployment.analyse(alex)
    assert (job["status"], job["progress_data"]) == ("completed", None)


def test_variables_switch_progress_tracking_on_and_give_the_database_user_a_new_password(
    deployment: Deployment, alex: AlexApi
) -> None:
    old_password = deployment.password_of("secret_arn")

    deployment.apply(enable_progress_tracking=True, database_password_version=2)

    job = deployment.analyse(alex)
    assert job["status"] == "completed"
    assert job["progress_data"]["progress_percent"] == 100
    assert deployment.password_of("secret_arn") != old_password
    assert deployment.cloud.data_api.users == ["alex", "alex_application", "alex_application"]


def test_destroy_leaves_nothing(deployment: Deployment) -> None:
    deployment.terraform.destroy(**deployment.variables)

    client = deployment.cloud.emulator.client
    assert client("lambda").list_functions()["Functions"] == []
    assert client("lambda").list_event_source_mappings()["EventSourceMappings"] == []
    assert client("sqs").list_queues().get("QueueUrls", []) == []
    assert client("apigatewayv2").get_apis()["Items"] == []
    assert client("rds").describe_db_clusters()["DBClusters"] == []
    assert client("secretsmanager").list_secrets()["SecretList"] == []
    assert client("cognito-idp").list_user_pools(MaxResults=1)["UserPools"] == []
    assert client("cloudwatch").describe_alarms()["MetricAlarms"] == []
    assert [role["RoleName"] for role in client("iam").list_roles()["Roles"] if "alex" in role["RoleName"]] == []
    assert client("logs").describe_log_groups()["logGroups"] == []


def allowed(deployment: Deployment, function: str, action: str, resource: str) -> bool:
    """What the emulator's evaluation of the role's policies comes to."""
    answer = deployment.cloud.emulator.client("iam").simulate_principal_policy(
        PolicySourceArn=deployment.configuration(function)["Role"], ActionNames=[action], ResourceArns=[resource]
    )
    (result,) = answer["EvaluationResults"]
    return bool(result["EvalDecision"] == "allowed")


def run_as(deployment: Deployment, function: str, event: dict[str, Any]) -> Any:
    """What a call comes to that a function makes which has this one's role."""
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


def with_file(package: bytes, migration: Path) -> bytes:
    buffer = io.BytesIO(package)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(f"migrations/{migration.name}", migration.read_bytes())
    return buffer.getvalue()


def number_of_migrations() -> int:
    return len(list((ROOT / "migrations").glob("*.sql")))


def type_of(address: str) -> str:
    """Of the resource at this address: `module.function["api"].aws_lambda_function.this` is an aws_lambda_function."""
    return next(part for part in address.split(".") if part.startswith("aws_"))
