"""The figures of reports, recomputed from the CSV files by plain code that shares nothing with the analysis.

The composition of a fund comes from the reference data, the value of a holding from the broker's own column.
"""

import json
from collections import defaultdict
from math import exp, log, sqrt
from typing import Any

import pytest

from functions.api.logic.imports import import_portfolio
from functions.api.portfolio_csv import parse_portfolio_csv
from functions.api.repositories.portfolio import Portfolio
from functions.shared.database import Database
from functions.shared.database.settings import DatabaseSettings
from tests.functions.recomputed_files import PORTFOLIOS, Holdings, Line
from tests.functions.whole_jobs import analyze
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
    "crypto": 6,
    "unclassified": 3,
}
VOLATILITIES = {
    "equity": 17,
    "fixed_income": 6,
    "real_estate": 18,
    "commodities": 18,
    "alternatives": 12,
    "cash": 1.5,
    "crypto": 75,
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
    ("crypto", "equity"): 0.30,
    ("crypto", "real_estate"): 0.20,
    ("crypto", "commodities"): 0.10,
    ("crypto", "alternatives"): 0.20,
    ("crypto", "unclassified"): 0.25,
    ("unclassified", "equity"): 0.50,
    ("unclassified", "fixed_income"): 0.10,
    ("unclassified", "real_estate"): 0.40,
    ("unclassified", "commodities"): 0.20,
    ("unclassified", "alternatives"): 0.40,
}
CENT = 0.0101


#: Percent in each bad market, as stated in the report.
SCENARIOS = {
    "financial_crisis": {"equity": -37, "fixed_income": 5, "real_estate": -38, "commodities": -37, "cash": 1},
    "rate_shock": {"equity": -18, "fixed_income": -13, "real_estate": -25, "commodities": 16, "cash": 2},
    "stagflation": {"equity": -37, "fixed_income": 6, "cash": 15},
}
CONTRIBUTION = 10_000
GOALS = f"""
    UPDATE users SET birth_year = 1986, years_until_retirement = 25, target_retirement_income = 60000,
           annual_contribution = {CONTRIBUTION}, asset_class_targets = '{json.dumps(TARGETS)}',
           region_targets = '{{"north_america": 50, "international": 50}}'
     WHERE id = :user_id"""


