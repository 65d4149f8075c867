"""Nothing of a portfolio or a person reaches a log, an event, a progress message or an error."""

import json
from collections.abc import Iterator

import pytest

from scripts.api_client import AlexApi
from scripts.local.stack import LocalStack
from scripts.table import read_table
from tests.rows import Rows

#: Marks that no id, time or count of ours contains.
MARKS = ("CANARY", "4711.654321", "8472.619300", "8472.6193", "39914471", "39,914,471")
CSV = b"""account,symbol,quantity,price
CANARY retirement money,CANARY-X,4711.654321,8472.6193
CANARY retirement money,VTI,4711.654321,8472.6193
"""


@pytest.fixture
def alex(stack: LocalStack) -> Iterator[AlexApi]:
    api = AlexApi(stack.info.api_url, stack.info.token)
    yield api
    api.delete("/api/user")


def test_marked_strings_stay_in_the_portfolio_and_its_report(stack: LocalStack, alex: AlexApi) -> None:
    submitted = alex.post("/api/analyze", CSV, "text/csv")
    job = list(alex.watch(submitted["job_id"], 0.05))[-1]
    broken = CSV.replace(b"VTI,4711", b"VTI,-4711")
    with pytest.raises(Exception, match="can't be imported"):
        alex.post("/api/portfolio/import", broken, "text/csv")

    assert job["status"] == "completed"
    assert "CANARY" in job["report_payload"]["content"]
    told = {name: "\n".join(stack.logs(name)) for name in read_table().functions}
    told["progress"] = json.dumps(job["progress_data"])
    told["events"] = json.dumps(
        Rows(stack.database).run("SELECT to_jsonb(e) FROM job_events AS e WHERE job_id = :id::uuid", id=job["id"])
    )
    assert told["planner"].count("Committed a section") >= 1
    assert {name: mark for name, text in told.items() for mark in MARKS if mark in text} == {}
