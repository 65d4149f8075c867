"""The faults that the system has to live with, and the test that shows each: file::test, from the root of the tests."""

# ruff: noqa: E501 - a line a fault, whose tests have long names

SIMULATED = "faults/test_seeded_runs.py::test_runs_under_random_faults_break_no_invariant"
ANYWHERE = "faults/test_killed_anywhere.py::"
AGENTS = "functions/planner/test_planner_agents.py::"
RUN = "functions/planner/test_planner_run.py::"
JOBS = "functions/planner/test_planner_jobs.py::"
HANDLER = "functions/planner/test_planner_handler.py::"
CLIENT = "functions/shared/database/test_database_client.py::"
RACES = "functions/api/test_api_races.py::"
AWAY = "functions/api/test_api_away.py::"
NARRATOR = "functions/shared/narration/test_model_narrator.py::"
TAGGER = "functions/tagger/test_classify.py::"
WORDED = "integration/test_worded_by_a_model.py::"
BAD_MODELS = "functions/test_bad_models.py::"
CSV = "functions/api/portfolio_csv/"

FAULTS: dict[int, tuple[str, tuple[str, ...]]] = {
    1: ("planner killed before and after every call", (ANYWHERE + "test_a_planner_may_die_anywhere",)),
    2: ("planner runs into its timeout", (SIMULATED, AGENTS + "test_an_agent_is_invoked_again_only_if_it_can_end_in_the_planners_time")),
    3: ("import error or out of memory at start", (ANYWHERE + "test_a_planner_may_die_anywhere",)),
    4: ("agent killed before and after its write", (ANYWHERE + "test_an_agent_may_die_anywhere",)),
    5: ("agent raises", (AGENTS + "test_a_failure_is_told_apart_and_never_read_as_success",)),
    6: ("agent answers garbage, nothing, too much", (
        AGENTS + "test_a_failure_is_told_apart_and_never_read_as_success",
        AGENTS + "test_of_a_huge_answer_no_more_is_read_than_lambda_lets_through",
    )),
    7: ("agent throttled", (AGENTS + "test_a_throttled_agent_is_waited_for", AGENTS + "test_throttling_is_waited_for_within_the_planners_own_time")),
    8: ("slow agent, invoked once", (AGENTS + "test_the_client_waits_longer_than_the_agent_may_take_and_never_invokes_twice_by_itself",)),
    9: ("agent outlives its planner's lease", (JOBS + "test_an_agent_that_outlived_its_attempt_changes_nothing",)),
    10: ("one message twice", (JOBS + "test_of_twenty_planners_at_once_one_gets_the_job", RUN + "test_a_message_for_a_job_that_is_done_is_acknowledged")),
    11: ("late message for a finished job", (RUN + "test_a_message_for_a_job_that_is_done_is_acknowledged",)),
    12: ("poison body", (HANDLER + "test_a_poison_message_is_given_back_and_its_content_is_not_logged", SIMULATED)),
    13: ("API killed between insert and send", (ANYWHERE + "test_the_api_may_die_anywhere",)),
    14: ("sent, but the answer was lost", (SIMULATED,)),
    15: ("one key 50 times at once, or with another body", (
        RACES + "test_one_key_sent_50_times_at_once_is_one_job",
        RACES + "test_two_requests_at_once_under_one_key_are_one_job_and_one_refusal",
    )),
    16: ("database resuming", (CLIENT + "test_a_database_that_resumes_for_40_s_is_waited_for", AWAY + "test_whatever_it_does_the_answer_comes_within_10_s")),
    17: ("committed, and the answer lost", (CLIENT + "test_what_may_have_run_is_sent_again_only_where_that_is_safe", SIMULATED)),
    18: ("a transaction expired", ("local/data_api/test_data_api_transactions.py::test_case_18_an_idle_transaction_expires_and_is_rolled_back",)),
    19: ("database restarted in the middle", (SIMULATED, CLIENT + "test_what_was_not_run_is_always_sent_again")),
    20: ("progress write fails", ("functions/planner/test_tracking_faults.py::test_a_job_completes_although_every_statement_of_its_tracking_fails",)),
    21: ("two planners on one job", (RUN + "test_a_planner_that_lost_its_lease_stops_and_changes_nothing", "faults/test_state_machine.py::test_in_whatever_order_things_happen_every_invariant_holds")),
    22: ("clocks apart", (JOBS + "test_a_renewal_prolongs_the_lease_by_the_databases_clock", "faults/test_catalogue.py::test_no_function_asks_a_clock_of_its_own_for_the_time")),
    23: ("cancelled or deleted in the middle", (SIMULATED, JOBS + "test_a_renewal_learns_of_a_cancellation")),
    24: ("portfolio edited in the middle", (RUN + "test_a_portfolio_edited_in_the_middle_is_analysed_as_it_was",)),
    25: ("the write of the failure fails", ("faults/test_seeded_runs.py::test_the_write_of_a_failure_may_fail",)),
    26: ("watchdog killed, doubled or late", (ANYWHERE + "test_a_watchdog_may_die_anywhere_while_it_rescues", SIMULATED)),
    27: ("Lambda's own retries", (AGENTS + "test_the_client_waits_longer_than_the_agent_may_take_and_never_invokes_twice_by_itself",)),
    28: ("model refuses, throttles, stalls, breaks off, invents", (
        NARRATOR + "test_what_fails_is_repaired_once",
        NARRATOR + "test_what_fails_again_has_the_templates_words",
        NARRATOR + "test_a_model_that_throttles_for_good_is_given_up_in_time",
        TAGGER + "test_what_is_never_answered_as_asked_stays_unclassified",
        BAD_MODELS + "test_the_job_completes_with_right_figures_and_says_what_happened",
        WORDED + "test_whatever_the_model_does_the_figures_are_right_and_the_reader_is_told",
    )),
    29: ("instructions in a name or a CSV", (
        NARRATOR + "test_a_name_stays_data_in_the_prompt_and_never_reaches_the_text",
        TAGGER + "test_a_name_classifies_nothing_but_itself",
        WORDED + "test_no_name_changes_a_figure_reaches_a_log_or_turns_into_markup",
        BAD_MODELS + "test_no_cell_of_a_broker_changes_a_figure_reaches_a_log_or_turns_into_markup",
    )),
    30: ("CSV with BOM, NUL, 1e999, NaN, huge fields, a zip", (
        CSV + "test_brokers.py::test_however_a_spreadsheet_saves_it_it_says_the_same",
        CSV + "test_refusals.py::test_a_file_that_is_no_text_in_utf_8_is_refused",
        CSV + "test_refusals.py::test_only_plain_numbers_are_numbers",
        CSV + "test_refusals.py::test_a_bad_line_is_told_with_what_to_do",
        CSV + "test_properties.py::test_arbitrary_bytes_are_a_portfolio_or_a_refusal_that_says_why",
    )),
    31: ("a message of another version", (HANDLER + "test_a_message_of_a_later_version_is_understood",)),
    32: ("many pollers, and no write", (
        "functions/api/test_api_job.py::test_a_poll_is_one_statement_and_writes_nothing",
        "functions/api/test_api_statements.py::test_reading_writes_nothing",
        "integration/test_load.py::test_thirty_pollers_see_three_jobs_complete_and_write_nothing",
    )),
}  # fmt: skip
