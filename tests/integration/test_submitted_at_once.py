"""One idempotency key sent 50 times, many at once, through the gateway: one job, one response."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import urllib3

from scripts.api_client import AlexApi
from scripts.local.stack import LocalStack
from tests.rows import Rows

TIMES = 50
AT_ONCE = 10
"""Each concurrent call is a process of the emulator. `repositories/test_races.py` sends all 50 at once."""


@pytest.fixture
def alex(stack: LocalStack) -> Iterator[AlexApi]:
    api = AlexApi(stack.info.api_url, stack.info.token)
    yield api
    api.delete("/api/user")


def submit(stack: LocalStack, body: bytes) -> tuple[int, bytes]:
    headers = {
        "Authorization": f"Bearer {stack.info.token}",
        "Content-Type": "application/json",
        "Idempotency-Key": "one-and-the-same",
    }
    answer = urllib3.request(
        "POST", f"{stack.info.api_url}/api/analyze", body=body, headers=headers, retries=False, timeout=60
    )
    return answer.status, answer.data


def test_50_requests_with_one_key_are_one_job_and_other_body_is_refused(stack: LocalStack, alex: AlexApi) -> None:
    alex.post("/api/populate-test-data")

    with ThreadPoolExecutor(AT_ONCE) as clients:
        answers = Counter(clients.map(lambda _: submit(stack, b'{"analysis_type": "charts"}'), range(TIMES)))
    refused, _ = submit(stack, b'{"analysis_type": "retirement"}')

    ((status, body),) = answers
    assert status == 202
    assert refused == 422
    (job,) = alex.get("/api/jobs")["jobs"]
    assert job["id"].encode() in body
    assert list(alex.watch(job["id"], 0.1))[-1]["status"] == "completed"
    assert set(Rows(stack.database).sections(job["id"])) == {"snapshot", "charts", "summary"}
