"""The planner's entry point: messages in, messages to be delivered again out."""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError

from functions.planner.handler import handler
from functions.planner.settings import PlannerSettings
from functions.shared import queues
from functions.shared.messages import RETRY_S
from functions.shared.settings import DatabaseSettings
from functions.shared.tasks import JobMessage
from scripts.local.data_api import FaultControl
from scripts.table import read_table
from tests.rows import Rows

QUEUE_ARN = "arn:aws:sqs:us-east-1:000000000000:alex-analysis-jobs"


@dataclass
class Sqs:
    """Keeps which messages were given back, and for how long they are hidden."""

    given_back: dict[str, int] = field(default_factory=dict)

    def change_message_visibility(self, QueueUrl: str, ReceiptHandle: str, VisibilityTimeout: int) -> None:  # noqa: N803
        assert QueueUrl.endswith("/000000000000/alex-analysis-jobs")
        self.given_back[ReceiptHandle] = VisibilityTimeout


@pytest.fixture(autouse=True)
def sqs(monkeypatch: pytest.MonkeyPatch) -> Sqs:
    made = Sqs()
    monkeypatch.setattr(queues, "_client", lambda: made)
    return made


class Context:
    """What Lambda tells a function of its invocation."""

    function_name = "alex-planner"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:alex-planner"
    aws_request_id = "request"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 600_000


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, database_settings: DatabaseSettings) -> None:
    settings = PlannerSettings(
        **database_settings.model_dump(), name_prefix="alex", agent_timeout_s=180, mock_lambdas=True
    )
    monkeypatch.setattr(PlannerSettings, "load", lambda: settings)
    monkeypatch.setattr(DatabaseSettings, "load", lambda: database_settings)


def deliver(*bodies: str) -> dict[str, Any]:
    records = [
        {"messageId": str(n), "receiptHandle": f"receipt {n}", "eventSource": "aws:sqs", "eventSourceARN": QUEUE_ARN,
         "body": body} for n, body in enumerate(bodies)
    ]  # fmt: skip
    context: Any = Context()
    return handler({"Records": records}, context)


def test_with_mock_lambdas_a_job_completes_with_sections_marked_as_mock(rows: Rows, a_waiting_job: JobMessage) -> None:
    assert deliver(a_waiting_job.model_dump_json()) == {"batchItemFailures": []}

    assert rows.of_job(a_waiting_job.job_id)["status"] == "completed"
    marks = rows.run(
        "SELECT section, payload FROM job_results WHERE job_id = :id::uuid AND section IN ('report', 'retirement')"
        " ORDER BY section",
        id=a_waiting_job.job_id,
    )
    assert [(section, json.loads(payload)["mock"]) for section, payload in marks] == [
        ("report", True),
        ("retirement", True),
    ]


def test_a_message_for_a_job_that_is_gone_is_acknowledged() -> None:
    assert deliver(JobMessage(job_id=uuid4()).model_dump_json()) == {"batchItemFailures": []}


def test_a_message_of_a_later_version_is_understood(rows: Rows, a_waiting_job: JobMessage) -> None:
    deliver(json.dumps({"job_id": str(a_waiting_job.job_id), "priority": "high"}))

    assert rows.of_job(a_waiting_job.job_id)["status"] == "completed"


@pytest.mark.parametrize("body", ["", "not JSON", "{}", '{"job_id": "canary-4711"}', "[" * 1000, '"' + "x" * 200_000])
def test_a_poison_message_is_given_back_and_its_content_is_not_logged(
    body: str, sqs: Sqs, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(BatchProcessingError) as raised:
        deliver(body)

    assert sqs.given_back == {"receipt 0": RETRY_S}
    assert "canary" not in str(raised.value) + capsys.readouterr().out


def test_a_job_at_which_the_planner_fails_is_free_for_the_next_attempt_at_once(
    rows: Rows, sqs: Sqs, faults: FaultControl, a_waiting_job: JobMessage
) -> None:
    faults.inject("statement_timeout", match="FROM users WHERE users.id")

    with pytest.raises(BatchProcessingError):
        deliver(a_waiting_job.model_dump_json())
    assert sqs.given_back == {"receipt 0": RETRY_S}
    deliver(a_waiting_job.model_dump_json())

    job = rows.of_job(a_waiting_job.job_id)
    assert (job["status"], job["attempt"]) == ("completed", 2)


def test_a_message_of_which_nothing_comes_is_a_dead_letter_within_two_minutes() -> None:
    for queue in read_table().queues.values():
        assert queue.max_receive_count * (RETRY_S + 0.5) <= 120


def test_of_two_messages_the_poison_alone_is_given_back(rows: Rows, a_waiting_job: JobMessage) -> None:
    assert deliver("poison", a_waiting_job.model_dump_json()) == {"batchItemFailures": [{"itemIdentifier": "0"}]}

    assert rows.of_job(a_waiting_job.job_id)["status"] == "completed"
