"""Writes the report of a snapshot: measures, finds what matters, and puts it into words."""

from collections.abc import Iterable
from datetime import datetime

from functions.reporter.data_findings import Finding
from functions.reporter.declaration import FirstFinding, Report
from functions.reporter.figures import figures
from functions.reporter.findings import find
from functions.reporter.measures import Measures, measure
from functions.reporter.words import appendix, evidence
from functions.reporter.words.changes import what_changed
from functions.reporter.words.costs import what_it_costs
from functions.reporter.words.trades import what_to_do
from functions.reporter.words.verdict import asks, headline, verdict
from functions.shared.analysis import Step
from functions.shared.analysis.wording import day, money
from functions.shared.narration.attribution import attribution
from functions.shared.narration.claims import passage
from functions.shared.narration.passages import TEMPLATES, Draft, Narrative, Narrator, within
from functions.shared.portfolio import Snapshot

#: The findings on the first page.
MOST_FINDINGS = 3


def write_report(snapshot: Snapshot, generated_at: datetime, step: Step, narrator: Narrator = TEMPLATES) -> Report:
    """Return the portfolio report as Markdown, with its figures as numbers.

    The figures and the template text are deterministic: the same snapshot gives the same report. Names of accounts
    and instruments are escaped, so that they cannot become markup.
    """
    written_from = 1 - narrator.share
    measured = within(step, 0, written_from)
    measures = measure(snapshot, measured)
    measured(0.9, "Weighing the findings")
    findings = find(measures)
    measured(1.0, "Writing the report")
    words = narrator.narrate(_draft(measures, findings), within(step, written_from, 0.99))
    report = Report(
        content=_document(measures, findings, words),
        headline=headline(measures),
        findings=[FirstFinding(title=finding.title, text=words[key]) for key, finding in _first(findings).items()],
        generated_at=generated_at,
        figures=figures(measures, findings),
        kept=measures.kept if measures.total else None,
        narration=words.narration,
    )
    step(1.0, "Report ready")
    return report


def _draft(measures: Measures, findings: list[Finding]) -> Draft:
    """Return the prose for the narrator. Tables, titles and statements about the data never come from a model."""
    first = {key: finding.passage for key, finding in _first(findings).items()}
    return Draft({"verdict": passage("Verdict", *verdict(measures)), **first})


def _first(findings: list[Finding]) -> dict[str, Finding]:
    """Return the findings of the first page by the keys of their passages, in order."""
    return {f"finding_{number}": finding for number, finding in enumerate(findings[:MOST_FINDINGS], start=1)}


def _document(measures: Measures, findings: list[Finding], words: Narrative) -> str:
    """Return the first page, the evidence, and the appendix. Chapters without content are left out."""
    others = findings[MOST_FINDINGS:]
    chapters = [
        ("What matters most", _findings(findings, words)),
        ("What to do", what_to_do(measures) if measures.total or measures.trades.trades else ""),
    ]
    if measures.total:
        chapters += [
            ("How the portfolio is invested", evidence.how_invested(measures, others)),
            ("What could go wrong", evidence.what_could_go_wrong(measures)),
            ("What it costs", what_it_costs(measures)),
            ("What changed since last time", what_changed(measures.changes, measures)),
        ]
        chapters.append(("Appendix", _appendix(measures)))
    elif measures.valuation.positions:
        chapters.append(("Data to check", appendix.data_to_check(measures)))
    body = [f"## {title}\n\n{text}" for title, text in chapters if text]
    opening = [words["verdict"], *asks(measures.profile)]
    return "\n\n".join(["# Portfolio report", *opening, _small_print(measures, words), *body]) + "\n"


def _findings(findings: list[Finding], words: Narrative) -> str:
    first = enumerate(_first(findings).items(), start=1)
    return "\n".join(f"{number}. **{finding.title}** {words[key]}" for number, (key, finding) in first)


def _appendix(measures: Measures) -> str:
    parts: Iterable[tuple[str, str]] = (
        ("Holdings", appendix.holdings(measures)),
        ("Data to check", appendix.data_to_check(measures) if measures.valuation.positions else ""),
        ("Assumptions", appendix.assumptions(measures)),
        ("Method", appendix.method()),
        ("Sources", appendix.sources(measures)),
    )
    return "\n\n".join(f"### {title}\n\n{text}" for title, text in parts if text)


def _small_print(measures: Measures, words: Narrative) -> str:
    whose = "the sample portfolio with example goals" if measures.snapshot.is_sample else "your holdings"
    worth = f", worth {money(measures.total)} in all" if measures.total else ""
    basis = (
        f"Figures are calculated from {whose} of {day(measures.taken_at)}{worth}. Before taxes. Not investment advice."
    )
    return f"*{' '.join(part for part in (basis, attribution(words.narration)) if part)}*"
