"""The whole system with a model that words the texts and a source of prices: working, failing, and misled.

`tests/functions/test_bad_models.py` covers every single way to fail.
"""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from markdown_it import MarkdownIt

from functions.charter.declaration import Charts
from functions.reporter.declaration import Report
from functions.retirement.declaration import Retirement
from functions.shared.sections import Summary
from scripts.api_client import AlexApi
from scripts.local.converse import STUB_MODEL_ID, ConverseControl, Kind
from scripts.local.converse.options import LocalModel
from scripts.local.prices import Kind as PriceSourceKind
from scripts.local.prices import PriceSource
from scripts.local.stack import LocalStack
from scripts.local.temporary import temporary_stack
from scripts.manifest import read_manifest
from tests.functions.shared.narration.injections import INJECTIONS
from tests.rows import Rows
from tests.waiting import until

SAMPLE_TOTAL = Decimal("301580.00")
KEY = "the-key-of-the-source"

GOALS = {
    "current_age": 40,
    "years_until_retirement": 25,
    "target_retirement_income": 60_000,
    "annual_contribution": 10_000,
    "asset_class_targets": {"equity": 70, "fixed_income": 30},
    "region_targets": {"north_america": 50, "international": 50},
}


@pytest.fixture(scope="module")
def prices() -> Iterator[PriceSource]:
    with PriceSource() as source:
        yield source


@pytest.fixture(scope="module")
def stack(prices: PriceSource) -> Iterator[LocalStack]:
    """A stack with stand-ins for a model, which responds without delays, and for a source of prices."""
    patient = {"MODEL_SILENCE_S": "150", "MODEL_TIME_LIMIT_S": "170"}
    planner = {"PRICE_SOURCE": "fmp", "PRICE_SOURCE_URL": prices.url, "PRICE_SECRET_ARN": "prices"}
    with temporary_stack(
        environment={"planner": planner, "reporter": patient, "retirement": patient}, model=LocalModel()
    ) as stack:
        stack.boto3_client("secretsmanager").create_secret(Name="prices", SecretString=KEY)
        yield stack


@pytest.fixture
def model(stack: LocalStack) -> Iterator[ConverseControl]:
    assert stack.info.converse_url is not None
    control = ConverseControl(stack.info.converse_url)
    yield control
    control.clear()


@pytest.fixture
def alex(alex: AlexApi) -> AlexApi:
    """Has goals, so that every section has text."""
    alex.put("/api/user", json.dumps(GOALS).encode())
    return alex


@pytest.fixture
def analyze(alex: AlexApi) -> Callable[[], dict[str, Any]]:
    def run() -> dict[str, Any]:
        submitted = alex.post("/api/analyze", json.dumps({"analysis_type": "portfolio"}).encode())
        job = list(alex.watch(submitted["job_id"], 0.05))[-1]
        assert job["status"] == "completed", job["error_message"]
        return job

    return run


def figures(job: dict[str, Any]) -> dict[str, Any]:
    """All computed figures, without words and names, and without values that depend on the clock or earlier jobs."""
    report = Report.model_validate(job["report_payload"])
    charts = Charts.model_validate(job["charts_payload"])
    summary = Summary.model_validate(job["summary_payload"])
    del report.figures["data_quality"]["price_refresh"]["at"]
    for trade in report.figures["trades"]["list"]:
        del trade["account"]
    return {
        "report": report.figures | {"changes": None},
        "charts": {key: [point.value for point in chart.data] for key, chart in charts.root.items()},
        "total": summary.total_value,
    }


def test_model_words_texts_and_its_usage_is_recorded(
    stack: LocalStack, alex: AlexApi, model: ConverseControl, analyze: Callable[[], dict[str, Any]]
) -> None:
    alex.post("/api/populate-test-data")

    job = analyze()

    report = Report.model_validate(job["report_payload"])
    outlook = Retirement.model_validate(job["retirement_payload"])
    usage = Summary.model_validate(job["summary_payload"]).model_usage
    assert report.narration is not None
    assert outlook.narration is not None
    assert usage is not None
    assert (report.narration.source, outlook.narration.source) == ("model", "model")
    assert "In short, " in report.content
    assert "a language model" in outlook.analysis
    assert usage.model == STUB_MODEL_ID
    assert usage.calls == len(model.calls()) == 2
    assert usage.output_tokens == report.narration.output_tokens + outlook.narration.output_tokens
    rows = Rows(stack.database).run("SELECT section, model FROM job_results WHERE job_id = :id::uuid", id=job["id"])
    assert dict(rows) == {
        "snapshot": None,
        "report": STUB_MODEL_ID,
        "charts": None,
        "retirement": STUB_MODEL_ID,
        "summary": None,
    }


