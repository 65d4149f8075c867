"""Prints the result of a completed job: the verdict, the findings that matter most, and where the report is."""

from __future__ import annotations

from typing import Any

from markdown_it import MarkdownIt
from rich.console import Console
from rich.markdown import Markdown
from rich.style import Style
from rich.table import Table
from rich.text import Text

from functions.shared.combined_report import combine

#: Keeps names from becoming links on the page. Terminals show it as a gap, or not at all.
_WORD_JOINER = "\u2060"
#: Longer lines are hard to read.
_WIDEST = 100


def show_outcome(console: Console, job: dict[str, Any]) -> None:
    """Print the verdict in one sentence and the findings that matter most, as far as the job has them."""
    report, retirement = _payload(job, "report"), _payload(job, "retirement")
    console.print()
    if verdict := retirement.get("headline") or report.get("headline"):
        print_paragraph(console, Text(plain(verdict), "bold"))
    if retirement.get("goals_are_examples"):
        print_paragraph(console, Text("The goals are examples, not yours.", "dim"))
    if findings := report.get("findings"):
        console.print("\nWhat matters most", style="bold")
        _list(console, findings)
    console.print()


def show_full_text(console: Console, job: dict[str, Any]) -> None:
    """Print the report and the retirement outlook."""
    for text in full_texts(job):
        console.print()
        console.print(Markdown(text.replace(_WORD_JOINER, "")))
    console.print()


def full_texts(job: dict[str, Any]) -> list[str]:
    """Return the job's texts as Markdown: the report, which opens with the verdict, and the retirement outlook."""
    report, retirement = _payload(job, "report"), _payload(job, "retirement")
    if report and retirement:
        return list(combine(report["content"], retirement["analysis"], retirement.get("verdict")))
    return [text for text in (report.get("content"), retirement.get("analysis")) if text]


def show_place(console: Console, place: str, link: str) -> None:
    """Print where the report is: on one line, so that it can be copied. Terminals that can open `link` on a click."""
    console.print(
        Text.assemble(("Your report is ready: ", "bold"), (place, Style(link=link))), soft_wrap=True, highlight=False
    )


def print_paragraph(console: Console, text: Text) -> None:
    """Print a text wrapped between words in a terminal, or as one line in a pipe."""
    width = min(console.width, _WIDEST) if console.is_terminal else None
    console.print(text, width=width, soft_wrap=not console.is_terminal, highlight=False)


def plain(markdown: str) -> str:
    """Return a paragraph of Markdown as plain text."""
    inline = MarkdownIt().parseInline(markdown)[0].children or []
    return "".join(token.content for token in inline).replace(_WORD_JOINER, "")


def _list(console: Console, findings: list[dict[str, str]]) -> None:
    """Print a numbered list: with a hanging indent in a terminal, as one line each in a pipe."""
    texts = [Text.assemble((plain(each["title"]), "bold"), " ", plain(each["text"])) for each in findings]
    if not console.is_terminal:
        for number, text in enumerate(texts, start=1):
            print_paragraph(console, Text.assemble(f"{number}. ", text))
        return
    lines = Table.grid(padding=(0, 1))
    for number, text in enumerate(texts, start=1):
        lines.add_row(f"{number}.", text)
    console.print(lines, width=min(console.width, _WIDEST), highlight=False)


def _payload(job: dict[str, Any], section: str) -> dict[str, Any]:
    """Return a section's payload; empty if this kind of job has none."""
    return job.get(f"{section}_payload") or {}
