"""The goals that the demo sets, and the ones it asks for."""

import io
import json
from typing import Any

from rich.console import Console

from scripts.api_client import AlexApi
from scripts.demo import _set_goals


class Recording(AlexApi):
    """Records what is sent."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:1", "token")
        self.sent: list[tuple[str, Any]] = []

    def put(self, path: str, body: bytes) -> Any:
        self.sent.append((path, json.loads(body)))


def said_and_sent(goals: dict[str, int]) -> tuple[str, list[tuple[str, Any]]]:
    output, alex = io.StringIO(), Recording()
    _set_goals(Console(file=output, width=200), alex, goals)
    return output.getvalue(), alex.sent


def test_demo_asks_for_goals_that_were_not_passed() -> None:
    said, sent = said_and_sent({"current_age": 61})

    assert "add --retire-in, --spend, --save." in said
    assert sent == [("/api/user", {"current_age": 61})]


def test_demo_sets_goals_and_asks_for_no_more() -> None:
    goals = {
        "current_age": 61,
        "years_until_retirement": 0,
        "target_retirement_income": 40_000,
        "annual_contribution": 0,
    }

    assert said_and_sent(goals) == ("", [("/api/user", goals)])