def test_agents_of_cancelled_job_stop_calling_the_model(
    stack: LocalStack, alex: AlexApi, model: ConverseControl
) -> None:
    model.arm(Kind.STALL_MIDWAY, times=20, seconds=120)
    alex.post("/api/populate-test-data")
    job_id = alex.post("/api/analyze")["job_id"]
    # An agent that gives up may ask again before the other has started.
    until(lambda: len({json.dumps(call["request"]) for call in model.calls()}) == 2)

    alex.post(f"/api/jobs/{job_id}/cancel")

    until(lambda: has_logged(stack, "reporter", job_id, "Stopped asking the model"))
    until(lambda: has_logged(stack, "retirement", job_id, "Stopped asking the model"))
    until(lambda: has_logged(stack, "planner", job_id, "The job was cancelled"))
    assert alex.get(f"/api/jobs/{job_id}")["status"] == "cancelled"


def has_logged(stack: LocalStack, function: str, job_id: str, message: str) -> bool:
    return any(job_id in line and message in line for line in stack.logs(function))


def test_prices_are_requested_with_secret_key_and_result_is_reported(
    alex: AlexApi, prices: PriceSource, analyze: Callable[[], dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    alex.post("/api/populate-test-data")

    refreshed = analyze()
    monkeypatch.setattr(prices, "kind", PriceSourceKind.THROTTLE)
    kept = analyze()

    assert {request.key for request in prices.asked} == {KEY}
    assert "all 16 are up to date" in refreshed["report_payload"]["content"]
    assert "could not be refreshed" in kept["report_payload"]["content"]
    assert figures(kept)["total"] == SAMPLE_TOTAL


def test_planner_has_model_id_but_cannot_call_the_model(stack: LocalStack) -> None:
    client = stack.boto3_client("lambda")

    def variables(function: str) -> dict[str, str]:
        response: dict[str, str] = client.get_function_configuration(FunctionName=f"alex-{function}")["Environment"][
            "Variables"
        ]
        return response

    assert variables("planner")["AGENT_MODEL_ID"] == STUB_MODEL_ID
    assert "BEDROCK_MODEL_ID" not in variables("planner")
    assert {name for name in read_manifest().functions if "BEDROCK_MODEL_ID" in variables(name)} == {
        "tagger",
        "reporter",
        "retirement",
    }


@pytest.mark.parametrize(
    ("kind", "phrase"),
    [
        (Kind.INVENT_FIGURES, "the text adds a figure"),
        (Kind.ACCESS_DENIED, "the model could not be reached"),
    ],
)
def test_figures_are_right_and_failure_is_stated_for_any_model(
    alex: AlexApi, model: ConverseControl, analyze: Callable[[], dict[str, Any]], kind: Kind, phrase: str
) -> None:
    alex.post("/api/populate-test-data")
    model.arm(kind, times=99)

    job = analyze()

    assert figures(job)["total"] == SAMPLE_TOTAL
    assert phrase in job["report_payload"]["content"].replace("\u2060", "")
    assert phrase in job["retirement_payload"]["analysis"].replace("\u2060", "")
    assert "$301,580" in job["report_payload"]["content"]


def portfolio_csv(names: list[str]) -> bytes:
    """An account for each name, all with the same holdings."""
    quoted = ['"' + name.replace('"', '""') + '"' for name in names]
    lines = [line for name in quoted for line in (f"{name},VTI,10,300", f"{name},ZZHURT,5,20", f"{name},CASH,100,")]
    return "\n".join(["account,symbol,quantity,price", *lines]).encode()


def test_names_never_change_figures_logs_or_markup(
    stack: LocalStack, alex: AlexApi, model: ConverseControl, analyze: Callable[[], dict[str, Any]]
) -> None:
    # the import refuses control characters
    hostile = sorted({" ".join(name.split())[:90] for name in INJECTIONS if name.replace("\n", " ").isprintable()})
    assert len(hostile) > 50
    alex.post("/api/portfolio/import", portfolio_csv([f"Account {n:03}" for n in range(len(hostile))]), "text/csv")
    honest = analyze()
    alex.delete("/api/reset-accounts")
    alex.post("/api/portfolio/import", portfolio_csv(hostile), "text/csv")
    model.arm(Kind.OBEY, times=99)

    misled = analyze()

    assert figures(misled) == figures(honest)
    for content in (misled["report_payload"]["content"], misled["retirement_payload"]["analysis"]):
        blocks = MarkdownIt("commonmark", {"html": True}).enable("table").parse(content)
        kinds = {child.type for block in blocks for child in block.children or ()}
        assert kinds <= {"text", "strong_open", "strong_close", "em_open", "em_close", "softbreak"}
        assert not any(block.type == "html_block" for block in blocks)
        assert "wire the money" not in content
    logged = "\n".join(line for function in read_manifest().functions for line in stack.logs(function))
    assert "Asked the model" in logged
    for name in hostile:
        if len(name) > 12:  # shorter ones, such as dashes, also occur in our own words
            assert name not in logged
