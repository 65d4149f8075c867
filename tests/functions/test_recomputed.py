"""The figures of reports, recomputed from the CSV files by plain code that shares nothing with the analysis.

The composition of a fund comes from the reference data, the value of a holding from the broker's own column.
"""

import csv
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import takewhile
from math import exp, log, sqrt
from typing import Any, NamedTuple

import pytest

from functions.shared.database import Database
from functions.shared.sample import SAMPLE_PORTFOLIO
from functions.shared.settings import DatabaseSettings
from tests.functions.whole_jobs import analyze_csv
from tests.portfolios import EXPORTS
from tests.rows import Rows

TARGETS = {"equity": 70, "fixed_income": 30}
#: Expected real return and volatility in percent, and correlations, as stated in the report.
RETURNS = {
    "equity": 6,
    "fixed_income": 2,
    "real_estate": 5,
    "commodities": 2.5,
    "alternatives": 4,
    "cash": 0.5,
    "unclassified": 3,
}
VOLATILITIES = {
    "equity": 17,
    "fixed_income": 6,
    "real_estate": 18,
    "commodities": 18,
    "alternatives": 12,
    "cash": 1.5,
    "unclassified": 30,
}
#: Of a company's own risk, in percent.
OF_A_COMPANY = 40
CORRELATIONS = {
    ("equity", "fixed_income"): 0.15,
    ("equity", "real_estate"): 0.65,
    ("equity", "commodities"): 0.30,
    ("equity", "alternatives"): 0.70,
    ("fixed_income", "real_estate"): 0.25,
    ("fixed_income", "alternatives"): 0.10,
    ("fixed_income", "cash"): 0.15,
    ("real_estate", "commodities"): 0.25,
    ("real_estate", "alternatives"): 0.50,
    ("commodities", "alternatives"): 0.35,
    ("unclassified", "equity"): 0.50,
    ("unclassified", "fixed_income"): 0.10,
    ("unclassified", "real_estate"): 0.40,
    ("unclassified", "commodities"): 0.20,
    ("unclassified", "alternatives"): 0.40,
}
CENT = 0.0101


class Line(NamedTuple):
    """A holding or cash of an account, in US dollars."""

    account: str
    symbol: str
    value: float


class File(NamedTuple):
    content: bytes
    lines: list[Line]


def plain(content: bytes) -> File:
    rows = csv.DictReader(content.decode().splitlines())
    lines = [Line(row["account"], row["symbol"], float(row["quantity"]) * float(row["price"] or 1)) for row in rows]
    return File(content, lines)


def fidelity() -> File:
    content = (EXPORTS / "fidelity_export.csv").read_bytes()
    rows = takewhile(lambda row: row["Account Name"], csv.DictReader(content.decode().splitlines()))
    lines = [
        Line(row["Account Number"], "CASH" if "**" in row["Symbol"] else row["Symbol"], float(row["Current Value"][1:]))
        for row in rows
        if row["Symbol"] != "Pending Activity"
    ]
    return File(content, lines)


def vanguard() -> File:
    content = (EXPORTS / "vanguard_export.csv").read_bytes()
    table = content.decode().split("\n\n")[0].splitlines()
    lines = [
        Line(row["Account Number"], "CASH" if row["Symbol"] == "VMFXX" else row["Symbol"], float(row["Total Value"]))
        for row in csv.DictReader(table)
    ]
    return File(content, lines)


def of_500(symbols: Iterable[str]) -> File:
    """All known instruments and some unknown ones, in three accounts."""
    held = [*symbols, *(f"ZZ{n}" for n in range(500))][:500]
    rows = [f"{'ABC'[n % 3]},{symbol},{1 + n * 7 % 90}.25,{3 + n * 31 % 600}.5" for n, symbol in enumerate(held)]
    return plain("\n".join(["account,symbol,quantity,price", *rows, "A,CASH,12345.67,"]).encode())


