"""One payload of each kind that functions, or the database and a function, exchange.

`python -m tests.mixed_versions.samples` writes them to `recorded.json`. Record them again only with a release: until
the next one, the file holds the payloads that functions of that release send and read.
"""

import json
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from functions.planner.agents import FunctionError
from functions.planner.jobs import ClaimedJob
from functions.reporter.declaration import AGENT as REPORTER
from functions.shared.portfolio import Instrument, PriceRefresh
from functions.shared.section_names import SNAPSHOT
from functions.shared.sections import ModelUsage
from functions.shared.tasks import AgentTask, JobMessage, Receipt, TaggerAnswer, TaggerTask
from tests import portfolios
from tests.sections import PAYLOADS

RECORDED = Path(__file__).with_name("recorded.json")
_JOB = UUID("11111111-1111-4111-8111-111111111111")
_USAGE = ModelUsage(model="a-model", calls=1, throttled=0, input_tokens=900, output_tokens=20, estimated_cost_usd=0.001)
_SNAPSHOT = portfolios.one_stock().model_copy(
    update={
        "tagging": _USAGE,
        "price_refresh": PriceRefresh(
            source="fmp", at=portfolios.TAKEN_AT, refreshed=0, failed=("AAPL",), reason="busy"
        ),
    }
)


def samples() -> dict[str, BaseModel]:
    """By name: the model's, or the section's."""
    messages: list[BaseModel] = [
        JobMessage(job_id=_JOB, round=1),
        ClaimedJob(job_id=_JOB, attempt=2, user_id="user", job_type="portfolio", committed=frozenset({SNAPSHOT})),
        AgentTask(job_id=_JOB, attempt=1, snapshot=_SNAPSHOT, expected=REPORTER.expected, track_progress=True),
        Receipt(section="report", stored=True, duration_ms=1200),
        TaggerTask(job_id=_JOB, attempt=1, symbols=("ZZQQX",), names={"ZZQQX": "A fund"}),
        TaggerAnswer(instruments=(Instrument.unclassified("ZZQQX"),), usage=_USAGE),
        FunctionError(errorType="LeaseLost", errorMessage="attempt 1 no longer owns the job"),
    ]
    sections = {f"section {section}": payload for section, payload in PAYLOADS.items()}
    return {type(message).__name__: message for message in messages} | sections


if __name__ == "__main__":
    RECORDED.write_text(json.dumps(to_jsonable_python(samples()), indent=1, sort_keys=True) + "\n", encoding="utf-8")
