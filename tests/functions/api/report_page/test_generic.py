"""A section without its own design, as HTML."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from pydantic import BaseModel, Field, RootModel

from functions.api.report_page.generic import generic_section
from functions.shared.sections import SectionPayload
from tests.functions.api.report_page.test_page import HOSTILE, OURS, names, words


class Plan(SectionPayload):
    content: str = ""
    note: str = ""
    turnover: float | None = None
    is_urgent: bool = False
    year: int = 2027
    trades: list[dict[str, Any]] = Field(default_factory=list)
    warnings: list[str] = Field(default_factory=list)
    limits: dict[str, Any] = Field(default_factory=dict)
    agent: str = "planner of trades"


def section(payload: BaseModel, title: str = "Rebalancing plan") -> Element:
    """Parse the section. Raises ParseError for HTML that a browser would have to repair."""
    page = f"<!DOCTYPE html><html><head><title>x</title></head><body>{generic_section(title, payload)}</body></html>"
    document: Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    found = document.find(".//section")
    assert found is not None
    return found


def rows(table: Element) -> list[list[str]]:
    return [["".join(cell.itertext()) for cell in row] for row in table.iter("tr")]


def test_texts_come_first_then_figures_then_groups() -> None:
    plan = Plan(
        limits={"trades": {"most": 5}},
        trades=[{"account": "IRA", "shares": 2.5}, {"account": "401k", "why": "Too many bonds"}],
        warnings=["No price for ZZQQX"],
        turnover=12_345.678,
        note="A note that is longer than the sixty characters that a cell of a table has room for.",
        content="# Title of the text\n\nTwo trades **suffice**.",
    )

    shown = section(plan)

    headings = [(element.tag, element.text) for element in shown.iter() if element.tag in {"h2", "h3", "h4"}]
    assert headings == [
        ("h2", "Rebalancing plan"), ("h3", "Trades"), ("h3", "Warnings"), ("h3", "Limits"), ("h4", "Trades"),
    ]  # fmt: skip
    assert [" ".join(text.itertext()) for text in shown.iter("p")] == ["Two trades  suffice .", plan.note]
    figures, trades, limits = (rows(table) for table in shown.iter("table"))
    assert figures == [["Figure", "Value"], ["Turnover", "12,345.68"], ["Is urgent", "no"], ["Year", "2027"]]
    assert trades == [["Account", "Shares", "Why"], ["IRA", "2.5", ""], ["401k", "", "Too many bonds"]]
    assert limits == [["Figure", "Value"], ["Most", "5"]]
    assert [item.text for item in shown.iter("li")] == ["No price for ZZQQX"]


def test_agent_and_mock_flag_are_hidden() -> None:
    assert "planner of trades" not in words(section(Plan(mock=True)))
    assert "Mock" not in words(section(Plan(mock=True)))


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_in_section_stays_text(text: str) -> None:
    long = f"{text} {'x' * 60}"
    plan = Plan(
        content=text, note=long, trades=[{text: text}], warnings=[text, long], limits={text: text, "a": {text: 1}}
    )

    shown = section(plan, title=text)

    assert names(shown) <= OURS | {"code"}


@pytest.mark.parametrize("items", [[], ["one", "two"], [{"name": "one"}]])
def test_section_that_is_a_list_is_shown(items: list[Any]) -> None:
    shown = section(RootModel[list[Any]](items))

    assert [word for word in ("one", "two") if word in words(shown)] == [
        word for word in ("one", "two") if word in str(items)
    ]
