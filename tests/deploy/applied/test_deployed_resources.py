"""Deployed functions, queues and alarms match the manifest."""

from __future__ import annotations

import json

import pytest

from scripts.costs import number_of_alarms
from scripts.manifest import DeploymentContext, Function, Queue, WorkQueue, environment
from tests.deploy.applied.deployment import TABLE, Deployment
from tests.deploy.cloud import ARCH


@pytest.mark.parametrize("function", TABLE.functions.values(), ids=lambda function: function.name)
def test_function_is_configured_as_in_manifest(deployment: Deployment, function: Function) -> None:
    outputs, configuration = deployment.outputs, deployment.configuration(function.name)
    made = DeploymentContext(
        cluster_arn=outputs["cluster_arn"],
        secret_arns=deployment.secret_arns,
        database=outputs["database"],
        queue_urls=outputs["queue_urls"],
    )
    own = {
        "api": {
            "SIGN_IN_ISSUER": outputs["jwt_issuer"],
            "SIGN_IN_CLIENT_ID": outputs["user_pool_client_id"],
            "SIGN_IN_URL": outputs["sign_in_url"].removesuffix("/oauth2/authorize"),
        },
    }.get(function.name, {})

    assert configuration["Environment"]["Variables"] == (
        environment(TABLE, function, made) | own | deployment.extra_environment
    )
    assert configuration["MemorySize"] == function.memory_mb
    assert configuration["Timeout"] == function.timeout_s
    assert configuration["Handler"] == f"functions.{function.name}.handler.handler"
    assert configuration["Architectures"] == [ARCH]


def test_state_and_functions_contain_no_password(deployment: Deployment) -> None:
    passwords = set(deployment.passwords().values())
    places = [deployment.terraform.state()]
    places += [json.dumps(deployment.configuration(name)["Environment"]) for name in TABLE.functions]

    assert len(passwords) == 3
    assert [password for password in passwords for place in places if password in place] == []


@pytest.mark.parametrize("queue", list(TABLE.all_queues()), ids=lambda queue: queue.name)
def test_queue_is_configured_as_in_manifest(deployment: Deployment, queue: Queue) -> None:
    sqs = deployment.cloud.emulator.client("sqs")
    url = sqs.get_queue_url(QueueName=f"alex-{queue.name}")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]

    assert attributes["VisibilityTimeout"] == str(TABLE.visibility_timeout_s(queue))
    assert attributes["MessageRetentionPeriod"] == str(queue.retention_days * 24 * 3600)
    redrive = json.loads(attributes.get("RedrivePolicy", "null"))
    if isinstance(queue, WorkQueue):
        dead_letters = deployment.arn_of_queue(queue.dead_letters.name)
        assert redrive == {"deadLetterTargetArn": dead_letters, "maxReceiveCount": queue.max_receive_count}
    else:
        assert redrive is None


def test_queues_and_dead_letter_queues_invoke_their_consumers(deployment: Deployment) -> None:
    mappings = deployment.cloud.emulator.client("lambda").list_event_source_mappings()["EventSourceMappings"]

    consumers = {
        mapping["EventSourceArn"].rpartition(":alex-")[2]: mapping["FunctionArn"].rpartition(":alex-")[2]
        for mapping in mappings
    }
    assert consumers == {queue.name: queue.consumer for queue in TABLE.all_queues()}
    for mapping in mappings:
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert mapping["ScalingConfig"] == {"MaximumConcurrency": 2}


def test_every_alarm_exists(deployment: Deployment) -> None:
    pages = deployment.cloud.emulator.client("cloudwatch").get_paginator("describe_alarms").paginate()
    alarms = {alarm["AlarmName"]: alarm for page in pages for alarm in page["MetricAlarms"]}

    assert set(alarms) == {
        *(f"alex-{name}-{kind}" for name in TABLE.functions for kind in ("errors", "throttles", "duration")),
        *(f"alex-{name}-dead-letters" for name in TABLE.queues),
        *(f"alex-{queue.name}-oldest-message" for queue in TABLE.all_queues()),
        "alex-jobs-given-up",
        "alex-api-4xx",
        "alex-api-5xx",
        "alex-api-latency",
        "alex-unauthorized",
    }
    assert len(alarms) == number_of_alarms(TABLE)
    assert {name for name, alarm in alarms.items() if not alarm["Dimensions"]} == {"alex-unauthorized"}
    assert {alarm["TreatMissingData"] for alarm in alarms.values()} == {"notBreaching"}
