"""What was made is what the table of functions says."""

from __future__ import annotations

import json

import pytest

from scripts.table import Function, Surroundings, environment
from tests.deploy.applied.deployment import ORIGIN, OWNER_ONLY, TABLE, Deployment
from tests.deploy.cloud import ARCH


@pytest.mark.parametrize("function", TABLE.functions.values(), ids=lambda function: function.name)
def test_a_function_is_what_the_table_says(deployment: Deployment, function: Function) -> None:
    outputs, configuration = deployment.outputs, deployment.configuration(function.name)
    made = Surroundings(
        cluster_arn=outputs["cluster_arn"],
        secret_arn=outputs["owner_secret_arn" if function.name in OWNER_ONLY else "secret_arn"],
        database=outputs["database"],
        queue_urls=outputs["queue_urls"],
    )
    own = {
        "api": {
            "CORS_ORIGINS": ORIGIN,
            "SIGN_IN_ISSUER": outputs["jwt_issuer"],
            "SIGN_IN_CLIENT_ID": outputs["user_pool_client_id"],
            "SIGN_IN_URL": outputs["sign_in_url"].removesuffix("/oauth2/authorize"),
        },
        "migrator": {"APPLICATION_SECRET_ARN": outputs["secret_arn"]},
    }.get(function.name, {})

    assert configuration["Environment"]["Variables"] == (
        environment(TABLE, function, made) | own | deployment.extra_environment
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
