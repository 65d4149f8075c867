"""The faults that the system must survive, and the tests that show it: file::test, from the root of the tests."""

HERE = "simulation/"
SIMULATED = HERE + "test_seeded_runs.py::test_random_faults_break_no_invariant"
DEATHS = HERE + "test_killed_anywhere.py::"
DELIVERIES = HERE + "test_deliveries.py::"
DEAD_LETTERS = HERE + "test_dead_letters.py::"
OVERLAPS = HERE + "test_overlapping_statements.py::"
PROGRESS = HERE + "test_progress_in_time.py::"
SERVICES = HERE + "test_services.py::"
AGENTS = "functions/planner/test_planner_agents.py::"
JOBS = "functions/planner/test_planner_jobs.py::"
RUN = "functions/planner/test_planner_run.py::"
CLIENT = "functions/shared/database/test_database_client.py::"
RACES = "functions/api/test_api_races.py::"
AWAY = "functions/api/test_api_away.py::"
NARRATOR = "functions/shared/narration/test_model_narrator.py::"
TAGGER = "functions/tagger/test_classify.py::"
WORDED = "integration/test_worded_by_a_model.py::"
BAD_MODELS = "functions/test_bad_models.py::"
CSV = "functions/api/portfolio_csv/"
DATA_API = "local/data_api/"

