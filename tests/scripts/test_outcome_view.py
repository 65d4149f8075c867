"""The result of a job, as printed by scripts."""

import io
import json
from typing import Any

import pytest
from rich.console import Console

from functions.shared.portfolio import Snapshot
from scripts.outcome_view import plain, show_outcome, show_place
from tests.functions.built_results import results
from tests.portfolios import NO_GOALS, sample

VERDICT = "At $60,000 a year, your money lasts to age 95 in about "


def a_job(portfolio: Snapshot, **changes: Any) -> dict[str, Any]:
    payloads = results(portfolio).payloads.items()
    job = {f"{name}_payload": json.loads(payload.model_dump_json()) for name, payload in payloads}
    return {**job, **changes}


def printed(job: dict[str, Any], *, terminal: bool = False, width: int = 80) -> str:
    output = io.StringIO()
    show_outcome(Console(file=output, force_terminal=terminal, width=width, color_system=None), job)
    return output.getvalue()


def test_pipe_gets_verdict_and_three_findings_in_a_line_each() -> None:
    job = a_job(sample())

    verdict, heading, *findings = [line for line in printed(job).splitlines() if line]

    assert verdict.startswith(VERDICT)
    assert heading == "What matters most"
    assert [line.split(" ")[0] for line in findings] == ["1.", "2.", "3."]
    assert findings[0].startswith("1. You are taking more risk than you chose. Stocks make up 85% of the portfolio")
    assert "\x1b" not in printed(job)


@pytest.mark.parametrize("width", [80, 100, 200])
def test_terminal_wraps_between_words(width: int) -> None:
    job = a_job(sample())

    lines = printed(job, terminal=True, width=width).splitlines()

    assert max(map(len, lines)) <= min(width, 100)
    assert " ".join(" ".join(lines).split()) == " ".join(printed(job).split())


def test_texts_come_from_fields_and_not_from_the_report() -> None:
    job = a_job(sample())
    job["report_payload"]["content"] = job["retirement_payload"]["analysis"] = "# Nothing to parse"

    assert printed(job) == printed(a_job(sample()))


def test_verdict_on_the_portfolio_stands_in_without_goals() -> None:
    assert printed(a_job(sample(**NO_GOALS))).startswith("\nYour $301,580 is 85% stocks: a year like 2008 would have ")


def test_example_goals_are_called_examples() -> None:
    job = a_job(sample())
    job["retirement_payload"]["goals_are_examples"] = True

    assert "\nThe goals are examples, not yours.\n" in printed(job)


def test_sections_that_a_job_lacks_are_left_out() -> None:
    assert printed({"report_payload": None, "charts_payload": {}, "retirement_payload": None}).strip() == ""
    verdict, *others = printed(a_job(sample(), report_payload=None)).strip("\n").splitlines()
    assert (verdict.startswith(VERDICT), others) == (True, [])
    assert printed(a_job(sample(), report_payload=None)).endswith(".\n\n")


def test_names_are_printed_as_they_are() -> None:
    assert plain("**Amazon\u2060.com** is \\*half\\* of everything.") == "Amazon.com is *half* of everything."


def test_place_stays_on_one_line() -> None:
    output, place = io.StringIO(), "/a long folder" * 20
    show_place(Console(file=output, width=80), place, "file:///a")

    assert output.getvalue() == f"Your report is ready: {place}\n"