@pytest.fixture(scope="module", params=PORTFOLIOS)
def case(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def analyzed(
    case: str, database_settings: DatabaseSettings, api_database: Database, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> tuple[dict[str, Any], Holdings]:
    """The report's figures, and the content of the file."""
    known = {
        symbol: json.loads(allocations)
        for symbol, allocations in rows.run(
            "SELECT symbol, jsonb_build_object('class', allocation_asset_class, 'region', allocation_regions,"
            " 'sector', allocation_sectors, 'kind', jsonb_build_object(instrument_type, 100))"
            " FROM instruments WHERE instrument_type <> 'money_market'"
        )
    }
    file = PORTFOLIOS[case](known)
    user_id = rows.user()
    rows.run(GOALS, user_id=user_id)
    import_portfolio(Portfolio(api_database), user_id, parse_portfolio_csv(file.content))
    return analyze(user_id, api_database, rows).report.figures, Holdings(file.lines, known)


def test_every_figure_follows_from_file(analyzed: tuple[dict[str, Any], Holdings]) -> None:
    figures, file = analyzed

    check_sums(figures, file)
    check_concentration(figures, file)
    check_drift(figures, file)
    check_cash(figures, file)
    check_outlook(figures, file)
    check_trades(figures, file)
    check_stress(figures, file)


def check_sums(figures: dict[str, Any], file: Holdings) -> None:
    # each holding is rounded to the cent before summing, so many may be off by some cents together
    many = CENT * max(1, len(file.held) / 20)
    assert figures["total_value"] == pytest.approx(file.total, abs=many)
    assert [account["amount"] for account in figures["accounts"]] == pytest.approx(
        sorted(file.accounts.values(), reverse=True), abs=max(20 * CENT, many)
    )
    for name, expected in (
        ("asset_classes", file.seen_through("class", "cash")),
        ("regions", file.seen_through("region", "north_america")),
        ("sectors", file.seen_through("sector", "cash")),
        ("equity_regions", file.equity_regions()),
    ):
        whole = sum(expected.values())
        assert {key: part["amount"] for key, part in figures[name].items()} == pytest.approx(
            expected, abs=max(20 * CENT, many)
        )
        for key, part in figures[name].items():
            assert_rounded(part["share"], 100 * expected[key] / whole)


def assert_rounded(shown: float, exact: float, unit: float = 1) -> None:
    assert abs(shown - exact) <= 0.5001 * unit + 1e-6 * abs(exact)


def check_concentration(figures: dict[str, Any], file: Holdings) -> None:
    invested = sum(file.held.values())
    top = sorted(file.held, key=lambda symbol: -file.held[symbol])[:10]
    assert figures["holdings"] == len(file.held)
    assert {symbol: held["amount"] for symbol, held in figures["top_holdings"].items()} == pytest.approx(
        {symbol: file.held[symbol] for symbol in top}, abs=CENT
    )
    if not invested:
        assert figures["effective_holdings"] is None
        return
    assert_rounded(figures["effective_holdings"], invested**2 / sum(v**2 for v in file.held.values()), 0.1)


def check_drift(figures: dict[str, Any], file: Holdings) -> None:
    classes = without_unknown(file.seen_through("class", "cash"))
    for key, entry in figures["asset_class_drift"].items():
        share = 100 * classes.get(key, 0) / sum(classes.values())
        assert_rounded(entry["share"], share)
        assert_rounded(entry["points"], share - TARGETS.get(key, 0))
    assert {*classes, *TARGETS} == set(figures["asset_class_drift"])
    regions = without_unknown(file.equity_regions())
    if not regions:
        assert figures["region_drift"] == {}
        return
    at_home = 100 * (regions.get("north_america", 0) + regions.get("global", 0) / 2) / sum(regions.values())
    assert_rounded(figures["region_drift"]["north_america"]["share"], at_home)
    assert_rounded(figures["region_drift"]["international"]["share"], 100 - at_home)


def without_unknown(parts: dict[str, float]) -> dict[str, float]:
    return {key: value for key, value in parts.items() if key != "unclassified"}


def check_trades(figures: dict[str, Any], file: Holdings) -> None:
    """Make the trades on the file's holdings, and compare the result with the targets."""
    trades = figures["trades"]
    if 2 * file.seen_through("class", "cash").get("unclassified", 0) > file.total:
        assert trades["list"] == [], "a mostly unknown portfolio gets no trades"
        return
    held, cash = dict(file.by_account), dict(file.cash_by_account)
    saved = 0.0
    for trade in trades["list"]:
        account, amount = account_of(trade["account"], file), trade["amount"]
        position, sign = (account, str(trade["symbol"])), 1 if trade["action"] == "buy" else -1
        if not account:
            saved += amount
        else:
            cash[account] = cash.get(account, 0) - sign * amount
            assert sign > 0 or amount <= held[position] + CENT
        held[position] = held.get(position, 0) + sign * amount
    assert min(cash.values(), default=0) >= -CENT
    assert saved <= CONTRIBUTION
    assert trades["bought"] == pytest.approx(trades["sold"] + trades["cash_used"] + trades["new_money"], abs=CENT)
    lines = [Line(account, symbol, value) for (account, symbol), value in held.items() if value > CENT]
    money = [Line(account, "CASH", value) for account, value in cash.items()]
    after = Holdings([*lines, *money, Line("", "CASH", CONTRIBUTION - saved)], file.reference)
    classes = without_unknown(after.seen_through("class", "cash"))
    left = {(each["key"], each["of_equity"]) for each in trades["left"]}
    for key in {*classes, *TARGETS}:
        share = 100 * classes.get(key, 0) / sum(classes.values())
        assert_rounded(trades["after"]["asset_classes"].get(key, 0), share)
        assert abs(share - TARGETS.get(key, 0)) <= 3.5 or (key, False) in left


def account_of(name: str | None, file: Holdings) -> str:
    """Return the account's name in the file, whose number ends the name in the report; empty for new savings."""
    if name is None or name in file.accounts:
        return name or ""
    return next(account for account in file.accounts if name.endswith(f"{account[-4:]})"))


def check_cash(figures: dict[str, Any], file: Holdings) -> None:
    cash = file.seen_through("class", "cash").get("cash", 0)
    forgone = (0.7 * RETURNS["equity"] + 0.3 * RETURNS["fixed_income"] - RETURNS["cash"]) / 100
    assert figures["cash"]["amount"] == pytest.approx(file.cash, abs=CENT)
    assert figures["cash"]["above_target"] == pytest.approx(cash, abs=20 * CENT)
    assert figures["cash"]["yearly_cost"] == pytest.approx(cash * forgone, rel=0.051, abs=0.51)


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
    assert_rounded(outlook["expected_real_return"], 100 * mean, 0.1)
    assert_rounded(outlook["volatility"], 100 * sqrt(variance))
    assert_rounded(outlook["bad_year"], 100 * (exp(middle - 1.644854 * sqrt(spread)) - 1))


def check_stress(figures: dict[str, Any], file: Holdings) -> None:
    classes = file.seen_through("class", "cash")
    for key, returns in SCENARIOS.items():
        if 2 * sum(value for name, value in classes.items() if name not in returns) > file.total:
            assert figures["stress"][key]["percent"] is None
            continue
        change = sum(value * returns.get(name, 0) / 100 for name, value in classes.items())
        assert_rounded(figures["stress"][key]["percent"], 100 * change / file.total)
        assert figures["stress"][key]["change"] == pytest.approx(change, rel=0.051, abs=0.51)


def test_second_analysis_is_compared_with_the_first(
    database_settings: DatabaseSettings, api_database: Database, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Uses the user's accounts, because analyses of the sample are not compared with those of accounts."""
    user_id = rows.user()

    def analyzed(content: bytes) -> dict[str, Any]:
        import_portfolio(Portfolio(api_database), user_id, parse_portfolio_csv(content))
        return analyze(user_id, api_database, rows).report.figures

    first = analyzed(b"account,symbol,quantity,price\nRoth IRA,VTI,10,300\nRoth IRA,CASH,500,\n")
    second = analyzed(b"account,symbol,quantity,price\nRoth IRA,VTI,12,310\nRoth IRA,CASH,100,\n")

    assert first["changes"] is None
    changes = second["changes"]
    assert (changes["value_before"], changes["difference"]) == (3500, 320)
    assert (changes["prices"], changes["flows"]) == (100, 220)
