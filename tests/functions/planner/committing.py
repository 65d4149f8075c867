"""Sections committed as agents do."""

from functions.shared.agent_declaration import JobType
from functions.shared.database import Database
from functions.shared.jobs import Jobs
from functions.shared.plans import PLANS
from functions.shared.progress.model import ProgressChange
from functions.shared.section_names import SNAPSHOT, Section
from functions.shared.tasks import Claim
from tests.sections import PAYLOADS


def commit(database: Database, claim: Claim, section: Section) -> bool:
    return (
        Jobs(database)
        .commit_section(claim, section, PAYLOADS[section], duration_ms=5, change=ProgressChange(), agent="agent")
        .stored
    )


def commit_everything(database: Database, claim: Claim) -> None:
    for section in [SNAPSHOT, *(agent.section for agent in PLANS[JobType.PORTFOLIO])]:
        commit(database, claim, section)