PORTFOLIOS: dict[str, Callable[[Iterable[str]], File]] = {
    "the sample": lambda _known: plain(SAMPLE_PORTFOLIO.read_bytes()),
    "Fidelity": lambda _known: fidelity(),
    "Vanguard": lambda _known: vanguard(),
    "cash": lambda _known: plain(b"account,symbol,quantity,price\nSavings,CASH,50000,\n"),
    "one stock": lambda _known: plain(b"account,symbol,quantity,price\nA,TSLA,15,341.20\n"),
    "unknown symbols": lambda _known: plain(b"account,symbol,quantity,price\nA,ZZA,300,12.5\nA,VT,10,120\nB,CASH,7,\n"),
    "500 positions": of_500,
}


class Holdings:
    """The content of a file, summed in the ways that a report does."""

    def __init__(self, lines: list[Line], reference: Mapping[str, Mapping[str, Mapping[str, float]]]) -> None:
        self.total = sum(line.value for line in lines)
        self.accounts = summed((line.account, line.value) for line in lines)
        self.held = summed((line.symbol, line.value) for line in lines if line.symbol != "CASH")
        self.cash = sum(line.value for line in lines if line.symbol == "CASH")
        self._reference = reference

    def seen_through(self, kind: str, cash: str) -> dict[str, float]:
        parts = [(cash, self.cash)]
        for symbol, value in self.held.items():
            shares = self._reference.get(symbol, {}).get(kind, {"unclassified": 100})
            parts += [(key, value * float(share) / 100) for key, share in shares.items()]
        return {key: value for key, value in summed(parts).items() if value}

    def companies(self) -> list[float]:
        """The value of each stock."""
        return [
            value for symbol, value in self.held.items() if "stock" in self._reference.get(symbol, {}).get("kind", {})
        ]


def summed(pairs: Iterable[tuple[str, float]]) -> dict[str, float]:
    sums: dict[str, float] = defaultdict(float)
    for key, value in pairs:
        sums[key] += value
    return sums