FAULTS: dict[int, tuple[str, tuple[str, ...]]] = {
    1: ("planner killed before and after every call", (DEATHS + "test_planner_may_die_anywhere",)),
    2: (
        "planner runs into its timeout",
        (SIMULATED, AGENTS + "test_crashed_agent_is_invoked_again_only_if_there_is_time"),
    ),
    3: ("import error or out of memory at start", (DEATHS + "test_planner_may_die_anywhere",)),
    4: ("agent killed before and after its write", (DEATHS + "test_agent_may_die_anywhere",)),
    5: ("agent raises", (SIMULATED, AGENTS + "test_a_failure_is_told_apart_and_never_read_as_success")),
    6: (
        "agent responds with garbage, nothing, too much",
        (
            AGENTS + "test_a_failure_is_told_apart_and_never_read_as_success",
            AGENTS + "test_of_a_huge_answer_no_more_is_read_than_lambda_lets_through",
        ),
    ),
    7: (
        "agent throttled",
        (
            AGENTS + "test_a_throttled_agent_is_waited_for",
            DELIVERIES + "test_committed_step_restarts_the_half_hour",
        ),
    ),
    8: ("slow agent, invoked once", (DELIVERIES + "test_message_is_received_once_however_long_the_job_takes",)),
    9: (
        "agent outlives its planner's lease",
        (
            JOBS + "test_an_agent_that_outlived_its_attempt_changes_nothing",
            DELIVERIES + "test_job_submitted_again_under_its_key_is_another_job",
        ),
    ),
    10: ("one message twice", (DELIVERIES + "test_second_delivery_leaves_a_living_planner_alone",)),
    11: (
        "late message for a finished job",
        (DELIVERIES + "test_message_of_an_earlier_round_claims_nothing", SIMULATED),
    ),
    12: (
        "poison body",
        (
            DELIVERIES + "test_poison_is_acknowledged_by_the_dead_letter_consumer",
            DELIVERIES + "test_unknown_job_is_dropped_at_its_seventh_receipt",
        ),
    ),
    13: ("API killed after the check, the send, the write", (DEATHS + "test_api_may_die_anywhere",)),
    14: ("sent, but the response was lost", (SIMULATED,)),
    15: (
        "one key 50 times at once, or with another body",
        (
            RACES + "test_one_key_sent_50_times_at_once_is_one_job",
            RACES + "test_two_requests_at_once_under_one_key_are_one_job_and_one_refusal",
        ),
    ),
    16: (
        "database resuming",
        (
            CLIENT + "test_a_database_that_resumes_for_40_s_is_waited_for",
            AWAY + "test_whatever_it_does_the_answer_comes_within_10_s",
        ),
    ),
    17: (
        "committed, and the response lost",
        (CLIENT + "test_what_may_have_run_is_sent_again_only_where_that_is_safe", SIMULATED),
    ),
    18: (
        "a transaction expired",
        (DATA_API + "test_data_api_transactions.py::test_idle_transaction_expires_and_is_rolled_back",),
    ),
    19: ("database restarted in the middle", (SIMULATED, CLIENT + "test_what_was_not_run_is_always_sent_again")),
    20: ("progress write fails", (PROGRESS + "test_failing_writes_of_progress_slow_no_job",)),
    21: (
        "two planners on one job",
        (
            DELIVERIES + "test_planner_that_lost_its_lease_does_not_delete_the_message",
            HERE + "test_state_machine.py::test_every_invariant_holds_in_whatever_order_things_happen",
        ),
    ),
    22: ("clocks apart", (HERE + "test_catalog.py::test_no_function_has_a_clock_of_its_own", SIMULATED)),
    23: (
        "canceled or deleted in the middle",
        (SIMULATED, DELIVERIES + "test_cancellation_stops_the_planner_at_its_next_heartbeat"),
    ),
    24: (
        "portfolio edited in the middle",
        (RUN + "test_a_portfolio_edited_in_the_middle_is_analysed_as_it_was", SIMULATED),
    ),
    25: (
        "the write of the failure fails",
        (
            DELIVERIES + "test_failure_that_cannot_be_recorded_is_found_again",
            HERE + "test_seeded_runs.py::test_failure_is_recorded_by_the_next_attempt",
        ),
    ),
    26: (
        "dead-letter consumer killed, doubled or late",
        (
            DEATHS + "test_dead_letter_consumer_may_die_anywhere",
            DEAD_LETTERS + "test_dead_letter_waits_until_the_database_is_back",
            HERE + "test_metrics_of_jobs.py::test_dead_letter_whose_response_was_lost",
        ),
    ),
    27: ("Lambda's own retries", (DELIVERIES + "test_message_is_received_once_however_long_the_job_takes",)),
    28: (
        "model refuses, throttles, stalls, breaks off, invents",
        (
            NARRATOR + "test_what_fails_is_repaired_once",
            NARRATOR + "test_what_fails_again_has_the_templates_words",
            NARRATOR + "test_a_model_that_throttles_for_good_is_given_up_in_time",
            TAGGER + "test_what_is_never_answered_as_asked_stays_unclassified",
            BAD_MODELS + "test_the_job_completes_with_right_figures_and_says_what_happened",
            WORDED + "test_whatever_the_model_does_the_figures_are_right_and_the_reader_is_told",
        ),
    ),
    29: (
        "instructions in a name or a CSV",
        (
            NARRATOR + "test_a_name_stays_data_in_the_prompt_and_never_reaches_the_text",
            TAGGER + "test_a_name_classifies_nothing_but_itself",
            WORDED + "test_no_name_changes_a_figure_reaches_a_log_or_turns_into_markup",
            BAD_MODELS + "test_no_cell_of_a_broker_changes_a_figure_reaches_a_log_or_turns_into_markup",
        ),
    ),
    30: (
        "CSV with BOM, NUL, 1e999, NaN, huge fields, a zip",
        (
            CSV + "test_brokers.py::test_however_a_spreadsheet_saves_it_it_says_the_same",
            CSV + "test_refusals.py::test_file_that_is_no_text_is_refused_by_its_kind",
            CSV + "test_refusals.py::test_only_plain_numbers_are_numbers",
            CSV + "test_refusals.py::test_bad_line_is_reported_with_what_to_do",
            CSV + "test_properties.py::test_arbitrary_bytes_are_a_portfolio_or_a_refusal_that_says_why",
        ),
    ),
    31: ("a message of another version", (DELIVERIES + "test_message_with_unknown_fields_is_processed",)),
    32: (
        "many pollers, and no write",
        (
            "functions/api/test_api_job.py::test_a_poll_is_one_statement_and_writes_nothing",
            "functions/api/test_api_statements.py::test_reading_writes_nothing",
            "integration/test_load.py::test_thirty_pollers_see_three_jobs_complete_and_write_nothing",
        ),
    ),
    33: (
        "10,000 jobs of one user, one of another",
        (
            HERE + "test_backlog.py::test_newcomer_starts_soon_although_one_user_owns_the_backlog",
            HERE + "test_backlog.py::test_backlog_of_many_users_fails_no_job_and_calls_no_planner_in_vain",
        ),
    ),
    34: (
        "Lambda's recursive loop detection",
        (
            SERVICES + "test_function_that_sends_to_its_own_queue_is_stopped",
            SERVICES + "test_no_function_sends_to_a_queue_that_invokes_it",
        ),
    ),
    35: (
        "rows over 64 KB, responses over 1 MiB",
        ("functions/test_data_api_limits.py::test_reading_statement_stays_within_limits",),
    ),
    36: (
        "a transient error for a minute at any statement",
        (
            HERE + "test_transient_errors.py::test_each_transient_error_lets_the_job_complete",
            HERE + "test_transient_errors.py::test_every_statement_survives_a_transient_error",
        ),
    ),
    37: (
        "old and new code side by side",
        (
            "mixed_versions/test_mixed_versions.py::test_unknown_fields_are_ignored",
            "mixed_versions/test_mixed_versions.py::test_release_finds_every_field_that_it_expects",
            DELIVERIES + "test_unknown_type_of_job_fails_at_once",
        ),
    ),
    38: (
        "a job cancelled in the middle of a model's stream",
        (
            "functions/shared/test_ownership.py::test_next_check_finds_the_attempt_over",
            NARRATOR + "test_silent_model_is_abandoned",
            NARRATOR + "test_speaking_model_is_abandoned_in_the_middle_of_its_text",
            WORDED + "test_agents_of_a_cancelled_job_stop_asking_the_model",
        ),
    ),
    39: (
        "a receipt handle that is no longer the newest",
        (
            DELIVERIES + "test_second_delivery_leaves_a_living_planner_alone",
            SERVICES + "test_old_receipt_handle_may_or_may_not_work",
        ),
    ),
    40: ("statements that overlap", (OVERLAPS + "test_second_statement_leaves_what_it_would_leave_later", SIMULATED)),
    41: (
        "percent over time, not only when it is written",
        (
            PROGRESS + "test_progress_only_goes_forward_while_real_agents_work",
            PROGRESS + "test_poller_sees_progress_move_between_writes",
        ),
    ),
    42: (
        "function concurrency and throttling",
        (
            SERVICES + "test_account_concurrency_throttles_agents_and_jobs_complete",
            SERVICES + "test_no_more_messages_are_received_than_planners_can_run",
        ),
    ),
}
