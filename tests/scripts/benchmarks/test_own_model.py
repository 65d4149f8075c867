"""The evaluation of an operator's own model: the client for Bedrock, at the stand-in's address."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from functions.shared.narration.model_prices import list_price
from scripts.local.converse import ConverseControl
from scripts.manifest import ROOT
from tests.functions.models import control, converse

__all__ = ["control", "converse"]

NOVA = "us.amazon.nova-lite-v1:0"


def evaluate(benchmark: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    assert "127.0.0.1" in os.environ["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"]
    environment = os.environ | {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing"}
    script = ROOT / "scripts" / "benchmarks" / f"{benchmark}.py"
    command = [sys.executable, str(script), "--aws", "--region", "us-east-1", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_good_model_is_recommended_with_time_and_cost_of_report(control: ConverseControl) -> None:
    done = evaluate("words", "--model-id", NOVA, "--passages", "20")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "20 passages in 2 documents" in done.stdout
    assert "the sample's report and outlook: 7 of 7 passages have the model's words" in done.stdout
    assert "Recommended: nearly every passage has the model's words." in done.stdout
    calls = control.calls()
    assert {call["model_id"] for call in calls} == {NOVA}
    assert list_price(NOVA) is not None
    assert "cost: $0.0" in done.stdout
    assert len(calls) == 2 + 2, "a call for each document, and for each part of the sample's report"


@pytest.mark.parametrize(
    ("model_id", "status", "recommendation"),
    [
        ("acme.mystery-v1:invent_figures", 1, "Not worth its cost: templates replace most passages."),
        ("acme.mystery-v1:chatter", 0, "Usable: templates replace some passages."),
    ],
    ids=["invents figures", "omits a passage"],
)
def test_bad_model_is_not_recommended(
    control: ConverseControl, model_id: str, status: int, recommendation: str
) -> None:
    done = evaluate("words", "--model-id", model_id, "--passages", "10")

    assert done.returncode == status, done.stdout + done.stderr
    assert recommendation in done.stdout
    assert "foreign figures, entities or directions in accepted passages: 0" in done.stdout
    assert "cost: unknown price; pass --price" in done.stdout


def test_classification_by_own_model_is_compared_with_rules(control: ConverseControl) -> None:
    done = evaluate("tagging", "--model-id", NOVA, "--instruments", "20")

    assert done.returncode == 0, done.stdout + done.stderr
    assert len(control.calls()) in {1, 2}
    for writer in ("rules", "model", "rules, then model"):
        assert any(line.startswith(f"  {writer} ") for line in done.stdout.splitlines())
