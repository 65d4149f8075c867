"""The api function, progress, retention, and agents that stop."""

from tests.simulation.mutants.mutant import (
    ABANDONED,
    DEATHS,
    DELIVERIES,
    HERE,
    PROGRESS,
    RETENTION,
    SUBMISSION,
    WATCH,
    Mutant,
)

MUTANTS = (
    # the api function
    Mutant(
        "the job is written before its message is sent",
        "functions/api/logic/analyses.py",
        "        self._enqueue(user_id, submission.job_id, 0)\n        return self._submissions.submit(submission)",
        "        job_id = self._submissions.submit(submission)\n        self._enqueue(user_id, submission.job_id, 0)\n        return job_id",
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
        "a retry sends a message of the previous round",
        "functions/api/logic/analyses.py",
        "        self._enqueue(user_id, job_id, next_round)",
        "        self._enqueue(user_id, job_id, next_round - 1)",
        DELIVERIES + "test_retry_runs_even_if_message_arrives_before_its_write",
    ),
    Mutant(
        "a retry keeps the failures of the previous round",
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
    # progress
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
        "a failing write of progress is retried forever",
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
        PROGRESS + "test_failing_progress_writes_slow_job_by_at_most_1_percent",
    ),
    # retention
    Mutant(
        "old events are kept",
        "functions/api/repositories/retention.py",
        "        DELETE FROM job_events USING expired, owner WHERE job_events.job_id = expired.id",
        "        DELETE FROM job_events USING expired, owner WHERE job_events.job_id = expired.id AND false",
        RETENTION + "test_events_are_deleted_90_days_after_their_job_ended",
    ),
    Mutant(
        "old jobs are kept",
        "functions/api/repositories/retention.py",
        "        DELETE FROM jobs USING expired_jobs, owner WHERE jobs.id = expired_jobs.id",
        "        DELETE FROM jobs USING expired_jobs, owner WHERE jobs.id = expired_jobs.id AND false",
        RETENTION + "test_jobs_are_deleted_730_days_after_their_end",
    ),
    Mutant(
        "only the newest events of a job are deleted",
        "functions/api/repositories/retention.py",
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
        WATCH + "test_next_check_detects_end_of_attempt",
    ),
    Mutant(
        "an agent of a cancelled job continues",
        "functions/shared/jobs.py",
        "WHERE id = :job_id::uuid AND attempt = :attempt AND status = 'running'\", idempotent=True",
        'WHERE id = :job_id::uuid AND attempt = :attempt", idempotent=True',
        WATCH + "test_next_check_detects_end_of_attempt",
    ),
    Mutant(
        "nothing is checked while the model is silent",
        "functions/shared/narration/bedrock.py",
        "        while True:\n            self.check()\n            try:",
        "        while True:\n            try:",
        ABANDONED + "test_silent_model_is_abandoned",
    ),
)
