"""The dead-letter consumer, and metrics."""

from tests.simulation.mutants.mutant import DEAD_LETTERS, DEATHS, HANDLER, LETTERS, METRICS, RUN, Mutant

MUTANTS = (
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
    # metrics
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
)
