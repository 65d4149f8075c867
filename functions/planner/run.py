"""One attempt at a job: setup, agents in parallel on one frozen portfolio, completion."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

from functions.planner.agents import AgentFailed, Agents, AgentUnavailable
from functions.planner.heartbeat import LeaseKeeper
from functions.planner.jobs import ClaimedJob, PlannerJobs
from functions.planner.portfolio import (
    committed_snapshot,
    load_sample,
    load_snapshot,
    unclassified_names,
    with_classifications,
    with_rules,
)
from functions.shared import metrics
from functions.shared.agent_declaration import Agent
from functions.shared.analysis.valuation import value_portfolio
from functions.shared.database import Database
from functions.shared.durations.delays import Delays
from functions.shared.durations.history import HistoryLoader
from functions.shared.jobs import Jobs, LeaseLost
from functions.shared.observability import logger
from functions.shared.plans import SETUP
from functions.shared.portfolio import Snapshot
from functions.shared.progress.model import Stage, completed, initial_progress
from functions.shared.progress.tracker import Progress
from functions.shared.section_names import SNAPSHOT
from functions.shared.sections import Summary
from functions.shared.tasks import AgentTask, Receipt, TaggerTask


@dataclass(frozen=True)
class Attempt:
    """The inputs of one attempt."""

    job: ClaimedJob
    plan: tuple[Agent, ...]
    database: Database
    jobs: PlannerJobs
    agents: Agents
    progress: Progress
    keeper: LeaseKeeper
    history: HistoryLoader
    track_progress: bool
    clock: Callable[[], float]
    refresh_prices: Callable[[Snapshot], Snapshot] | None = None


def run_attempt(attempt: Attempt) -> None:
    """Run the job until it is completed, or failed with a sentence for its owner.

    Raises LeaseLost or JobCancelled if this attempt no longer owns the job (do not retry), AgentUnavailable or
    DatabaseError if another attempt may succeed.
    """
    job, plan, started = attempt.job, attempt.plan, attempt.clock()
    attempt.progress.start(lambda: initial_progress(plan, job.attempt, job.committed, attempt.history.read()))
    if SNAPSHOT in job.committed:
        snapshot = committed_snapshot(attempt.database, job.job_id)
    else:
        snapshot = _freeze_portfolio(attempt)
    failures = _run_agents(attempt, snapshot)
    if not failures:
        missing = attempt.jobs.complete(job, summary_of(snapshot))
        failures = [AgentFailed(agent.name, "committed no section") for agent in plan if agent.section in missing]
    if failures:
        _fail(attempt, failures)
    else:
        metrics.job_completed(attempt.clock() - started)
        logger.info("Progress: Updated to 100% - Analysis complete" if attempt.track_progress else "Analysis complete")


def _freeze_portfolio(attempt: Attempt) -> Snapshot:
    """Read the portfolio, classify unknown symbols, and commit the snapshot that every agent uses."""
    started = attempt.clock()
    load = load_sample if attempt.job.is_sample else load_snapshot
    snapshot = load(attempt.database, attempt.job.user_id)
    if snapshot is None:
        raise LeaseLost("the user was deleted, and the job with them")
    snapshot = with_rules(_refresh_prices(attempt, snapshot))
    if names := unclassified_names(snapshot):
        attempt.progress.update(SETUP, 0.5, "Classifying unknown symbols")
        snapshot = _classify(attempt, snapshot, names)
    attempt.progress.flush()  # the committed change requires the document that `start` writes
    Jobs(attempt.database).commit_section(
        attempt.job,
        SNAPSHOT,
        snapshot,
        duration_ms=round(1000 * (attempt.clock() - started)),
        change=completed(SETUP, "The portfolio is read", Stage.RUNNING),
        agent=SETUP,
        delays=Delays(wait_s=round(attempt.job.waited_s or 0, 3)),
    )
    return snapshot


def _refresh_prices(attempt: Attempt, snapshot: Snapshot) -> Snapshot:
    """Return the snapshot with current prices. If the source fails, the last known prices stay, and the report
    states that.
    """
    if attempt.refresh_prices is None:
        return snapshot
    attempt.progress.update(SETUP, 0.3, "Refreshing prices")
    return attempt.keeper.result(attempt.keeper.submit(attempt.refresh_prices, snapshot))


def _classify(attempt: Attempt, snapshot: Snapshot, names: dict[str, str]) -> Snapshot:
    """Return the snapshot with classifications. If the tagger fails, symbols stay unclassified, and the report
    states that.
    """
    task = TaggerTask(job_id=attempt.job.job_id, attempt=attempt.job.attempt, symbols=tuple(names), names=names)
    try:
        answer = attempt.keeper.result(attempt.keeper.submit(attempt.agents.tag, task))
    except AgentFailed as error:
        logger.warning("The tagger failed, symbols stay unclassified", reason=error.detail, symbols=len(names))
        return snapshot
    known = {instrument.symbol: instrument for instrument in answer.instruments}
    return with_classifications(snapshot, known).model_copy(update={"tagging": answer.usage})


def _run_agents(attempt: Attempt, snapshot: Snapshot) -> list[AgentFailed]:
    """Run each agent whose section is missing as soon as its needs are committed. Returns the failures.

    Raises AgentUnavailable if no agent failed permanently, but one could not run.
    """
    committed = set(attempt.job.committed) | {SNAPSHOT}
    waiting = [agent for agent in attempt.plan if agent.section not in committed]
    running: dict[Future[Receipt], Agent] = {}
    failures: list[AgentFailed] = []
    unavailable: list[AgentUnavailable] = []
    while True:
        for agent in [agent for agent in waiting if agent.needs <= committed]:
            waiting.remove(agent)
            attempt.progress.start_agent(agent.name)
            delayed = partial(attempt.progress.delayed, agent.name)
            running[attempt.keeper.submit(attempt.agents.run, agent, _task(attempt, agent, snapshot), delayed)] = agent
        if not running:
            if unavailable and not failures:
                raise unavailable[0]
            return [*failures, *unavailable]
        for done in attempt.keeper.next_done(set(running)):
            agent = running.pop(done)
            try:
                committed.add(done.result().section)
            except AgentUnavailable as error:
                unavailable.append(error)
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


def summary_of(snapshot: Snapshot) -> Summary:
    """Return the facts about the analyzed portfolio. The database adds the success rate."""
    return Summary(
        total_value=value_portfolio(snapshot).total,
        accounts=len(snapshot.accounts),
        positions=sum(len(account.positions) for account in snapshot.accounts),
        as_of=snapshot.taken_at,
    )


def _fail(attempt: Attempt, failures: Iterable[AgentFailed]) -> None:
    attempt.progress.flush()
    attempt.jobs.fail(attempt.job, [str(failure) for failure in failures])
    metrics.job_failed()
    logger.error(
        "The job failed",
        agents=[failure.agent for failure in failures],
        reasons=[failure.detail for failure in failures],
    )
