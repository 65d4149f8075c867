"""One idempotency key sent 50 times, many at once, through the gateway: one job, one response."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import urllib3

from scripts.api_client import AlexApi
from scripts.local.stack import LocalStack
from tests.rows import Rows

TIMES = 50
AT_ONCE = 10
"""Each concurrent call is a process of the emulator. `repositories/test_races.py` sends all 50 at once."""


def submit(stack: LocalStack, body: bytes) -> tuple[int, bytes]:
    headers = {
        "Authorization": f"Bearer {stack.info.token}",
        "Content-Type": "application/json",
        "Idempotency-Key": "one-and-the-same",
    }
    response = urllib3.request(
        "POST", f"{stack.info.api_url}/api/analyze", body=body, headers=headers, retries=False, timeout=60
    )
    return response.status, response.data


def test_50_requests_with_one_key_are_one_job_and_other_body_is_refused(stack: LocalStack, alex: AlexApi) -> None:
    alex.post("/api/populate-test-data")

    with ThreadPoolExecutor(AT_ONCE) as clients:
        responses = Counter(clients.map(lambda _: submit(stack, b'{"analysis_type": "charts"}'), range(TIMES)))
    refused, _ = submit(stack, b'{"analysis_type": "retirement"}')

    ((status, body),) = responses
    assert status == 202
    assert refused == 422
    (job,) = alex.get("/api/jobs")["jobs"]
    assert job["id"].encode() in body
    assert list(alex.watch(job["id"], 0.1))[-1]["status"] == "completed"
    assert set(Rows(stack.database).sections(job["id"])) == {"snapshot", "charts", "summary"}
