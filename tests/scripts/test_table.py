"""The one table of functions: what it must say, and what a function gets from it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from functions.shared.plans import PLANS
from scripts.table import ROOT, TABLE_FILE, Surroundings, Table, environment, overrides, read_table

MADE = Surroundings(
    cluster_arn="arn:cluster",
    secret_arn="arn:secret",
    database="alex",
    queue_urls={"analysis-jobs": "https://queue/jobs", "watchdog": "https://queue/watchdog"},
)

SMALL: dict[str, Any] = {
    "defaults": {"memory_mb": 512, "timeout_s": 30, "environment": {}},
    "functions": {
        "api": {"description": "Answers.", "trigger": "http", "uses": ["database", "send:work"]},
        "worker": {"description": "Works.", "trigger": "queue:work", "timeout_s": 60, "uses": ["invoke:agent"]},
        "agent": {"description": "Helps.", "trigger": "worker", "uses": ["model"]},
    },
    "queues": {"work": {"consumer": "worker", "max_receive_count": 3, "batch_size": 1}},
}


@pytest.fixture
def small() -> dict[str, Any]:
    return deepcopy(SMALL)


def test_the_table_has_a_function_for_each_folder() -> None:
    folders = {folder.name for folder in (ROOT / "functions").iterdir() if (folder / "handler.py").exists()}

    assert folders <= set(read_table().functions)


def test_every_agent_of_a_plan_is_a_function_that_the_planner_invokes() -> None:
    agents = {agent.name for plan in PLANS.values() for agent in plan}

    assert agents <= set(read_table().functions["planner"].invokes())


def test_every_queue_of_the_table_has_its_consumer() -> None:
    table = read_table()

    assert {queue.name: table.functions[queue.consumer].trigger for queue in table.queues.values()} == {
        "analysis-jobs": "queue:analysis-jobs",
        "watchdog": "queue:watchdog",
    }


def test_functions_get_the_defaults_they_do_not_override(small: dict[str, Any]) -> None:
    table = Table.model_validate(small)

    assert {function.name: function.timeout_s for function in table.functions.values()} == {
        "api": 30,
        "worker": 60,
        "agent": 30,
    }


@pytest.mark.parametrize(
    ("place", "value", "complaint"),
    [
        (("functions", "api", "uses"), ["send:nowhere"], "there is no use send:nowhere"),
        (("functions", "worker", "uses"), ["invoke:nobody"], "there is no use invoke:nobody"),
        (("functions", "api", "uses"), ["databse"], "there is no use databse"),
        (("functions", "api", "uses"), ["database", "database"], "a use stands there twice"),
        (("functions", "agent", "trigger"), "nobody", "nothing is called nobody"),
        (("functions", "worker", "uses"), [], "agent: worker may not invoke it; its uses lack invoke:agent"),
        (("functions", "agent", "timeout_s"), 901, "less than or equal to 900"),
        (("functions", "agent", "memory"), 128, "Extra inputs are not permitted"),
        (("functions", "api", "environment"), {"Cors-Origins": ""}, "should match pattern"),
        (("functions", "api", "environment"), {"MAX_JOBS": 3}, "should be a valid string"),
        (("functions", "Api"), {"description": "x", "trigger": "http"}, "should match pattern"),
        (("queues", "work", "consumer"), "agent", "agent is not triggered by queue:work"),
        (("queues", "work", "consumer"), "nobody", "nobody is not triggered by queue:work"),
        (("queues", "work", "batch_size"), 11, "less than or equal to 10"),
        (("functions",), ["api"], "should be a valid dictionary"),
        (("topics",), {}, "Extra inputs are not permitted"),
    ],
)
def test_a_mistake_in_the_table_is_named(
    small: dict[str, Any], place: tuple[str, ...], value: Any, complaint: str
) -> None:
    entry = small
    for key in place[:-1]:
        entry = entry[key]
    entry[place[-1]] = value

    with pytest.raises(ValidationError, match=complaint):
        Table.model_validate(small)


def test_a_table_that_is_no_mapping_is_refused() -> None:
    with pytest.raises(ValidationError, match="not a mapping"):
        Table.model_validate(["api"])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "api",
            {
                "DB_CLUSTER_ARN": "arn:cluster",
                "DB_SECRET_ARN": "arn:secret",
                "DB_NAME": "alex",
                "ANALYSIS_JOBS_QUEUE_URL": "https://queue/jobs",
                "WATCHDOG_QUEUE_URL": "https://queue/watchdog",
            },
        ),
        (
            "planner",
            {
                "DB_CLUSTER_ARN": "arn:cluster",
                "DB_SECRET_ARN": "arn:secret",
                "DB_NAME": "alex",
                "AGENT_TIMEOUT_S": "180",
            },
        ),
        ("tagger", {}),
    ],
)
def test_a_function_gets_what_its_uses_bring_and_its_own_and_nothing_else(name: str, expected: dict[str, str]) -> None:
    table = read_table()

    assert environment(table, table.functions[name], MADE) == {
        "NAME_PREFIX": "alex",
        "POWERTOOLS_SERVICE_NAME": name,
        "POWERTOOLS_METRICS_NAMESPACE": "alex",
        "LOG_LEVEL": "INFO",
        **expected,
        **yaml.safe_load(TABLE_FILE.read_text())["functions"][name].get("environment", {}),
    }


def test_a_variable_that_is_given_goes_to_the_functions_that_have_it() -> None:
    given = {"ENABLE_PROGRESS_TRACKING": "true", "MOCK_LAMBDAS": "true", "PATH": "/bin"}

    chosen = overrides(read_table(), given)

    assert chosen["planner"] == {"ENABLE_PROGRESS_TRACKING": "true", "MOCK_LAMBDAS": "true"}
    assert chosen["api"] == {"ENABLE_PROGRESS_TRACKING": "true"}
    assert chosen["reporter"] == {}
