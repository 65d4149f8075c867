"""One attempt at a job: setup, agents side by side over one frozen portfolio, completion."""

import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass

from functions.planner.agents import AgentFailed, Agents
from functions.planner.jobs import ClaimedJob, PlannerJobs
from functions.planner.leased import LeasedWork
from functions.planner.portfolio import load_snapshot, unclassified_names, with_classifications
from functions.shared import metrics
from functions.shared.analysis.valuation import value_portfolio
from functions.shared.database import Database
from functions.shared.history import Recollection
from functions.shared.jobs import Jobs, LeaseLost
from functions.shared.observability import logger
from functions.shared.plans import PLANS, Agent
from functions.shared.portfolio import Snapshot
from functions.shared.progress.model import SETUP, Stage, completed, initial_progress
from functions.shared.progress.tracker import Progress
from functions.shared.sections import Section, Summary
from functions.shared.tasks import AgentTask, Receipt, TaggerTask


@dataclass(frozen=True)
class Attempt:
    """What one attempt works with."""

    job: ClaimedJob
    database: Database
    jobs: PlannerJobs
    agents: Agents
    progress: Progress
    work: LeasedWork
    history: Recollection
    track_progress: bool
    refresh_prices: Callable[[Snapshot], Snapshot] | None = None
    clock: Callable[[], float] = time.monotonic


def run_attempt(attempt: Attempt) -> None:
    """Brings the job to its end: completed, or failed with a sentence that says why.

    Raises LeaseLost or JobCancelled when the job is no longer ours (do not retry), DatabaseError (the lease runs out
    and the watchdog hands the job to another attempt).
    """
    job, started = attempt.job, attempt.clock()
    plan = PLANS[job.job_type]
    attempt.progress.start(lambda: initial_progress(plan, job.attempt, job.committed, attempt.history.read()))
    snapshot = job.snapshot or _freeze_portfolio(attempt)
    failures = _run_agents(attempt, plan, snapshot)
    if not failures:
        missing = attempt.jobs.complete(job, _summary(snapshot))
        failures = [AgentFailed(agent.name, "committed no section") for agent in plan if agent.section in missing]
    if failures:
        _fail(attempt, failures)
    else:
        metrics.job_completed(attempt.clock() - started)
        logger.info("Progress: Updated to 100% - Analysis complete" if attempt.track_progress else "Analysis complete")


def _freeze_portfolio(attempt: Attempt) -> Snapshot:
    """Reads the portfolio, has unknown symbols classified, and commits what every agent will see."""
    started = attempt.clock()
    snapshot = load_snapshot(attempt.database, attempt.job.user_id)
    if snapshot is None:
        raise LeaseLost("the user has gone, and the job with him")
    snapshot = _refresh_prices(attempt, snapshot)
    if names := unclassified_names(snapshot):
        attempt.progress.update(SETUP, 0.5, "Classifying unknown symbols")
        snapshot = _classify(attempt, snapshot, names)
    attempt.progress.flush()  # the commit's change builds on the document that `start` writes
    Jobs(attempt.database).commit_section(
        attempt.job,
        Section.SNAPSHOT,
        snapshot,
        duration_ms=round(1000 * (attempt.clock() - started)),
        change=completed(SETUP, "The portfolio is read", Stage.RUNNING),
        agent=SETUP,
    )
    return snapshot


def _refresh_prices(attempt: Attempt, snapshot: Snapshot) -> Snapshot:
    """Without an answer the last known prices stay, and the report says so."""
    if attempt.refresh_prices is None:
        return snapshot
    attempt.progress.update(SETUP, 0.3, "Refreshing prices")
    return attempt.work.result(attempt.work.submit(attempt.refresh_prices, snapshot))


def _classify(attempt: Attempt, snapshot: Snapshot, names: dict[str, str]) -> Snapshot:
    """Without an answer the symbols stay unclassified, and the report says so."""
    task = TaggerTask(job_id=attempt.job.job_id, attempt=attempt.job.attempt, symbols=tuple(names), names=names)
    try:
        answer = attempt.work.result(attempt.work.submit(attempt.agents.tag, task))
    except AgentFailed as error:
        logger.warning("The tagger failed, symbols stay unclassified", reason=error.detail, symbols=len(names))
        return snapshot
    known = {instrument.symbol: instrument for instrument in answer.instruments}
    return with_classifications(snapshot, known).model_copy(update={"tagging": answer.usage})


def _run_agents(attempt: Attempt, plan: Iterable[Agent], snapshot: Snapshot) -> list[AgentFailed]:
    """Runs each agent whose section is missing as soon as what it needs is there; answers those that failed."""
    committed = set(attempt.job.committed) | {Section.SNAPSHOT}
    waiting = [agent for agent in plan if agent.section not in committed]
    running: dict[Future[Receipt], Agent] = {}
    failures: list[AgentFailed] = []
    while True:
        for agent in [agent for agent in waiting if agent.needs <= committed]:
            waiting.remove(agent)
            attempt.progress.start_agent(agent.name)
            running[attempt.work.submit(attempt.agents.run, agent, _task(attempt, agent, snapshot))] = agent
        if not running:
            return failures
        for done in attempt.work.next_done(set(running)):
            agent = running.pop(done)
            try:
                committed.add(done.result().section)
            except AgentFailed as error:
                failures.append(error)
                attempt.progress.fail_agent(agent.name, str(error))


def _task(attempt: Attempt, agent: Agent, snapshot: Snapshot) -> AgentTask:
    return AgentTask(
        job_id=attempt.job.job_id,
        attempt=attempt.job.attempt,
        snapshot=snapshot,
        expected=attempt.history.so_far.expectation(agent.section, agent.expected),
        track_progress=attempt.track_progress,
    )


def _summary(snapshot: Snapshot) -> Summary:
    return Summary(
        total_value=value_portfolio(snapshot).total,
        accounts=len(snapshot.accounts),
        positions=sum(len(account.positions) for account in snapshot.accounts),
        as_of=snapshot.taken_at,
    )


def _fail(attempt: Attempt, failures: list[AgentFailed]) -> None:
    reasons = " ".join(str(failure) for failure in failures)
    attempt.progress.flush()
    attempt.jobs.fail(attempt.job, f"{reasons} What is finished can be read; a retry runs only what is missing.")
    metrics.job_failed()
    logger.error(
        "The job failed",
        agents=[failure.agent for failure in failures],
        reasons=[failure.detail for failure in failures],
    )
