"""The faults that the system must survive, and the tests that prove it: file::test, relative to the tests folder."""

HERE = "simulation/"
SIMULATED = HERE + "test_seeded_runs.py::test_random_faults_break_no_invariant"
DEATHS = HERE + "test_killed_anywhere.py::"
DELIVERIES = HERE + "test_deliveries.py::"
OUTAGES = HERE + "test_database_outages.py::"
DEAD_LETTERS = HERE + "test_dead_letters.py::"
OVERLAPS = HERE + "test_overlapping_statements.py::"
PROGRESS = HERE + "test_progress_in_time.py::"
SERVICES = HERE + "test_services.py::"
AGENTS = "functions/planner/test_planner_agents.py::"
JOBS = "functions/planner/test_planner_jobs.py::"
RUN = "functions/planner/test_planner_run.py::"
CLIENT = "functions/shared/database/test_database_client.py::"
RACES = "functions/api/repositories/test_races.py::"
AWAY = "functions/api/http/test_database_away.py::"
NARRATOR = "functions/shared/narration/test_model_narrator.py::"
ABANDONED = "functions/shared/narration/test_abandoned_model.py::"
TAGGER = "functions/tagger/test_classify.py::"
WORDED = "integration/test_worded_by_a_model.py::"
BAD_MODELS = "functions/test_bad_models.py::"
CSV = "functions/api/portfolio_csv/"
DATA_API = "local/data_api/"

