"""Entry point of the reporter."""

from functions.reporter.declaration import AGENT, Report
from functions.reporter.report import write_report
from functions.shared.agent import Work, agent_handler


def compute(work: Work) -> Report:
    return write_report(work.snapshot, work.snapshot.taken_at, work.step, work.narrator)


handler = agent_handler(AGENT, compute)
