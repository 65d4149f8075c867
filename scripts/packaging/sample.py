"""Builds the sample analysis, `GET /api/sample`, into functions/api/sample, if its sources have changed.

The agents' own code computes it from the sample portfolio and the reference data, with the templates' words. It is
dated by the latest of these prices, so the same sources give the same analysis on any day.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, time
from decimal import Decimal
from functools import cache
from importlib import import_module
from itertools import groupby
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid5

from functions.planner.run import summary_of
from functions.shared.agent import Work
from functions.shared.agent_declaration import Agent, JobType
from functions.shared.plans import PLANS, sections
from functions.shared.portfolio import Account, Position, Snapshot
from functions.shared.sample import EXAMPLE_GOALS, SAMPLE_PORTFOLIO, sample_lines
from scripts.manifest import ROOT
from scripts.packaging.built_folder import hash_of, rebuild
from scripts.packaging.contents import own_files

FOLDER: Final = ROOT / "functions" / "api" / "sample"
NAME: Final = "sample.json"
_PLAN: Final = PLANS[JobType.PORTFOLIO]
_PACKAGES: Final = ("aws-lambda-powertools", "numpy", "pydantic")
_PRICED_AT: Final = time(21, tzinfo=UTC)
"""The close of the US stock exchanges in winter; in summer, an hour after it."""


def build_sample(folder: Path = FOLDER) -> str:
    """Build the sample analysis and return a one-sentence summary. Concurrent builds wait for each other."""
    is_new = rebuild(folder, _hash_of_sources(), _write)
    return "Built the sample analysis." if is_new else "The sample analysis is up to date."


def _write(folder: Path) -> None:
    content = json.dumps(sample_analysis(), separators=(",", ":")).encode()
    (folder / NAME).write_bytes(content)
    (folder / f"{NAME}.gz").write_bytes(gzip.compress(content, 9, mtime=0))


def sample_analysis() -> dict[str, Any]:
    """Return the completed job with its results, in the format of `GET /api/jobs/{job_id}`."""
    snapshot = sample_snapshot()
    payloads = {f"{agent.section}_payload": _section(agent, snapshot) for agent in _PLAN}
    success_rate = payloads["retirement_payload"]["success_rate"]
    at = snapshot.taken_at.isoformat().replace("+00:00", "Z")
    return {
        "id": str(uuid5(UUID(int=0), "sample")),
        "name": "Sample portfolio",
        "job_type": JobType.PORTFOLIO,
        "sections": sections(JobType.PORTFOLIO),
        "status": "completed",
        "attempt": 1,
        "error_message": None,
        "is_tracked": False,
        "progress_data": None,
        "queue": None,
        **dict.fromkeys(("created_at", "queued_at", "started_at", "completed_at", "updated_at"), at),
        "version": 1,
        "request_payload": {"analysis_type": JobType.PORTFOLIO, "options": {"portfolio": "sample"}},
        "summary_payload": summary_of(snapshot).model_dump(mode="json") | {"success_rate": success_rate},
        **payloads,
    }


def sample_snapshot() -> Snapshot:
    """Return the sample portfolio as the planner would read it from the database."""
    from scripts.packaging.reference_data import INSTRUMENTS  # noqa: PLC0415 - parses 3,000 lines of SQL

    held = sorted(sample_lines(), key=lambda line: (line["account"], line["symbol"]))
    priced_on = max(as_of for line in held if (as_of := INSTRUMENTS[line["symbol"]].price_as_of))
    accounts = []
    for name, lines in groupby(held, key=lambda line: line["account"]):
        account = list(lines)
        accounts.append(
            Account(
                name=name,
                purpose=account[0]["purpose"],
                cash_balance=Decimal(account[0]["cash"]),
                positions=tuple(
                    Position(
                        symbol=line["symbol"],
                        quantity=Decimal(line["quantity"]),
                        instrument=INSTRUMENTS[line["symbol"]],
                    )
                    for line in account
                ),
            )
        )
    return Snapshot(
        taken_at=datetime.combine(priced_on, _PRICED_AT),
        profile=EXAMPLE_GOALS,
        accounts=tuple(accounts),
        is_sample=True,
    )


def _section(agent: Agent, snapshot: Snapshot) -> Any:
    handler = import_module(f"functions.{agent.name}.handler")
    return handler.compute(Work(snapshot, step=lambda _fraction, _message: None)).model_dump(mode="json")


@cache
def _hash_of_sources() -> str:
    return hash_of(_sources(), _PACKAGES)


def _sources() -> Iterator[Path]:
    yield from (Path(__file__), Path(__file__).with_name("reference_data.py"), SAMPLE_PORTFOLIO)
    yield ROOT / "migrations" / "003_seed_instruments.sql"
    for name in ("planner", *(agent.name for agent in _PLAN)):
        yield from (file for path, file in own_files(name).items() if path.endswith(".py"))
