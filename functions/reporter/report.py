"""Write the report of a snapshot: measure, find, write."""

from datetime import datetime

from functions.reporter import chapters
from functions.reporter.declaration import Report
from functions.reporter.figures import figures
from functions.reporter.findings import Finding, find
from functions.reporter.measures import Measures, measure
from functions.shared.analysis import Step
from functions.shared.analysis.wording import count, day, label, listed, money, percent
from functions.shared.narration.attribution import attribution
from functions.shared.narration.passages import TEMPLATES, Draft, Narrative, Narrator, within
from functions.shared.portfolio import Profile, Snapshot

_TAXES = "Where something is to be sold, tax-advantaged accounts come first: a sale there costs no tax."
_NO_PLAN = "Tell us your age, when you plan to retire and what you want to spend, and we can say whether it works."
_NO_TARGETS = "Set targets for asset classes and regions, and we can compare the portfolio with them."
_OVERLAP = (
    "The moves for asset classes and for regions overlap: what is bought can be of a missing class and of a missing "
    "region at once."
)
_DISCLAIMER = (
    "*Computed from the holdings and prices as they were recorded. It describes the portfolio; it is not individual "
    "investment or tax advice.*"
)


def write_report(snapshot: Snapshot, generated_at: datetime, step: Step, narrator: Narrator = TEMPLATES) -> Report:
    """Return the portfolio report as Markdown, with its figures as numbers.

    The figures and the template text are deterministic: the same snapshot gives the same report. Names of accounts
    and instruments are escaped, so that they cannot become markup.
    """
    written_from = 1 - narrator.share
    measured = within(step, 0, written_from)
    measures = measure(snapshot, measured)
    measured(0.8, "Weighing the findings")
    findings = find(measures)
    measured(1.0, "Writing the report")
    words = narrator.narrate(_draft(measures, findings), within(step, written_from, 0.99))
    report = Report(
        content=_document(measures, findings, words),
        generated_at=generated_at,
        figures=figures(measures, findings),
        narration=words.narration,
    )
    step(1.0, "Report ready")
    return report


def _draft(measures: Measures, findings: list[Finding]) -> Draft:
    """Return the prose for the narrator. Tables, titles and statements about the data never come from a model."""
    passages, titles = {"summary": _summary(measures, findings)}, {"summary": "Executive summary"}
    for number, finding in enumerate(findings, start=1):
        passages[f"finding_{number}"] = finding.text
        titles[f"finding_{number}"] = f"Finding: {finding.title}"
        if finding.recommendation:
            passages[f"advice_{number}"] = finding.recommendation
            titles[f"advice_{number}"] = f"Recommendation: {finding.title}"
    text = " ".join(passages.values())
    held = {holding.symbol: holding.instrument.name for holding in measures.concentration.holdings}
    return Draft(passages, titles, {symbol: name for symbol, name in held.items() if symbol in text})


def _document(measures: Measures, findings: list[Finding], words: Narrative) -> str:
    chapters_ = [
        ("Executive summary", words["summary"]),
        ("Findings", _findings(findings, words)),
        *(_figures_chapters(measures) if measures.total else []),
        ("Data quality", chapters.data_quality(measures) if measures.valuation.positions else ""),
        ("Recommendations", _recommendations(measures, findings, words)),
    ]
    body = [f"## {title}\n\n{text}" for title, text in chapters_ if text]
    return "\n\n".join(["# Portfolio report", _as_of(measures), *body, "---", *_small_print(words)]) + "\n"


def _figures_chapters(measures: Measures) -> list[tuple[str, str]]:
    return [
        ("Allocation", chapters.allocation(measures)),
        ("Concentration", chapters.concentration(measures)),
        ("Drift from targets", chapters.drift(measures)),
        ("Cash", chapters.cash(measures)),
        ("Risk and expected return", _risk(measures)),
    ]


def _risk(measures: Measures) -> str:
    if not (measures.outlook and measures.drawdown):
        return ""
    return chapters.risk(measures, measures.outlook, measures.drawdown)


def _as_of(measures: Measures) -> str:
    whose = "The sample portfolio, with example goals," if measures.is_sample else "Portfolio"
    return f"{whose} as it stood on {day(measures.taken_at)}. Amounts are in US dollars."


def _summary(measures: Measures, findings: list[Finding]) -> str:
    accounts = measures.valuation.accounts
    if not measures.total:
        return _nothing_yet(measures)
    worth = (
        f"Your portfolio is worth **{money(measures.total)}**, in {count(len(accounts), 'account')} with "
        f"{_contents(measures)}."
    )
    mix = listed([f"{percent(part.share)} {label(part.key).lower()}" for part in measures.asset_classes if part.share])
    return " ".join([worth, f"By asset class it is {mix}.", _expectation(measures), _most_important(findings)])


def _contents(measures: Measures) -> str:
    holdings, cash = len(measures.concentration.holdings), measures.cash.amount
    if not holdings:
        return "nothing but cash"
    noun = "priced holding" if measures.quality.unpriced else "holding"
    return f"{count(holdings, noun)} and {f'{money(cash)} of' if cash else 'no'} cash"


def _nothing_yet(measures: Measures) -> str:
    if measures.quality.unpriced:
        return "No holding has a price yet, so the portfolio can't be valued and there are no charts."
    return "The portfolio is empty: there are no holdings and no cash to report on, so there are no charts either."


def _expectation(measures: Measures) -> str:
    outlook = measures.outlook
    if outlook is None:
        return ""
    return (
        f"It is expected to return {percent(100 * outlook.expected_return)} a year above inflation, with a volatility "
        f"of {percent(100 * outlook.volatility)}."
    )


def _most_important(findings: list[Finding]) -> str:
    if not findings:
        return "Nothing stands out."
    first = "What matters most" if len(findings) > 1 else "One thing stands out"
    return f"{first}: {'; '.join(finding.title for finding in findings[:3])}."


def _small_print(words: Narrative) -> list[str]:
    whose = attribution(words.narration)
    return [_DISCLAIMER, *([f"*{whose}*"] if whose else [])]


def _findings(findings: list[Finding], words: Narrative) -> str:
    return "\n".join(
        f"{n}. **{finding.title}.** {words[f'finding_{n}']}" for n, finding in enumerate(findings, start=1)
    )


def _recommendations(measures: Measures, findings: list[Finding], words: Narrative) -> str:
    advice = [words[f"advice_{n}"] for n, finding in enumerate(findings, start=1) if finding.recommendation]
    if not measures.valuation.positions and not measures.total:
        advice = ["Add an account with its positions or cash, or import a file from your broker, and run it again."]
    elif not advice:
        advice = ["Nothing has to change. Look again in a few months."]
    listing = "\n".join(f"{n}. {text}" for n, text in enumerate(advice, start=1))
    notes = [_OVERLAP] if sum(finding.meets_targets for finding in findings) > 1 else []
    notes += _unset_goals(measures.profile)
    notes += [_TAXES] if any(finding.sells for finding in findings) else []
    return "\n\n".join([listing, *([" ".join(notes)] if notes else [])])


def _unset_goals(profile: Profile) -> list[str]:
    """Return what to set for more findings."""
    has_plan = None not in (profile.current_age, profile.years_until_retirement, profile.target_retirement_income)
    has_targets = None not in (profile.asset_class_targets, profile.region_targets)
    return [*([] if has_plan else [_NO_PLAN]), *([] if has_targets else [_NO_TARGETS])]