FAULTS: dict[int, tuple[str, tuple[str, ...]]] = {
    1: ("planner killed before and after every call", (DEATHS + "test_planner_may_die_anywhere",)),
    2: (
        "planner runs into its timeout",
        (SIMULATED, AGENTS + "test_crashed_agent_is_invoked_again_only_if_time_is_left"),
    ),
    3: ("import error or out of memory at start", (DEATHS + "test_planner_may_die_anywhere",)),
    4: ("agent killed before and after its write", (DEATHS + "test_agent_may_die_anywhere",)),
    5: ("agent raises", (SIMULATED, AGENTS + "test_each_failure_has_its_type_and_is_never_success")),
    6: (
        "agent responds with garbage, nothing, or too much",
        (
            AGENTS + "test_each_failure_has_its_type_and_is_never_success",
            AGENTS + "test_huge_response_is_read_up_to_lambda_limit",
        ),
    ),
    7: (
        "agent throttled",
        (
            AGENTS + "test_throttled_agent_is_retried",
            OUTAGES + "test_committed_step_restarts_half_hour",
        ),
    ),
    8: ("slow agent, invoked once", (DELIVERIES + "test_message_of_long_job_is_received_once",)),
    9: (
        "agent outlives its planner's lease",
        (
            JOBS + "test_agent_of_replaced_attempt_changes_nothing",
            DELIVERIES + "test_job_submitted_again_under_its_key_is_another_job",
        ),
    ),
    10: ("one message delivered twice", (DELIVERIES + "test_second_delivery_leaves_living_planner_alone",)),
    11: (
        "late message for a finished job",
        (DELIVERIES + "test_message_of_earlier_round_claims_nothing", SIMULATED),
    ),
    12: (
        "poison body",
        (
            DELIVERIES + "test_poison_is_acknowledged_by_dead_letter_consumer",
            DELIVERIES + "test_unknown_job_is_dropped_at_its_seventh_receipt",
        ),
    ),
    13: ("API killed after the check, the send, or the write", (DEATHS + "test_api_may_die_anywhere",)),
    14: ("sent, but the response was lost", (SIMULATED,)),
    15: (
        "one key in 50 concurrent requests, or with another body",
        (
            RACES + "test_50_concurrent_requests_with_one_key_create_one_job",
            RACES + "test_concurrent_different_requests_with_one_key_yield_one_job",
        ),
    ),
    16: (
        "database resuming",
        (
            CLIENT + "test_database_resuming_for_40_s_is_waited_for",
            AWAY + "test_response_arrives_within_10_s_of_any_fault",
        ),
    ),
    17: (
        "committed, but the response was lost",
        (CLIENT + "test_statement_that_may_have_run_is_resent_only_if_safe", SIMULATED),
    ),
    18: (
        "a transaction expired",
        (DATA_API + "test_data_api_transactions.py::test_idle_transaction_expires_and_is_rolled_back",),
    ),
    19: ("database restarted in the middle", (SIMULATED, CLIENT + "test_statement_that_did_not_run_is_always_resent")),
    20: ("progress write fails", (PROGRESS + "test_failing_progress_writes_slow_job_by_at_most_1_percent",)),
    21: (
        "two planners on one job",
        (
            DELIVERIES + "test_planner_that_lost_its_lease_does_not_delete_message",
            HERE + "test_state_machine.py::test_every_invariant_holds_in_any_order_of_events",
        ),
    ),
    22: ("clocks that differ", (HERE + "test_catalog.py::test_functions_never_read_the_wall_clock", SIMULATED)),
    23: (
        "canceled or deleted in the middle",
        (SIMULATED, DELIVERIES + "test_cancellation_stops_planner_at_its_next_heartbeat"),
    ),
    24: (
        "portfolio edited in the middle",
        (RUN + "test_portfolio_edited_during_job_is_analyzed_unchanged", SIMULATED),
    ),
    25: (
        "the failure cannot be recorded",
        (
            OUTAGES + "test_failure_that_cannot_be_recorded_is_found_again",
            HERE + "test_seeded_runs.py::test_failure_is_recorded_by_next_attempt",
        ),
    ),
    26: (
        "dead-letter consumer killed, doubled or late",
        (
            DEATHS + "test_dead_letter_consumer_may_die_anywhere",
            DEAD_LETTERS + "test_dead_letter_waits_until_database_is_back",
            HERE + "test_metrics_of_jobs.py::test_dead_letter_whose_response_was_lost_is_counted",
        ),
    ),
    27: ("Lambda's own retries", (DELIVERIES + "test_message_of_long_job_is_received_once",)),
    28: (
        "model refuses, throttles, stalls, breaks off, or invents",
        (
            NARRATOR + "test_failed_text_is_repaired_once",
            NARRATOR + "test_repeated_failure_falls_back_to_template",
            NARRATOR + "test_permanently_throttled_model_is_given_up_in_time",
            TAGGER + "test_repeatedly_invalid_response_leaves_symbol_unclassified",
            BAD_MODELS + "test_job_completes_with_correct_figures_and_states_failure",
            WORDED + "test_figures_are_right_and_failure_is_stated_for_any_model",
        ),
    ),
    29: (
        "instructions in a name or a CSV",
        (
            NARRATOR + "test_name_stays_data_in_prompt_and_never_reaches_text",
            TAGGER + "test_name_affects_only_its_own_classification",
            WORDED + "test_names_never_change_figures_logs_or_markup",
            BAD_MODELS + "test_broker_cell_never_changes_figures_logs_or_markup",
        ),
    ),
    30: (
        "CSV with BOM, NUL, 1e999, NaN, huge fields, a zip",
        (
            CSV + "test_brokers.py::test_spreadsheet_encoding_does_not_change_content",
            CSV + "test_refusals.py::test_error_names_kind_of_non_text_file",
            CSV + "test_refusals.py::test_only_plain_numbers_are_numbers",
            CSV + "test_refusals.py::test_bad_line_is_reported_with_remedy",
            CSV + "test_properties.py::test_arbitrary_bytes_yield_a_portfolio_or_an_error_with_reason",
        ),
    ),
    31: ("a message of another version", (DELIVERIES + "test_message_with_unknown_fields_is_processed",)),
    32: (
        "many pollers, none of which writes",
        (
            "functions/api/routes/test_job.py::test_poll_is_one_statement_and_writes_nothing",
            "functions/api/repositories/test_statements.py::test_only_writing_statements_write",
            "integration/test_load.py::test_thirty_pollers_see_three_jobs_complete_and_write_nothing",
        ),
    ),
    33: (
        "10,000 jobs of one user, and one of another",
        (
            HERE + "test_backlog.py::test_new_user_starts_soon_despite_backlog_of_another_user",
            HERE + "test_backlog.py::test_backlog_of_many_users_fails_no_job_and_wastes_no_planner",
        ),
    ),
    34: (
        "Lambda's recursive loop detection",
        (
            SERVICES + "test_function_that_sends_to_its_own_queue_is_stopped",
            SERVICES + "test_no_function_sends_to_queue_that_invokes_it",
        ),
    ),
    35: (
        "rows over 64 KB, responses over 1 MiB",
        ("functions/test_data_api_limits.py::test_reading_statement_stays_within_limits",),
    ),
    36: (
        "a transient error for a minute at any statement",
        (
            HERE + "test_transient_errors.py::test_each_transient_error_lets_job_complete",
            HERE + "test_transient_errors.py::test_every_statement_survives_transient_error",
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
            "functions/shared/test_attempt_watch.py::test_next_check_detects_end_of_attempt",
            ABANDONED + "test_silent_model_is_abandoned",
            ABANDONED + "test_model_is_abandoned_in_the_middle_of_its_text",
            WORDED + "test_agents_of_cancelled_job_stop_calling_the_model",
        ),
    ),
    39: (
        "a receipt handle that is no longer the newest",
        (
            DELIVERIES + "test_second_delivery_leaves_living_planner_alone",
            SERVICES + "test_old_receipt_handle_may_or_may_not_work",
        ),
    ),
    40: ("statements that overlap", (OVERLAPS + "test_second_statement_has_same_effect_as_a_later_one", SIMULATED)),
    41: (
        "percent over time, not only when it is written",
        (
            PROGRESS + "test_progress_never_decreases_while_real_agents_work",
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
