"""Entry point of the retirement agent."""

from functions.retirement.analysis import analyze_retirement
from functions.retirement.declaration import AGENT, Retirement
from functions.shared.agent import Work, agent_handler


def compute(work: Work) -> Retirement:
    return analyze_retirement(work.snapshot, work.snapshot.taken_at, work.step, work.narrator)


handler = agent_handler(AGENT, compute)
