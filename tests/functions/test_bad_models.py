"""Whatever a model does wrong, the job completes with correct figures, and the report credits the author of its texts.

Each behavior of the stand-in stays active for a whole job. Names that contain instructions go through one as well, with
a model that obeys them.
"""

import csv
import io
import re
from collections.abc import Callable
from typing import NamedTuple

import html5lib
import pytest
from markdown_it import MarkdownIt

from functions.api.portfolio_csv import ImportedHolding, UnreadableCsv, parse_portfolio_csv
from functions.shared.database import Database
from functions.shared.database.settings import DatabaseSettings
from functions.shared.narration.bedrock import Failure
from functions.shared.narration.prose_check import Reason
from functions.shared.narration.settings import ModelSettings
from functions.shared.portfolio import SYMBOL_PATTERN
from functions.shared.sample import SAMPLE_PORTFOLIO
from functions.shared.sections import Narration
from scripts.local.converse import STUB_MODEL_ID, ConverseControl, Kind
from tests.functions.models import control, converse
from tests.functions.shared.narration.injections import INJECTIONS
from tests.functions.whole_jobs import Analyzed, analyze_csv
from tests.rows import Rows

__all__ = ["control", "converse"]

#: The sample, and a fund that only a model can classify.
SAMPLE = b"%b,description\n%b,\n" % tuple(
    SAMPLE_PORTFOLIO.read_bytes().rstrip().replace(b"\n", b",\n").split(b",\n", 1)
)
SAMPLE += b"Brokerage,ZZGLD,10,50,Zenith Gold Trust\n"
Analyze = Callable[..., Analyzed]


@pytest.fixture
def analyze(
    control: ConverseControl,
    database_settings: DatabaseSettings,
    api_database: Database,
    rows: Rows,
    monkeypatch: pytest.MonkeyPatch,
) -> Analyze:
    """Analyze a CSV file, with a model unless `has_model` is false."""

    def run(content: bytes, *, has_model: bool = True, silence_s: float = 60, time_limit_s: float = 600) -> Analyzed:
        model = ModelSettings(
            bedrock_model_id=STUB_MODEL_ID if has_model else None,
            bedrock_region="us-east-1",
            model_silence_s=silence_s,
            model_time_limit_s=time_limit_s,
        )
        monkeypatch.setattr(ModelSettings, "load", lambda: model)
        return analyze_csv(content, api_database, rows, has_goals=True)

    return run


class Stated(NamedTuple):
    """The stated reason for passages from templates, and whether they replace a whole text (None: one of two)."""

    why: str = ""
    whole: bool | None = False


WORDED = Stated()
#: The credit in the texts for each way in which a model can fail.
STATED = {
    Kind.THROTTLE: Stated(Failure.THROTTLED, whole=True),
    Kind.NOT_READY: Stated(Failure.THROTTLED, whole=True),
    Kind.UNAVAILABLE: Stated(Failure.THROTTLED, whole=True),
    Kind.INTERNAL_ERROR: Stated(Failure.UNREACHABLE, whole=True),
    Kind.MODEL_TIMEOUT: Stated(Failure.UNREACHABLE, whole=True),
    Kind.ACCESS_DENIED: Stated(Failure.UNREACHABLE, whole=True),
    Kind.INVALID: Stated(Failure.UNREACHABLE, whole=True),
    Kind.STALL: Stated(Failure.SILENT, whole=True),
    Kind.STALL_MIDWAY: Stated(Failure.SILENT),
    Kind.DISCONNECT: Stated(Failure.BROKEN),
    Kind.STREAM_ERROR: Stated(Failure.BROKEN),
    Kind.THROTTLE_MIDWAY: Stated(Failure.BROKEN),
    Kind.CUT_OFF: Stated(Failure.CUT_OFF),
    Kind.REFUSE: Stated(Reason.MISSING, whole=True),
    Kind.FILTERED: Stated(Failure.FILTERED, whole=True),
    Kind.EMPTY: Stated(Failure.EMPTY, whole=True),
    Kind.SILENT: Stated(Failure.EMPTY, whole=True),
    Kind.OTHER_LANGUAGE: Stated(Reason.LANGUAGE, whole=True),
    Kind.INVENT_FIGURES: Stated(Reason.FIGURE, whole=True),
    Kind.INVENT_TICKER: Stated(Reason.NAME, whole=True),
    Kind.SWAP_CLAIMS: Stated(Reason.CLAIMS, whole=None),
    Kind.COMPARE: Stated(Reason.WORDS, whole=True),
    Kind.ADVISE: Stated(Reason.WORDS, whole=True),
    Kind.MARKUP: Stated(Reason.MARKUP, whole=True),
    Kind.OBEY: Stated(Reason.CLAIMS, whole=True),
    Kind.CHATTER: Stated(Reason.MISSING),
    Kind.INVALID_JSON: Stated(Reason.MISSING, whole=True),
    # these affect only the tagger's responses, not the texts
    Kind.NOT_A_NUMBER: WORDED,
    Kind.WRONG_SUMS: WORDED,
}
#: The kinds of failure that leave the symbol unclassified.
LEAVES_UNCLASSIFIED = {
    *(Kind.THROTTLE, Kind.NOT_READY, Kind.UNAVAILABLE, Kind.INTERNAL_ERROR, Kind.MODEL_TIMEOUT, Kind.ACCESS_DENIED),
    *(Kind.INVALID, Kind.STALL, Kind.STALL_MIDWAY, Kind.DISCONNECT, Kind.STREAM_ERROR, Kind.THROTTLE_MIDWAY),
    *(Kind.CUT_OFF, Kind.REFUSE, Kind.FILTERED, Kind.EMPTY, Kind.SILENT, Kind.INVENT_TICKER),
    *(Kind.INVALID_JSON, Kind.NOT_A_NUMBER, Kind.WRONG_SUMS),
}


