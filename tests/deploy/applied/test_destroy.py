"""Destroying the deployment."""

from __future__ import annotations

from tests.deploy.applied.deployment import Deployment


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
