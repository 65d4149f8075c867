"""A job's events: as JSON in pages, as a file, and how long they are kept."""

import csv
import io
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from typing import Any

import psycopg
import pytest

from functions.api.http.events_csv import events_csv
from functions.shared.section_names import SNAPSHOT
from scripts.local.data_api import FaultControl
from tests.functions.api.at_work import AtWork
from tests.functions.api.calling import Api, openapi
from tests.functions.api.conftest import MakeApplication
from tests.functions.api.job_states import JobThatIs, Sql

CSV = {"accept": "text/csv"}
AWAY = "UPDATE jobs SET completed_at = completed_at - %s * interval '1 day', version = version + 1 WHERE id = %s"


@pytest.fixture
def job_id(api: Api) -> str:
    """A completed job, with its progress."""
    submitted: str = api.post("/api/analyze").json()["job_id"]
    worker = AtWork(submitted)
    worker.start_progress()
    worker.commit(SNAPSHOT)
    worker.report_progress(30, "Drafting 3 of 7 sections")
    worker.complete()
    return submitted


KINDS = ["queued", "claimed", "progress", "section_committed", "progress", *["section_committed"] * 3, "completed"]


def events(api: Api, job_id: str, **query: str) -> Any:
    return api.get(f"/api/jobs/{job_id}/events", query=query).json()


class TestJson:
    def test_all_events_are_listed_in_order(self, api: Api, job_id: str) -> None:
        page = events(api, job_id)

        assert [event["kind"] for event in page["events"]] == KINDS
        assert [event["seq"] for event in page["events"]] == list(range(1, 10))
        times = [datetime.fromisoformat(event["at"]) for event in page["events"]]
        assert all(earlier <= later for earlier, later in pairwise(times))
        assert page["events"][4].items() >= {"agent": "reporter", "message": "Drafting 3 of 7 sections"}.items()
        assert 0 <= page["events"][4]["progress_percent"] < 100
        assert page["events"][-1]["progress_percent"] == 100
        assert page["next_after"] is None

    @pytest.mark.parametrize("limit", range(1, 11))
    def test_paging_returns_each_event_once(self, api: Api, job_id: str, limit: int) -> None:
        seen: list[int] = []
        after: int | None = 0
        while after is not None:
            page = events(api, job_id, limit=str(limit), after=str(after))
            assert len(page["events"]) <= limit
            seen += [event["seq"] for event in page["events"]]
            after = page["next_after"]

        assert seen == list(range(1, 10))

    def test_active_job_returns_cursor_for_later_events(self, api: Api, job_that_is: JobThatIs) -> None:
        job_id = job_that_is(api, "pending")

        assert events(api, job_id)["next_after"] == 1
        assert events(api, job_id, after="1") == {"events": [], "next_after": 1}
        AtWork(job_id)
        assert [event["kind"] for event in events(api, job_id, after="1")["events"]] == ["claimed"]

    def test_page_after_last_event_is_empty(self, api: Api, job_id: str) -> None:
        assert events(api, job_id, after="9") == {"events": [], "next_after": None}
        assert events(api, job_id, after="2147483647") == {"events": [], "next_after": None}

    def test_empty_parameters_are_ignored(self, api: Api, job_id: str) -> None:
        assert len(events(api, job_id, after="", limit="")["events"]) == 9

    @pytest.mark.parametrize(
        ("name", "value"),
        [("after", "-1"), ("after", "x"), ("after", "2147483648"), ("limit", "0"), ("limit", "501"), ("limit", "1.5")],
    )
    def test_error_names_invalid_parameter(self, api: Api, job_id: str, name: str, value: str) -> None:
        response = api.get(f"/api/jobs/{job_id}/events", query={name: value})

        assert (response.status, response.fields()) == (422, {name})

    def test_page_takes_one_statement(self, api: Api, job_id: str, faults: FaultControl) -> None:
        events(api, job_id)

        assert len(faults.statements()) == 1

    def test_largest_page_fits_into_data_api_response(self, api: Api, job_id: str, sql: Sql) -> None:
        many_events(sql, job_id, 1200, "\x01" * 200)

        page = events(api, job_id, after="9")

        assert (len(page["events"]), page["next_after"]) == (500, 509)

    def test_kinds_match_those_the_database_allows(self, sql: Sql) -> None:
        ((allowed,),) = sql(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'job_events_kind_check'"
        )
        documented = openapi()["components"]["schemas"]["EventKind"]["enum"]

        assert {f"'{kind}'::text" for kind in documented} == set(
            allowed.partition("[")[2].rpartition("]")[0].split(", ")
        )