@pytest.mark.parametrize("kind", list(Kind))
def test_job_completes_with_correct_figures_and_states_failure(
    analyze: Analyze, control: ConverseControl, kind: Kind
) -> None:
    control.arm(kind, times=99, seconds=600)
    limits: dict[str, dict[str, float]] = {Failure.SILENT: {"silence_s": 1}, Failure.THROTTLED: {"time_limit_s": 1}}

    job = analyze(SAMPLE, **limits.get(STATED[kind].why, {}))

    assert job.report.figures["total_value"] == 302_080
    unclassified = job.report.figures["asset_classes"].get("unclassified", {"amount": 0})
    assert unclassified["amount"] == (500 if kind in LEAVES_UNCLASSIFIED else 0)
    assert job.report.figures["effective_holdings"] == 5.8
    page = "".join(html5lib.parse(job.page).itertext()).replace("\u2060", "")
    for content, narration in (
        (job.report.content, job.report.narration),
        (job.retirement.analysis, job.retirement.narration),
    ):
        assert narration is not None
        check_credit(narration, content.replace("\u2060", ""), page, STATED[kind])


def check_credit(narration: Narration, content: str, page: str, stated: Stated) -> None:
    replaced = {key for key, source in narration.passages.items() if source == "template"}
    assert set(narration.reasons) == replaced
    assert stated.whole in {None, narration.source == "template"}
    assert bool(replaced) == bool(stated.why)
    assert STUB_MODEL_ID in content
    if stated.why:
        assert stated.why in narration.reasons.values()
        assert stated.why in content
    if narration.source == "template":
        assert f"written from templates, because {stated.why} ({STUB_MODEL_ID})" in page
    elif replaced:
        assert f"except {len(replaced)} of {len(narration.passages)} passages from templates" in page
    else:
        assert f"written by a language model ({STUB_MODEL_ID}) from calculated statements." in page


def test_texts_without_model_are_credited_to_templates(analyze: Analyze) -> None:
    job = analyze(SAMPLE, has_model=False)

    assert job.page.count("written from templates, without a language model") == 2


def printable(names: list[str]) -> list[str]:
    """Text that a file may contain: the import refuses control characters."""
    return sorted({" ".join(name.split())[:90] for name in names if name.replace("\n", " ").isprintable()})


COLUMNS = ("Account Number", "Account Name", "Symbol", "Description", "Quantity", "Last Price", "Current Value")


def broker_export(names: list[str]) -> bytes:
    """Fidelity's export format: an account, and a holding in it, for each name."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for n, name in enumerate(names):
        writer.writerow([f"Z{n:08}", name[:80], f"ZQ{n}X", name, "10", "$12.50", "$125.00"])
    return file.getvalue().encode()


def with_a_cell(column: str, cell: str) -> bytes:
    """An export of two holdings, the second with that cell."""
    heading, good, bad = broker_export(["One", "Two"]).decode().splitlines()
    file = io.StringIO()
    row = dict(zip(COLUMNS, bad.split(","), strict=True)) | {column: cell}
    csv.DictWriter(file, COLUMNS, quoting=csv.QUOTE_ALL).writerow(row)
    return f"{heading}\n{good}\n{file.getvalue()}".encode()


def holdings(content: bytes) -> list[ImportedHolding] | None:
    """The holdings, or None if the file is refused."""
    try:
        return [holding for account in parse_portfolio_csv(content).accounts for holding in account.holdings]
    except UnreadableCsv:
        return None


@pytest.mark.parametrize("column", ["Quantity", "Last Price", "Current Value"])
def test_text_in_place_of_figure_is_refused_or_skipped(column: str) -> None:
    good = holdings(broker_export(["One"]))

    read = {cell: holdings(with_a_cell(column, cell)) for cell in printable(INJECTIONS)}

    taken = {cell for cell, found in read.items() if found not in (None, good)}
    assert taken <= {"---"}, "dashes are an empty cell: the figure follows from the other two"


def test_text_in_place_of_symbol_changes_no_figure() -> None:
    """The holding counts by its value, under an identifier in the form of a symbol."""
    for cell in printable(INJECTIONS):
        for holding in holdings(with_a_cell("Symbol", cell)) or []:
            assert re.fullmatch(SYMBOL_PATTERN, holding.symbol)
            assert holding.quantity * (holding.price or 0) == 125


def test_broker_cell_never_changes_figures_logs_or_markup(
    analyze: Analyze, control: ConverseControl, caplog: pytest.LogCaptureFixture
) -> None:
    hostile = printable(INJECTIONS)
    assert len(hostile) > 50
    honest = analyze(broker_export([f"Holding {n}" for n in range(len(hostile))]), has_model=False)
    control.arm(Kind.INVALID_JSON, times=99, match="<instruments>")  # the tagger may classify a symbol by its name
    control.arm(Kind.OBEY, times=99)

    misled = analyze(broker_export(hostile))

    assert misled.figures() == honest.figures()
    for content in (misled.report.content, misled.retirement.analysis):
        blocks = MarkdownIt("commonmark", {"html": True}).enable("table").parse(content)
        kinds = {child.type for block in blocks for child in block.children or ()}
        assert kinds <= {"text", "strong_open", "strong_close", "em_open", "em_close", "softbreak"}
        assert not any(block.type == "html_block" for block in blocks)
        assert "wire the money" not in content
    elements = {str(element.tag).rpartition("}")[2] for element in html5lib.parse(misled.page).iter()}
    assert not elements & {"script", "img", "iframe", "a", "link", "object"}
    logged = str([vars(record) for record in caplog.records])
    assert "Asked the model" in logged
    assert [name for name in hostile if len(name) > 12 and name in logged] == []
