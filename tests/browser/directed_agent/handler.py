"""An agent that follows a test's directions instead of doing real work: it waits, reports, and commits a sample
section.

The variable AGENT names the agent, DIRECTIONS the JSON file with an entry per agent: `seconds` of work (null: until the
file changes), `fails` to fail instead of committing, `words` to replace every text. The file is read repeatedly, so a
test can change its directions while the agent works.
"""

import json
import os
import time
from pathlib import Path
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel

from functions.charter.declaration import Chart, ChartPoint, Charts
from functions.reporter.declaration import Report
from functions.retirement.declaration import Retirement
from functions.shared.agent import AgentRun
from functions.shared.observability import logger
from functions.shared.plans import AGENTS
from functions.shared.sections import Narration
from functions.shared.tasks import AgentTask

_AGENTS = {agent.name: agent for agent in AGENTS}
_STEPS = 10
_HELD_AT = 3
_LOOK_S = 0.05
_LONGEST_MESSAGE = 200


class DirectedToFail(Exception):
    """The failure that a test requested."""


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    task = AgentTask.model_validate(event)
    agent = _AGENTS[os.environ["AGENT"]]
    with AgentRun(task, agent) as run:
        _work(agent.name, run)
        directed = _directions(agent.name)
        if directed["fails"]:
            raise DirectedToFail
        sample = agent.sample(task.as_of, "Nothing was analyzed.")
        return run.commit(_with_words(sample, directed["words"]) if directed["words"] else sample)


def _work(agent: str, run: AgentRun) -> None:
    """Report each step once, until the directions end the work."""
    began, reported = time.monotonic(), -1
    while True:
        directed = _directions(agent)
        seconds = directed["seconds"]
        step = _HELD_AT if seconds is None else int(_STEPS * (time.monotonic() - began) / seconds)
        if step >= _STEPS:
            return
        if step > reported:
            run.step(step / _STEPS, (directed["words"] or f"Step {step + 1} of {_STEPS}")[:_LONGEST_MESSAGE])
            reported = step
        time.sleep(_LOOK_S)


def _directions(agent: str) -> dict[str, Any]:
    directed: dict[str, Any] = json.loads(Path(os.environ["DIRECTIONS"]).read_text(encoding="utf-8"))[agent]
    return directed


def _with_words(made: BaseModel, words: str) -> BaseModel:
    """The section, with `words` in place of every text that may come from a person or a model."""
    narration = Narration(model=words, source="mixed", passages={})
    match made:
        case Report():
            figures = {"data_quality": {"unpriced": [words], "unclassified": [words], "stale": [words]}}
            return made.model_copy(update={"content": words, "figures": figures, "narration": narration})
        case Retirement():
            return made.model_copy(update={"analysis": words, "narration": narration})
        case Charts():
            return Charts({f"{place}": _chart(kind, words) for place, kind in enumerate(("donut", "bar", "line"))})
        case _:
            raise ValueError(f"no words for {type(made).__name__}")


def _chart(kind: Any, words: str) -> Chart:
    points = [ChartPoint.model_validate({"name": words, "value": value, "color": "#0F5C4A"}) for value in (1, 2)]
    return Chart(mock=True, title=words, type=kind, description=words, data=points)
