"""The manifest of functions and queues: its checks, and the environment of each function."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from scripts.manifest import MANIFEST_FILE, ROOT, DeploymentContext, Manifest, environment, overrides, read_manifest

CONTEXT = DeploymentContext(
    cluster_arn="arn:cluster",
    secret_arns={"owner": "arn:owner", "api": "arn:api", "workers": "arn:workers"},
    database="alex",
    queue_urls={"analysis-jobs": "https://queue/jobs"},
)

DATABASE = {"DB_CLUSTER_ARN": "arn:cluster", "DB_NAME": "alex"}

SMALL: dict[str, Any] = {
    "defaults": {"memory_mb": 512, "timeout_s": 30, "environment": {}},
    "visibility_margin_s": 20,
    "functions": {
        "api": {"description": "Serves.", "trigger": "http", "uses": ["database:api", "send:work"]},
        "worker": {"description": "Works.", "trigger": "queue:work", "timeout_s": 60},
        "agent": {"description": "Helps.", "trigger": "worker", "uses": ["model"]},
        "clean_up": {"description": "Cleans up.", "trigger": "dead-letters:work"},
    },
    "queues": {
        "work": {
            "consumer": "worker",
            "batch_size": 1,
            "retention_days": 7,
            "max_receive_count": 3,
            "dead_letters": {"consumer": "clean_up", "batch_size": 10, "retention_days": 14},
        }
    },
}


@pytest.fixture
def small() -> dict[str, Any]:
    return deepcopy(SMALL)


def test_functions_and_folders_correspond() -> None:
    folders = {folder.name for folder in (ROOT / "functions").iterdir() if (folder / "handler.py").exists()}

    assert folders == set(read_manifest().functions)


def test_function_may_invoke_those_that_it_triggers(small: dict[str, Any]) -> None:
    manifest = Manifest.model_validate(small)

    assert {name: manifest.invoked_by(function) for name, function in manifest.functions.items()} == {
        "api": [],
        "worker": ["agent"],
        "agent": [],
        "clean_up": [],
    }


def test_only_api_and_migrator_have_database_users_of_their_own() -> None:
    users = {name: function.database_user for name, function in read_manifest().functions.items()}

    assert users == dict.fromkeys(users, "workers") | {"api": "api", "migrator": "owner"}


def test_job_messages_go_to_planner_and_then_to_dead_letters() -> None:
    consumers = {queue.name: queue.consumer for queue in read_manifest().all_queues()}

    assert consumers == {"analysis-jobs": "planner", "analysis-jobs-dlq": "dead_letters"}


def test_no_function_causes_its_own_invocation() -> None:
    """Derived independently of the manifest's own check, by following the events of each function."""
    manifest = read_manifest()
    consumers = {queue.name: {queue.consumer, queue.dead_letters.consumer} for queue in manifest.queues.values()}
    direct = {
        function.name: set(manifest.invoked_by(function)).union(*(consumers[queue] for queue in function.sends_to()))
        for function in manifest.functions.values()
    }

    for name in manifest.functions:
        reached = direct[name]
        for _ in manifest.functions:
            reached = reached.union(*(direct[other] for other in reached))
        assert name not in reached


def test_killed_planner_is_replaced_within_its_timeout_plus_30_s() -> None:
    manifest = read_manifest()
    delivery_s = 10

    assert (
        manifest.visibility_timeout_s(manifest.queues["analysis-jobs"]) + delivery_s
        == manifest.functions["planner"].timeout_s + 30
    )


def test_functions_get_defaults_that_they_do_not_override(small: dict[str, Any]) -> None:
    manifest = Manifest.model_validate(small)

    assert {function.name: function.timeout_s for function in manifest.functions.values()} == {
        "api": 30,
        "worker": 60,
        "agent": 30,
        "clean_up": 30,
    }


def test_dead_letter_queue_is_a_queue_with_its_own_consumer(small: dict[str, Any]) -> None:
    manifest = Manifest.model_validate(small)

    assert {
        queue.name: (queue.consumer, queue.batch_size, queue.retention_days, manifest.visibility_timeout_s(queue))
        for queue in manifest.all_queues()
    } == {"work": ("worker", 1, 7, 80), "work-dlq": ("clean_up", 10, 14, 50)}


