"""A valid payload of each section: the agents' samples."""

from datetime import UTC, datetime
from decimal import Decimal

from pydantic import BaseModel

from functions.shared.plans import AGENTS
from functions.shared.section_names import SNAPSHOT, Section
from functions.shared.sections import Summary
from tests import portfolios

AS_OF = datetime(2026, 11, 22, tzinfo=UTC)
SUMMARY = Summary(total_value=Decimal(1), accounts=1, positions=1, as_of=AS_OF)
PAYLOADS: dict[Section, BaseModel] = {
    SNAPSHOT: portfolios.one_stock(),
    **{agent.section: agent.sample(AS_OF, "A sample.") for agent in AGENTS},
    "summary": SUMMARY,
}