def many_events(sql: Sql, job_id: str, count: int, message: str) -> None:
    sql("ALTER TABLE jobs DISABLE TRIGGER jobs_guard_update")
    sql(
        """WITH more AS (INSERT INTO job_events (job_id, seq, kind, agent, message)
           SELECT %s, 9 + n, 'progress', 'reporter', %s FROM generate_series(1, %s) AS n)
           UPDATE jobs SET event_seq = 9 + %s WHERE id = %s""",
        job_id,
        message,
        count,
        count,
        job_id,
    )
    sql("ALTER TABLE jobs ENABLE TRIGGER jobs_guard_update")


class TestCsv:
    def rows(self, api: Api, job_id: str, **query: str) -> list[list[str]]:
        response = api.get(f"/api/jobs/{job_id}/events", headers=CSV, query=query)
        assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
        return list(csv.reader(io.StringIO(response.text, newline=""), strict=True))

    def test_csv_has_same_events_as_json(self, api: Api, job_id: str) -> None:
        header, *rows = self.rows(api, job_id)

        assert header == ["seq", "at", "kind", "agent", "progress_percent", "message"]
        listed = events(api, job_id)["events"]
        assert rows == [["" if e[name] is None else str(e[name]) for name in header] for e in listed]

    def test_csv_is_attachment_with_crlf_line_ends(self, api: Api, job_id: str) -> None:
        response = api.get(f"/api/jobs/{job_id}/events", headers=CSV)

        assert response.headers["Content-Disposition"] == 'attachment; filename="events.csv"'
        assert response.text.count("\r\n") == response.text.count("\n") == 10

    def test_csv_is_complete_over_several_pages(self, api: Api, job_id: str, sql: Sql, faults: FaultControl) -> None:
        many_events(sql, job_id, 1191, "m" * 200)

        rows = self.rows(api, job_id)

        assert [row[0] for row in rows[1:]] == [str(seq) for seq in range(1, 1201)]
        assert len(faults.statements()) == 3

    def test_csv_can_be_limited(self, api: Api, job_id: str) -> None:
        assert [row[0] for row in self.rows(api, job_id, after="3", limit="2")[1:]] == ["4", "5"]

    @pytest.mark.parametrize("message", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("x")'])
    def test_no_cell_is_a_formula(self, message: str) -> None:
        event = {"seq": 1, "at": "", "kind": "progress", "agent": message, "progress_percent": 5, "message": message}

        _, row = csv.reader(io.StringIO(events_csv([event]), newline=""), strict=True)

        assert (row[3], row[5]) == (f"'{message}", f"'{message}")

    @pytest.mark.parametrize("message", ['a "quoted" word', "a, b", "two\r\nlines", "", "ümlaut 🏦", "5 - 3"])
    def test_every_message_reads_back_unchanged(self, message: str) -> None:
        event = {"seq": 1, "at": "", "kind": "progress", "agent": None, "progress_percent": None, "message": message}

        _, row = csv.reader(io.StringIO(events_csv([event]), newline=""), strict=True)

        assert row == ["1", "", "progress", "", "", message]

    @pytest.mark.parametrize(
        ("accept", "kind"),
        [
            ("text/csv", "text/csv"),
            ("TEXT/CSV; charset=utf-8", "text/csv"),
            ("text/csv, */*", "text/csv"),
            ("text/csv, */*;q=0.1", "text/csv"),
            ("application/json;q=0.5, text/csv", "text/csv"),
            ("text/csv;q=0.1, */*", "application/json"),
            ("application/json, text/csv", "application/json"),
            ("text/csv;q=0", "application/json"),
            ("text/*", "application/json"),
            ("*/*", "application/json"),
            ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
            ("nonsense;;q=x,,", "application/json"),
            ("", "application/json"),
        ],
    )
    def test_accept_header_selects_format(self, api: Api, job_id: str, accept: str, kind: str) -> None:
        response = api.get(f"/api/jobs/{job_id}/events", headers={"accept": accept})

        assert response.headers["Content-Type"].partition(";")[0] == kind
        assert response.headers["Vary"] == "Accept, Accept-Encoding"


@pytest.fixture
def age(sql: Sql) -> Callable[[str, float], None]:
    """`age(job, 91)` makes the job's end that many days older."""

    def back(job_id: str, days: float) -> None:
        sql("ALTER TABLE jobs DISABLE TRIGGER jobs_guard_update")
        sql(AWAY, days, job_id)
        sql("ALTER TABLE jobs ENABLE TRIGGER jobs_guard_update")
        sql("ALTER TABLE job_events DISABLE TRIGGER job_events_guard_update")
        sql("UPDATE job_events SET at = at - %s * interval '1 day' WHERE job_id = %s", days, job_id)
        sql("ALTER TABLE job_events ENABLE TRIGGER job_events_guard_update")

    return back


def kept(sql: Sql, job_id: str) -> list[int]:
    return [seq for (seq,) in sql("SELECT seq FROM job_events WHERE job_id = %s ORDER BY seq", job_id)]


class TestRetention:
    def test_expired_events_are_hidden_even_before_deletion(
        self, api: Api, job_id: str, sql: Sql, age: Callable[[str, float], None]
    ) -> None:
        age(job_id, 89.9)
        assert len(events(api, job_id)["events"]) == 9
        age(job_id, 0.2)

        assert events(api, job_id) == {"events": [], "next_after": None}
        assert len(kept(sql, job_id)) == 9

    def test_next_submission_by_anyone_deletes_expired_events(
        self,
        api: Api,
        stranger: Api,
        job_id: str,
        sql: Sql,
        age: Callable[[str, float], None],
        faults: FaultControl,
    ) -> None:
        """The deletion takes no additional statement."""
        age(job_id, 91)
        faults.reset_statements()

        stranger.post("/api/analyze")

        assert len(faults.statements()) == 2
        assert kept(sql, job_id) == []
        assert api.get(f"/api/jobs/{job_id}").json()["report_payload"], "the results stay"

    def test_recent_and_active_jobs_keep_their_events(
        self, api: Api, job_id: str, job_that_is: JobThatIs, sql: Sql, age: Callable[[str, float], None]
    ) -> None:
        active = job_that_is(api, "running")
        age(job_id, 89)

        api.post("/api/analyze")

        assert (len(kept(sql, job_id)), len(kept(sql, active))) == (9, 1)

    def test_job_is_deleted_after_two_years(
        self, api: Api, stranger: Api, job_that_is: JobThatIs, sql: Sql, age: Callable[[str, float], None]
    ) -> None:
        old, recent = (job_that_is(api, "completed") for _ in range(2))
        age(old, 731)
        age(recent, 729)

        stranger.post("/api/analyze")

        assert [api.get(f"/api/jobs/{job}").status for job in (old, recent)] == [404, 200]
        assert sql("SELECT section FROM job_results WHERE job_id = %s", old) == []

    def test_refused_or_repeated_request_deletes_nothing(
        self, api: Api, job_id: str, sql: Sql, age: Callable[[str, float], None]
    ) -> None:
        api.post("/api/analyze", headers={"idempotency-key": "k"})
        age(job_id, 91)

        api.post("/api/analyze", headers={"idempotency-key": "k"})
        api.post_csv("/api/analyze", "account,symbol,quantity,price\nA,ZZTOP,5,\n")

        assert len(kept(sql, job_id)) == 9

    def test_submission_deletes_twenty_jobs_and_next_one_continues(
        self, api: Api, sql: Sql, age: Callable[[str, float], None], job_that_is: JobThatIs
    ) -> None:
        jobs = [job_that_is(api, "cancelled") for _ in range(25)]
        for number, job_id in enumerate(jobs):
            age(job_id, 200 - number)

        def left() -> list[str]:
            return [job_id for job_id in jobs if kept(sql, job_id)]

        api.post("/api/analyze")
        assert left() == jobs[20:]
        api.post("/api/analyze")
        assert left() == []

    def test_retried_job_keeps_counting_and_expires_again(
        self, api: Api, sql: Sql, age: Callable[[str, float], None], job_that_is: JobThatIs
    ) -> None:
        job_id = job_that_is(api, "cancelled")
        age(job_id, 91)
        api.post("/api/analyze")
        assert kept(sql, job_id) == []

        api.post(f"/api/jobs/{job_id}/retry")
        AtWork(job_id, job_round=1).complete()
        assert kept(sql, job_id) == list(range(3, 10))
        assert [event["seq"] for event in events(api, job_id)["events"]] == list(range(3, 10))

        age(job_id, 91)
        api.post("/api/analyze")
        assert kept(sql, job_id) == []

    def test_retention_period_is_configurable(
        self, api: Api, job_id: str, age: Callable[[str, float], None], make_application: MakeApplication
    ) -> None:
        age(job_id, 8)

        assert events(api.using(make_application({"EVENTS_KEPT_DAYS": "7"})), job_id)["events"] == []

    @pytest.mark.parametrize("which", ["job_id = %s AND seq = 1", "job_id = %s AND seq > 5"])
    def test_partial_deletion_of_events_is_refused(self, job_id: str, sql: Sql, which: str) -> None:
        with pytest.raises(psycopg.errors.CheckViolation, match="go together"):
            sql(f"DELETE FROM job_events WHERE {which}", job_id)

    def test_deleting_events_of_active_job_is_refused(self, api: Api, job_that_is: JobThatIs, sql: Sql) -> None:
        with pytest.raises(psycopg.errors.CheckViolation, match="go together"):
            sql("DELETE FROM job_events WHERE job_id = %s", job_that_is(api, "running"))