@pytest.mark.parametrize(
    ("place", "value", "complaint"),
    [
        (("functions", "api", "uses"), ["send:nowhere"], "api: unknown use send:nowhere"),
        (("functions", "api", "uses"), ["send:work-dlq"], "api: unknown use send:work-dlq"),
        (("functions", "worker", "uses"), ["invoke:agent"], "worker: unknown use invoke:agent"),
        (("functions", "api", "uses"), ["databse"], "api: unknown use databse"),
        (("functions", "api", "uses"), ["database"], "api: unknown use database"),
        (("functions", "api", "uses"), ["database:nobody"], "api: unknown use database:nobody"),
        (("functions", "api", "uses"), ["database:api", "database:api"], "a use is listed twice"),
        (("functions", "api", "uses"), ["database:api", "database:workers"], "signs in to the database as one user"),
        (("functions", "agent", "trigger"), "nobody", "agent: unknown trigger nobody"),
        (("functions", "agent", "trigger"), "queue:nothing", "agent: unknown trigger queue:nothing"),
        (("functions", "agent", "timeout_s"), 901, "less than or equal to 900"),
        (("functions", "agent", "memory"), 128, "Extra inputs are not permitted"),
        (("functions", "api", "environment"), {"Cors-Origins": ""}, "should match pattern"),
        (("functions", "api", "environment"), {"MAX_JOBS": 3}, "should be a valid string"),
        (("functions", "Api"), {"description": "x", "trigger": "http"}, "should match pattern"),
        (("functions", "not-a-package"), {"description": "x", "trigger": "http"}, "should match pattern"),
        (("queues", "work", "consumer"), "agent", "agent must be a function with the trigger queue:work"),
        (("queues", "work", "consumer"), "nobody", "nobody must be a function with the trigger queue:work"),
        (
            ("queues", "work", "dead_letters", "consumer"),
            "worker",
            "worker must be a function with the trigger dead-letters:work",
        ),
        (("queues", "work", "dead_letters"), None, "should be a valid dictionary"),
        (("queues", "work", "dead_letters", "max_receive_count"), 3, "Extra inputs are not permitted"),
        (("queues", "work", "retention_days"), 14, "work-dlq must keep messages longer than work"),
        (("queues", "work", "batch_size"), 11, "less than or equal to 10"),
        (("visibility_margin_s",), -1, "greater than or equal to 0"),
        (("log_level",), "LOUD", "should be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        (("functions",), ["api"], "should be a valid dictionary"),
        (("topics",), {}, "Extra inputs are not permitted"),
    ],
)
def test_mistake_in_manifest_is_named(
    small: dict[str, Any], place: tuple[str, ...], value: Any, complaint: str
) -> None:
    entry = small
    for key in place[:-1]:
        entry = entry[key]
    entry[place[-1]] = value

    with pytest.raises(ValidationError, match=complaint):
        Manifest.model_validate(small)


@pytest.mark.parametrize(
    ("function", "uses", "loop"),
    [
        ("worker", ["send:work"], "worker -> queue:work -> worker"),
        ("clean_up", ["send:work"], "clean_up -> queue:work -> clean_up"),
        ("agent", ["send:work"], "worker -> agent -> queue:work -> worker"),
    ],
    ids=["its own queue", "its own dead letters", "the queue of its invoker"],
)
def test_function_that_leads_back_to_itself_is_refused(
    small: dict[str, Any], function: str, uses: list[str], loop: str
) -> None:
    small["functions"][function]["uses"] = uses

    with pytest.raises(ValidationError, match=f"leads back to itself: {loop}"):
        Manifest.model_validate(small)


def test_functions_that_trigger_each_other_are_refused(small: dict[str, Any]) -> None:
    small["functions"]["agent"]["trigger"] = "helper"
    small["functions"]["helper"] = {"description": "Helps.", "trigger": "agent"}

    with pytest.raises(ValidationError, match="leads back to itself: agent -> helper -> agent"):
        Manifest.model_validate(small)


def test_manifest_that_is_not_mapping_is_refused() -> None:
    with pytest.raises(ValidationError, match="not a mapping"):
        Manifest.model_validate(["api"])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("api", {**DATABASE, "DB_SECRET_ARN": "arn:api", "ANALYSIS_JOBS_QUEUE_URL": "https://queue/jobs"}),
        ("planner", {**DATABASE, "DB_SECRET_ARN": "arn:workers", "AGENT_TIMEOUT_S": "180"}),
        *((name, {**DATABASE, "DB_SECRET_ARN": "arn:workers"}) for name in ("dead_letters", "tagger")),
        (
            "migrator",
            {
                **DATABASE,
                "DB_SECRET_ARN": "arn:owner",
                "API_SECRET_ARN": "arn:api",
                "WORKERS_SECRET_ARN": "arn:workers",
            },
        ),
    ],
)
def test_environment_combines_common_variables_uses_and_own_ones(name: str, expected: dict[str, str]) -> None:
    manifest = read_manifest()

    assert environment(manifest, manifest.functions[name], CONTEXT) == {
        "NAME_PREFIX": "alex",
        "POWERTOOLS_SERVICE_NAME": name,
        "POWERTOOLS_METRICS_NAMESPACE": "alex",
        "LOG_LEVEL": manifest.log_level,
        "PYDANTIC_DISABLE_PLUGINS": "__all__",
        **expected,
        **yaml.safe_load(MANIFEST_FILE.read_text())["functions"][name].get("environment", {}),
    }


def test_given_variable_applies_only_to_functions_that_have_it() -> None:
    given = {"ENABLE_PROGRESS_TRACKING": "true", "MOCK_LAMBDAS": "true", "PATH": "/bin"}

    chosen = overrides(read_manifest(), given)

    assert chosen["planner"] == {"ENABLE_PROGRESS_TRACKING": "true", "MOCK_LAMBDAS": "true"}
    assert chosen["api"] == {"ENABLE_PROGRESS_TRACKING": "true"}
    assert chosen["reporter"] == {}