@pytest.fixture(scope="module", params=PORTFOLIOS)
def case(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def analyzed(
    case: str, database_settings: DatabaseSettings, api_database: Database, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> tuple[dict[str, Any], Holdings]:
    """The report's figures, and the content of the file."""
    monkeypatch.setattr(DatabaseSettings, "load", lambda: database_settings)
    known = {
        symbol: json.loads(allocations)
        for symbol, allocations in rows.run(
            "SELECT symbol, jsonb_build_object('class', allocation_asset_class, 'region', allocation_regions,"
            " 'sector', allocation_sectors, 'kind', jsonb_build_object(instrument_type, 100))"
            " FROM instruments WHERE instrument_type <> 'money_market'"
        )
    }
    file = PORTFOLIOS[case](known)
    return analyze_csv(file.content, api_database, rows).report.figures, Holdings(file.lines, known)


def test_every_figure_follows_from_file(analyzed: tuple[dict[str, Any], Holdings]) -> None:
    figures, file = analyzed

    check_sums(figures, file)
    check_concentration(figures, file)
    check_drift(figures, file)
    check_cash(figures, file)
    check_outlook(figures, file)


def check_sums(figures: dict[str, Any], file: Holdings) -> None:
    # each holding is rounded to the cent before summing, so many may be off by some cents together
    assert figures["total_value"] == pytest.approx(file.total, abs=CENT * max(1, len(file.held) / 20))
    assert [account["amount"] for account in figures["accounts"]] == pytest.approx(
        sorted(file.accounts.values(), reverse=True), abs=20 * CENT
    )
    for name, kind, cash in (
        ("asset_classes", "class", "cash"),
        ("regions", "region", "north_america"),
        ("sectors", "sector", "cash"),
    ):
        expected = file.seen_through(kind, cash)
        assert {key: part["amount"] for key, part in figures[name].items()} == pytest.approx(expected, abs=20 * CENT)
        for key, part in figures[name].items():
            assert part["share"] == pytest.approx(100 * expected[key] / file.total, abs=0.1)
        assert sum(part["share"] for part in figures[name].values()) == pytest.approx(100)
        cents = sum(round(100 * part["amount"]) for part in figures[name].values())
        assert cents == round(100 * figures["total_value"])


def check_concentration(figures: dict[str, Any], file: Holdings) -> None:
    invested = sum(file.held.values())
    top = sorted(file.held, key=lambda symbol: -file.held[symbol])[:10]
    assert figures["holdings"] == len(file.held)
    assert {symbol: held["amount"] for symbol, held in figures["top_holdings"].items()} == pytest.approx(
        {symbol: file.held[symbol] for symbol in top}, abs=CENT
    )
    if not invested:
        assert figures["herfindahl"] is None
        return
    herfindahl = sum((value / invested) ** 2 for value in file.held.values())
    assert figures["herfindahl"] == pytest.approx(herfindahl, abs=5.1e-5)
    assert figures["effective_holdings"] == pytest.approx(1 / herfindahl, abs=5.1e-3)


def check_drift(figures: dict[str, Any], file: Holdings) -> None:
    classes = without_unknown(file.seen_through("class", "cash"))
    wanted = {key: sum(classes.values()) * share / 100 for key, share in TARGETS.items()}
    moves = {key: wanted.get(key, 0) - classes.get(key, 0) for key in {*classes, *wanted}}
    assert moves_in(figures["asset_class_drift"]) == pytest.approx(moves, abs=20 * CENT)
    regions = without_unknown(file.seen_through("region", "north_america"))
    whole = sum(regions.values())
    north_america = regions.get("north_america", 0) + regions.get("global", 0) / 2
    assert moves_in(figures["region_drift"]) == pytest.approx(
        {"north_america": whole / 2 - north_america, "international": north_america - whole / 2}, abs=20 * CENT
    )


def without_unknown(parts: dict[str, float]) -> dict[str, float]:
    return {key: value for key, value in parts.items() if key != "unclassified"}


def moves_in(drift: dict[str, Any]) -> dict[str, float]:
    return {key: entry["move"] for key, entry in drift["by_key"].items()}


def check_cash(figures: dict[str, Any], file: Holdings) -> None:
    cash = file.seen_through("class", "cash").get("cash", 0)
    forgone = (0.7 * RETURNS["equity"] + 0.3 * RETURNS["fixed_income"] - RETURNS["cash"]) / 100
    assert figures["cash"]["amount"] == pytest.approx(file.cash, abs=CENT)
    assert figures["cash"]["above_target"] == pytest.approx(cash, abs=20 * CENT)
    assert figures["cash"]["yearly_cost"] == pytest.approx(cash * forgone, abs=CENT)


def check_outlook(figures: dict[str, Any], file: Holdings) -> None:
    weights: dict[str, float] = defaultdict(float)
    for key, value in file.seen_through("class", "cash").items():
        weights[key] += value / file.total
    mean = sum(weights[key] * RETURNS[key] for key in weights) / 100
    variance = 0.0
    for one, weight in weights.items():
        for other, beside in weights.items():
            related = 1.0 if one == other else CORRELATIONS.get((one, other), CORRELATIONS.get((other, one), 0.0))
            variance += weight * beside * VOLATILITIES[one] * VOLATILITIES[other] * related / 100**2
    variance += sum((value / file.total * OF_A_COMPANY / 100) ** 2 for value in file.companies())
    spread = log(1 + variance / (1 + mean) ** 2)
    middle = log(1 + mean) - spread / 2
    outlook = figures["outlook"]
    assert outlook["expected_real_return"] == pytest.approx(100 * mean, abs=0.006)
    assert outlook["volatility"] == pytest.approx(100 * sqrt(variance), abs=0.006)
    assert outlook["median_real_return"] == pytest.approx(100 * (exp(middle) - 1), abs=0.006)
    assert outlook["bad_year"] == pytest.approx(100 * (exp(middle - 1.644854 * sqrt(spread)) - 1), abs=0.006)
