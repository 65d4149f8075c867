"""Every agent's declaration is complete, consistent with functions.yaml, and light enough for every zip."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from functions.shared.agent_declaration import Agent, JobType
from functions.shared.plans import AGENTS, MAX_PAYLOAD_BYTES, PLANS
from scripts.manifest import ROOT, read_manifest
from tests.sections import AS_OF

DECLARATIONS = sorted((ROOT / "functions").glob("*/declaration.py"))
EACH_AGENT = pytest.mark.parametrize("agent", AGENTS, ids=lambda agent: agent.name)


def test_agents_and_sections_are_the_expected_ones() -> None:
    """The only test that lists them: change it with each agent that you add."""
    assert {kind: [(agent.name, agent.section) for agent in plan] for kind, plan in PLANS.items()} == {
        JobType.PORTFOLIO: [("reporter", "report"), ("charter", "charts"), ("retirement", "retirement")],
        JobType.RETIREMENT: [("retirement", "retirement")],
        JobType.CHARTS: [("charter", "charts")],
    }


def test_every_agent_is_named_for_its_folder_and_has_its_own_section() -> None:
    assert sorted(agent.name for agent in AGENTS) == [file.parent.name for file in DECLARATIONS]
    assert len({agent.section for agent in AGENTS}) == len(AGENTS)


@EACH_AGENT
def test_planner_triggers_agent_whose_uses_match_its_declaration(agent: Agent) -> None:
    function = read_manifest().functions[agent.name]

    assert function.trigger == "planner"
    assert function.database_user == "workers"
    assert ("model" in function.uses) == agent.is_worded


@EACH_AGENT
def test_sample_is_marked_contains_its_text_and_fits_model(agent: Agent) -> None:
    document = agent.sample(AS_OF, "A text of the test.").model_dump_json()

    assert '"mock":true' in document
    assert "A text of the test." in document
    assert agent.payload.model_validate_json(document).model_dump_json() == document
    assert len(document) < MAX_PAYLOAD_BYTES


@pytest.mark.parametrize("job_type", JobType)
def test_every_plan_delivers_the_sections_its_agents_need(job_type: JobType) -> None:
    plan = PLANS[job_type]

    assert plan
    assert {need for agent in plan for need in agent.needs} <= {agent.section for agent in plan}


@pytest.mark.parametrize("file", DECLARATIONS, ids=lambda file: file.parent.name)
def test_declaration_imports_only_pydantic_and_shared_code(file: Path) -> None:
    """The planner and the api import it, and their zips contain neither the agent's packages nor its other modules."""
    package = f"functions.{file.parent.name}"
    foreign = {
        module
        for module in imports(file)
        if module != package
        and module.partition(".")[0] not in {"pydantic", *sys.stdlib_module_names}
        and not module.startswith("functions.shared.")
    }

    assert foreign == set()


@pytest.mark.parametrize("name", ["Reporter", "fund fees", "fees'", "", "9_lives"])
def test_name_that_is_unsafe_in_sql_and_json_is_refused(name: str) -> None:
    first = AGENTS[0]
    fields = {field: getattr(first, field) for field in first.__dataclass_fields__}

    with pytest.raises(ValueError, match="not a name in lower_case"):
        Agent(**{**fields, "section": name})


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield f"{'.' * node.level}{node.module or ''}"
