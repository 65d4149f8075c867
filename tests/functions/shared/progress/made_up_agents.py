"""A plan of three made-up agents, so that tests of progress do not depend on the real agents."""

from datetime import datetime

from functions.shared.agent_declaration import Agent
from functions.shared.durations.expectation import Expectation
from functions.shared.plans import SETUP, SETUP_EXPECTED
from functions.shared.section_names import Section
from functions.shared.sections import SectionPayload


class Note(SectionPayload):
    content: str


def _sample(as_of: datetime, text: str) -> Note:
    return Note(mock=True, content=f"{as_of:%Y}: {text}")


def _agent(name: str, section: Section, median_s: float) -> Agent:
    return Agent(
        name=name,
        section=section,
        title=section,
        task=f"Work as {name}",
        doing=f"Working as {name}",
        payload=Note,
        sample=_sample,
        expected=Expectation(median_s, 0.35),
    )


#: The writer takes longest.
PLAN = (_agent("writer", "text", 33), _agent("painter", "pictures", 22), _agent("counter", "numbers", 17))
EXPECTED = {SETUP: SETUP_EXPECTED, **{agent.name: agent.expected for agent in PLAN}}
