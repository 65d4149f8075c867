"""Entry point of the charter."""

from functions.charter.charts import choose_charts
from functions.charter.declaration import AGENT, Charts
from functions.shared.agent import Work, agent_handler


def compute(work: Work) -> Charts:
    return choose_charts(work.snapshot, work.step)


handler = agent_handler(AGENT, compute)
