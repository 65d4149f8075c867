"""Defenses, each with an edit that removes it and a test that then fails.

uv run python -m tests.simulation.mutants [WORDS]

applies each edit (or those whose name contains these words) to a copy of the project and runs its test. It returns 1 if
a test still passes, because then nothing would detect that the defense is gone.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from scripts.manifest import ROOT

_COPIED = ("functions", "migrations", "scripts", "terraform", "tests", "pyproject.toml")
HERE = "tests/simulation/"
DELIVERIES = HERE + "test_deliveries.py::"
DEAD_LETTERS = HERE + "test_dead_letters.py::"
DEATHS = HERE + "test_killed_anywhere.py::"
METRICS = HERE + "test_metrics_of_jobs.py::"
OVERLAPS = HERE + "test_overlapping_statements.py::"
PROGRESS = HERE + "test_progress_in_time.py::"
TRANSIENT = HERE + "test_transient_errors.py::"
RUNS = HERE + "test_seeded_runs.py::"
SERVICES = HERE + "test_services.py::"
PLANNER = "tests/functions/planner/test_planner_handler.py::"
OWNERSHIP = "tests/functions/shared/test_attempt_watch.py::"
CANCELLATIONS = "tests/functions/api/routes/test_cancel_retry.py::"
NARRATOR = "tests/functions/shared/narration/test_model_narrator.py::TestAbandonedModel::"
RETENTION = HERE + "test_retention.py::"
HANDLER, HEARTBEAT, JOBS = "functions/planner/handler.py", "functions/planner/heartbeat.py", "functions/planner/jobs.py"
BACKOFF = "functions/planner/backoff.py"
AGENTS, RUN, LETTERS = "functions/planner/agents.py", "functions/planner/run.py", "functions/dead_letters/"
SUBMISSION, MESSAGES = "functions/api/repositories/submission.py", "functions/shared/messages.py"


@dataclass(frozen=True)
class Mutant:
    """`old` occurs once in `file`. `test` fails when `new` replaces it."""

    name: str
    file: str
    old: str
    new: str
    test: str


MUTANTS = (
    # the heartbeat
    Mutant(
        "the message is hidden only once the job is claimed",
        HEARTBEAT,
        "            try:\n                self._hide()",
        "            try:\n                if self._renew is not None:\n                    self._hide()",
        DELIVERIES + "test_planner_killed_during_claim_is_replaced_in_time",
    ),
    Mutant(
        "the message is hidden for ten minutes",
        HANDLER,
        "        hidden_s = math.ceil(self._settings.lease_s * _HIDDEN_PER_LEASE)",
        "        hidden_s = 620",
        DEATHS + "test_planner_may_die_anywhere",
    ),
    Mutant(
        "the message is hidden once, and never again",
        HANDLER,
        "interval_s, _POOL_SIZE) as keeper:",
        "100 * interval_s, _POOL_SIZE) as keeper:",
        DELIVERIES + "test_message_of_long_job_is_received_once",
    ),
    Mutant(
        "no heartbeat renews the lease",
        HANDLER,
        "            keeper.hold(lambda: renewing.renew(job))\n",
        "",
        DELIVERIES + "test_second_delivery_leaves_living_planner_alone",
    ),
    Mutant(
        "a failed renewal of the visibility ends the heartbeat",
        HEARTBEAT,
        "            except (BotoCoreError, ClientError) as error:",
        "            except ZeroDivisionError as error:",
        DELIVERIES + "test_second_delivery_leaves_living_planner_alone",
    ),
    Mutant(
        "a failed renewal of the lease ends the attempt",
        HEARTBEAT,
        "        except DatabaseError as error:\n            logger",
        "        except DatabaseError as error:\n            self._over.set_exception(LeaseLost())\n            logger",
        DELIVERIES + "test_planner_revives_lease_that_expired_during_outage",
    ),
    Mutant(
        "a planner goes on after a cancellation",
        HEARTBEAT,
        "        except (LeaseLost, JobCancelled) as error:\n            self._over.set_exception(error)",
        "        except (LeaseLost, JobCancelled):\n            pass",
        CANCELLATIONS + "test_waiting_planner_stops_at_its_next_renewal",
    ),
    Mutant(
        "a beat hides the message after it was returned",
        HEARTBEAT,
        "        with self._state:\n            self._is_stopped = True",
        "        self._is_stopped = False",
        DELIVERIES + "test_returned_message_is_not_hidden_again_by_late_heartbeat",
    ),
    # when a message is acknowledged or returned
    Mutant(
        "a message for a job that another planner holds is acknowledged",
        HANDLER,
        "            raise Redeliver(math.ceil(held.seconds) + 1) from held\n",
        "",
        DELIVERIES + "test_second_delivery_takes_over_when_lease_of_dead_planner_ends",
    ),
    Mutant(
        "a message for a job that another planner holds returns after ten minutes",
        HANDLER,
        "Redeliver(math.ceil(held.seconds) + 1)",
        "Redeliver(600)",
        DELIVERIES + "test_second_delivery_takes_over_when_lease_of_dead_planner_ends",
    ),
    Mutant(
        "a message for an unknown job is dropped at its first receipt",
        HANDLER,
        "_UNKNOWN_RECEIPTS = 7",
        "_UNKNOWN_RECEIPTS = 1",
        DELIVERIES + "test_retry_whose_message_arrives_before_its_write_runs",
    ),
    Mutant(
        "a message for an unknown job is never dropped",
        HANDLER,
        "_UNKNOWN_RECEIPTS = 7",
        "_UNKNOWN_RECEIPTS = 1000",
        DELIVERIES + "test_unknown_job_is_dropped_at_its_seventh_receipt",
    ),
    Mutant(
        "a planner looks for an unknown job only once",
        HANDLER,
        "_LOOK_AGAIN_S = (0.2, 0.5)",
        "_LOOK_AGAIN_S = ()",
        DELIVERIES + "test_job_written_just_after_its_message_starts_at_first_receipt",
    ),
    Mutant(
        "a planner that lost its lease acknowledges the message",
        HANDLER,
        "                raise Redeliver(hidden_s) from error\n",
        "                return\n",
        DELIVERIES + "test_planner_that_lost_its_lease_does_not_delete_message",
    ),
    Mutant(
        "a message is acknowledged when the job cannot be claimed",
        HANDLER,
        "            raise Redeliver(backoff_s(delivery.receive_count)) from error\n        return None",
        "        return None",
        DELIVERIES + "test_message_backs_off_while_job_cannot_be_claimed",
    ),
    Mutant(
        "every transient error returns the message after five seconds",
        BACKOFF,
        "_BACKOFF_S, _BACKOFF_FACTOR, _LONGEST_BACKOFF_S = 5, 3, 300",
        "_BACKOFF_S, _BACKOFF_FACTOR, _LONGEST_BACKOFF_S = 5, 1, 300",
        DELIVERIES + "test_message_backs_off_while_job_cannot_be_claimed",
    ),
    Mutant(
        "the backoff is capped at a minute",
        BACKOFF,
        "_BACKOFF_S, _BACKOFF_FACTOR, _LONGEST_BACKOFF_S = 5, 3, 300",
        "_BACKOFF_S, _BACKOFF_FACTOR, _LONGEST_BACKOFF_S = 5, 3, 60",
        DELIVERIES + "test_message_backs_off_while_job_cannot_be_claimed",
    ),
    Mutant(
        "a returned message keeps its visibility",
        MESSAGES,
        "            delivery.hide(again.after_s)\n",
        "            pass\n",
        DELIVERIES + "test_message_backs_off_while_job_cannot_be_claimed",
    ),
    Mutant(
        "a returned message is an error of the function",
        MESSAGES,
        "raise_on_entire_batch_failure=False",
        "raise_on_entire_batch_failure=True",
        DELIVERIES + "test_poison_is_acknowledged_by_dead_letter_consumer",
    ),
    Mutant(
        "a planner acknowledges poison",
        MESSAGES,
        "            if not keep_poison:\n                return",
        "            return",
        DELIVERIES + "test_poison_is_acknowledged_by_dead_letter_consumer",
    ),
    # claims and failures
    Mutant(
        "a message of a later round counts as one of an earlier round",
        JOBS,
        "                   WHEN round < :round THEN 'unknown'\n",
        "                   WHEN round < :round THEN 'ended'\n",
        DELIVERIES + "test_retry_whose_message_arrives_before_its_write_runs",
    ),
    Mutant(
        "a message of an earlier round claims the job",
        JOBS,
        "WHEN round > :round OR status NOT IN",
        "WHEN status NOT IN",
        DELIVERIES + "test_message_of_earlier_round_claims_nothing",
    ),
    Mutant(
        "a claim takes a lease that has not expired",
        JOBS,
        "                   WHEN lease_expires_at > now() THEN 'held'\n",
        "",
        DELIVERIES + "test_second_delivery_leaves_living_planner_alone",
    ),
    Mutant(
        "a claim that is sent again is another attempt",
        JOBS,
        "                   WHEN status = 'running' AND worker = :worker THEN 'claimed'\n",
        "                   WHEN status = 'running' AND worker = :worker THEN 'ended'\n",
        DELIVERIES + "test_lost_response_of_claim_is_the_same_attempt",
    ),
    Mutant(
        "deaths of planners are not counted",
        JOBS,
        "failures = failures + has_died::integer",
        "failures = failures",
        DEATHS + "test_third_death_of_planner_ends_round",
    ),
    Mutant(
        "the second death of a planner ends the round",
        JOBS,
        "FAILURES_ALLOWED = 3",
        "FAILURES_ALLOWED = 2",
        DEATHS + "test_planner_that_dies_twice_is_replaced_twice",
    ),
    Mutant(
        "a renewal revives no expired lease",
        JOBS,
        "AND status = 'running' AND worker IS NOT NULL\n        RETURNING status",
        "AND status = 'running' AND worker IS NOT NULL AND lease_expires_at > now()\n        RETURNING status",
        DELIVERIES + "test_planner_revives_lease_that_expired_during_outage",
    ),
    Mutant(
        "a renewal takes the lease from the next planner",
        JOBS,
        "         WHERE id = :job_id::uuid AND attempt = :attempt AND status = 'running' AND worker IS NOT NULL\n"
        "        RETURNING status",
        "         WHERE id = :job_id::uuid AND status = 'running' AND worker IS NOT NULL\n        RETURNING status",
        "tests/functions/planner/test_planner_jobs.py::test_renewal_of_earlier_attempt_leaves_next_lease_alone",
    ),
    Mutant(
        "a released job looks as if its planner had died",
        JOBS,
        "           SET worker = NULL, lease_expires_at = now(), stalled_since",
        "           SET lease_expires_at = now(), stalled_since",
        DELIVERIES + "test_transient_errors_count_no_failures",
    ),
    Mutant(
        "transient errors never end a round",
        JOBS,
        "stalled_since <= now() - interval '{STALLED_MINUTES} minutes' AS has_stalled",
        "false AS has_stalled",
        DELIVERIES + "test_half_hour_of_transient_errors_ends_round",
    ),
    Mutant(
        "the half hour begins anew with every transient error",
        JOBS,
        "coalesce(stalled_since, now()) AS since",
        "now() AS since",
        DELIVERIES + "test_half_hour_of_transient_errors_ends_round",
    ),
    Mutant(
        "a committed step does not restart the half hour",
        "functions/shared/jobs.py",
        "updated_at = now(), stalled_since = NULL,",
        "updated_at = now(),",
        DELIVERIES + "test_committed_step_restarts_half_hour",
    ),
    Mutant(
        "a throttled agent fails the job",
        HANDLER,
        "_TRANSIENT = (AgentUnavailable, AccessRefused,",
        "_TRANSIENT = (AccessRefused,",
        DELIVERIES + "test_committed_step_restarts_half_hour",
    ),
    Mutant(
        "an agent without a database fails the job",
        AGENTS,
        '_TRANSIENT = frozenset({"AccessRefused", "AnswerLost", "DatabaseResuming", "DatabaseUnavailable"})',
        "_TRANSIENT = frozenset[str]()",
        DELIVERIES + "test_transient_errors_count_no_failures",
    ),
    Mutant(
        "an unknown type of job is tried three times",
        HANDLER,
        '            self._jobs.fail(job, ["This kind of analysis is not available at the moment."])',
        '            raise AgentUnavailable("planner")',
        DELIVERIES + "test_unknown_type_of_job_fails_at_once",
    ),
    Mutant(
        "a statement that ran out of memory is not tried again",
        "functions/shared/database/client.py",
        '"53100", "53200", ',
        "",
        TRANSIENT + "test_each_transient_error_lets_job_complete",
    ),
    Mutant(
        "a failure that cannot be recorded is forgotten",
        HANDLER,
        "            raise Redeliver(backoff_s(delivery.receive_count)) from failure\n",
        "            return\n",
        PLANNER + "TestPermanentErrors::test_failure_that_cannot_be_recorded_returns_message",
    ),
    # the fence
    Mutant(
        "an agent of an earlier attempt commits",
        "functions/shared/jobs.py",
        "        SELECT id FROM jobs WHERE id = :job_id::uuid AND attempt = :attempt AND status = 'running' FOR UPDATE",
        "        SELECT id FROM jobs WHERE id = :job_id::uuid AND status = 'running' FOR UPDATE",
        OVERLAPS + "test_second_statement_has_same_effect_as_a_later_one",
    ),
    # the dead-letter consumer
    Mutant(
        "the dead-letter consumer fails the job of a living planner",
        LETTERS + "jobs.py",
        "_LEASE_OVER_S = 75",
        "_LEASE_OVER_S = -75",
        DEAD_LETTERS + "test_job_of_living_planner_is_left_alone",
    ),
    Mutant(
        "the dead-letter consumer fails a job as soon as its lease ends",
        LETTERS + "jobs.py",
        "_LEASE_OVER_S = 75",
        "_LEASE_OVER_S = 0",
        DEAD_LETTERS + "test_job_fails_75_s_after_lease_of_dead_planner",
    ),
    Mutant(
        "the dead-letter consumer fails a job for a message of another round",
        LETTERS + "jobs.py",
        "                   WHEN round <> :round OR status NOT IN ('pending', 'running') THEN 'ended'\n",
        "                   WHEN status NOT IN ('pending', 'running') THEN 'ended'\n",
        DEAD_LETTERS + "test_message_of_another_round_fails_nothing",
    ),
    Mutant(
        "the dead-letter consumer acknowledges while the database is away",
        LETTERS + "handler.py",
        "            raise Redeliver(_DATABASE_AWAY_S) from error",
        "            return",
        DEAD_LETTERS + "test_dead_letter_waits_until_database_is_back",
    ),
    Mutant(
        "the dead-letter consumer returns poison",
        LETTERS + "handler.py",
        ", keep_poison=False)",
        ")",
        DEATHS + "test_dead_letter_consumer_may_die_anywhere",
    ),
    # metrics: two of the five that survived before
    Mutant(
        "a returned message counts as a failed job",
        HANDLER,
        "            metrics.job_retried()",
        "            metrics.job_failed()",
        METRICS + "test_transient_error_is_counted_once",
    ),
    Mutant(
        "a completed job counts as a failed one",
        RUN,
        "        metrics.job_completed(attempt.clock() - started)",
        "        metrics.job_failed()",
        METRICS + "test_completion_is_counted_once",
    ),
    Mutant(
        "a round that ends by deaths is not counted",
        HANDLER,
        '            logger.error("The job failed: its planners died")\n            metrics.job_failed()',
        '            logger.error("The job failed: its planners died")',
        METRICS + "test_third_death_of_planner_counts_one_failed_job",
    ),
    Mutant(
        "a round that ends after half an hour is not counted",
        HANDLER,
        "            raise Redeliver(backoff_s(delivery.receive_count)) from error\n        metrics.job_failed()",
        "            raise Redeliver(backoff_s(delivery.receive_count)) from error",
        METRICS + "test_transient_errors_for_half_an_hour_count_one_failed_job",
    ),
    Mutant(
        "a dead letter is not counted",
        LETTERS + "handler.py",
        "            metrics.job_given_up()\n",
        "",
        METRICS + "test_dead_letter_is_counted_once",
    ),
    # the api function
    Mutant(
        "the job is written before its message is sent",
        "functions/api/logic/analyses.py",
        "        self._queue.enqueue(user_id, submission.job_id, 0)\n        return self._submissions.submit(submission)",
        "        job_id = self._submissions.submit(submission)\n        self._queue.enqueue(user_id, submission.job_id, 0)\n        return job_id",
        DEATHS + "test_api_may_die_anywhere",
    ),
    Mutant(
        "refused and repeated requests send messages",
        "functions/api/logic/analyses.py",
        "        if known is not None:\n",
        "        if False:\n",
        DELIVERIES + "test_refused_or_repeated_request_sends_no_message",
    ),
    Mutant(
        "a retry sends a message of the round before",
        "functions/api/logic/analyses.py",
        "        self._queue.enqueue(user_id, job_id, next_round)",
        "        self._queue.enqueue(user_id, job_id, next_round - 1)",
        DELIVERIES + "test_retry_whose_message_arrives_before_its_write_runs",
    ),
    Mutant(
        "a retry keeps the failures of the round before",
        SUBMISSION,
        "round = round + 1, failures = 0, worker = NULL",
        "round = round + 1, worker = NULL",
        DELIVERIES + "test_retry_begins_without_failures",
    ),
    Mutant(
        "messages have no group",
        "functions/shared/queues.py",
        ", MessageGroupId=group)",
        ")",
        HERE + "test_backlog.py::test_new_user_starts_soon_despite_backlog_of_another_user",
    ),
    Mutant(
        "every message has the same group",
        "functions/shared/queues.py",
        "hashlib.sha256(user_id.encode())",
        'hashlib.sha256(b"user")',
        HERE + "test_backlog.py::test_new_user_starts_soon_despite_backlog_of_another_user",
    ),
    # progress: another one of the five
    Mutant(
        "the tag of a response does not include the percent",
        "functions/api/repositories/jobs.py",
        "                             job.progress ->> 'progress_percent', job.queue ->> 'ahead')",
        "                             job.queue ->> 'ahead')",
        PROGRESS + "test_poller_sees_progress_move_between_writes",
    ),
    Mutant(
        "the percent halves five seconds after a write",
        "migrations/002_add_progress_tracking.sql",
        "percent + (100 - percent) * passed_s / (passed_s + middle_s)",
        "(percent + (100 - percent) * passed_s / (passed_s + middle_s)) / CASE WHEN passed_s > 5 THEN 2 ELSE 1 END",
        PROGRESS + "test_progress_never_decreases_while_real_agents_work",
    ),
    Mutant(
        "a failing write of progress is tried again and again",
        "functions/shared/progress/writer.py",
        "_FAILURES_UNTIL_OPEN = 2",
        "_FAILURES_UNTIL_OPEN = 2000",
        PROGRESS + "test_failing_progress_writes_are_given_up",
    ),
    Mutant(
        "a planner waits for its progress to be written",
        "functions/shared/progress/writer.py",
        "FLUSH_S = 0.3",
        "FLUSH_S = 30",
        PROGRESS + "test_failing_progress_writes_slow_no_job",
    ),
    # retention, where the last of the five was
    Mutant(
        "old events are kept",
        "functions/api/repositories/events.py",
        "        DELETE FROM job_events USING expired, owner WHERE job_events.job_id = expired.id",
        "        DELETE FROM job_events USING expired, owner WHERE job_events.job_id = expired.id AND false",
        RETENTION + "test_events_are_deleted_90_days_after_their_job_ended",
    ),
    Mutant(
        "old jobs are kept",
        "functions/api/repositories/events.py",
        "        DELETE FROM jobs USING expired_jobs, owner WHERE jobs.id = expired_jobs.id",
        "        DELETE FROM jobs USING expired_jobs, owner WHERE jobs.id = expired_jobs.id AND false",
        RETENTION + "test_jobs_are_deleted_730_days_after_their_end",
    ),
    Mutant(
        "only the newest events of a job go",
        "functions/api/repositories/events.py",
        "WHERE job_events.job_id = expired.id",
        "WHERE job_events.job_id = expired.id AND job_events.kind = 'completed'",
        RETENTION + "test_events_are_deleted_90_days_after_their_job_ended",
    ),
    # agents that stop
    Mutant(
        "an agent never notices that its job is over",
        "functions/shared/attempt_watch.py",
        "self._is_over = not Jobs(database).owns(self._claim)",
        "Jobs(database).owns(self._claim)",
        OWNERSHIP + "test_next_check_detects_end_of_attempt",
    ),
    Mutant(
        "an agent of a cancelled job goes on",
        "functions/shared/jobs.py",
        "WHERE id = :job_id::uuid AND attempt = :attempt AND status = 'running'\", idempotent=True",
        'WHERE id = :job_id::uuid AND attempt = :attempt", idempotent=True',
        OWNERSHIP + "test_next_check_detects_end_of_attempt",
    ),
    Mutant(
        "nothing is checked while the model is silent",
        "functions/shared/narration/bedrock.py",
        "        while True:\n            self.check()\n            try:",
        "        while True:\n            try:",
        NARRATOR + "test_silent_model_is_abandoned",
    ),
)


def main() -> int:
    words = sys.argv[1:]
    chosen = [mutant for mutant in MUTANTS if all(word in mutant.name for word in words)]
    survived = 0
    with tempfile.TemporaryDirectory(prefix="alex-mutants-") as folder:
        copy = Path(folder)
        for part in _COPIED:
            source = ROOT / part
            (shutil.copytree if source.is_dir() else shutil.copy)(source, copy / part)
        for mutant in chosen:
            killer = _killer_of(mutant, copy)
            survived += killer is None
            print(f"{mutant.name:75} {killer or 'SURVIVED ' + mutant.test}", flush=True)
    print(f"{len(chosen)} mutants, {survived} survived")
    return 1 if survived else 0


def _killer_of(mutant: Mutant, copy: Path) -> str | None:
    """Return the test that fails with the mutant, or None."""
    file = copy / mutant.file
    original = file.read_text(encoding="utf-8")
    file.write_text(original.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", mutant.test],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        file.write_text(original, encoding="utf-8")
    failed = [line.split(" ")[1] for line in done.stdout.splitlines() if line.startswith("FAILED ")]
    if not failed and done.returncode:
        raise RuntimeError(f"{mutant.name}: the test could not run\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return failed[0].rpartition("::")[2] if failed else None


if __name__ == "__main__":
    sys.exit(main())
