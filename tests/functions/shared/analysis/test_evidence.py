"""Stress tests, fees, gains, overlap and changes, against figures computed by hand."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from functions.shared.analysis.allocation import by_asset_class
from functions.shared.analysis.changes import Changes, compare, kept_results
from functions.shared.analysis.concentration import measure_concentration
from functions.shared.analysis.fees import Fees, measure_fees
from functions.shared.analysis.gains import unrealized_gains
from functions.shared.analysis.overlap import Overlap, measure_overlap
from functions.shared.analysis.stress import stress_tests
from functions.shared.analysis.valuation import value_portfolio
from functions.shared.portfolio import Instrument, KeptResults, Position, PreviousAnalysis, Snapshot
from tests.portfolios import account, all_cash, empty, instrument, many, one_stock, position, sample, snapshot, stock

BEFORE = datetime(2026, 10, 1, tzinfo=UTC)


def charging(symbol: str, ratio: str | None, kind: str = "etf") -> Instrument:
    return instrument(symbol, "100", kind=kind).model_copy(update={"expense_ratio": Decimal(ratio) if ratio else None})


def fees_of(*positions: Position) -> Fees:
    return measure_fees(value_portfolio(snapshot(account("One", *positions))))


def overlap_of(*symbols: str, stocks: tuple[str, ...] = ()) -> Overlap:
    held = [*(position(instrument(s), "1") for s in symbols), *(position(stock(s, "10"), "1") for s in stocks)]
    return measure_overlap(measure_concentration(value_portfolio(snapshot(account("One", *held)))))


def kept(portfolio: Snapshot) -> KeptResults:
    valuation = value_portfolio(portfolio)
    return kept_results(measure_concentration(valuation), valuation, by_asset_class(valuation))


def changes(before: Snapshot, now: Snapshot) -> Changes:
    found = compare(PreviousAnalysis(as_of=BEFORE, kept=kept(before)), kept(now))
    assert found is not None
    return found


def test_scenarios_apply_each_class_return() -> None:
    """The sample's mix by hand: stocks, bonds, real estate, commodities, and cash times their returns."""
    mix = 255_170, 17_428.5, 3_664, 7_817.5, 17_500
    found = {s.scenario.key: s for s in stress_tests(by_asset_class(value_portfolio(sample())))}

    for key, returns in {
        "financial_crisis": (-37, 5, -38, -37, 1),
        "rate_shock": (-18, -13, -25, 16, 2),
        "stagflation": (-37, 6, 0, 0, 15),
    }.items():
        expected = sum(value * change / 100 for value, change in zip(mix, returns, strict=True))
        assert float(found[key].change) == pytest.approx(expected, abs=0.01)
        assert float(found[key].percent) == pytest.approx(100 * expected / 301_580, abs=0.001)
    assert found["stagflation"].left_out == Decimal("11481.50")
    assert stress_tests(by_asset_class(value_portfolio(empty()))) == ()


def test_cash_gains_in_every_scenario() -> None:
    assert all(s.change > 0 for s in stress_tests(by_asset_class(value_portfolio(all_cash()))))


def test_fees_average_over_known_funds_only() -> None:
    fees = fees_of(
        position(charging("CHEAP", "0.03"), "90"),
        position(charging("DEAR", "1.00", kind="mutual_fund"), "10"),
        position(charging("UNKNOWN", None), "5"),
        position(stock("AAPL", "100"), "1000"),
    )

    assert fees.yearly == Decimal("12.70")  # 9,000 * 0.03% + 1,000 * 1%
    assert fees.average == Decimal("0.127")
    assert [fund.symbol for fund in fees.funds] == ["DEAR", "CHEAP"]
    assert (fees.unknown, fees.unknown_value) == (("UNKNOWN",), Decimal(500))


def test_drag_is_growth_without_fees_minus_growth_with_them() -> None:
    fees = fees_of(position(charging("DEAR", "1.00"), "100"))

    assert float(fees.drag(0.0, 1)) == pytest.approx(100.0)
    assert float(fees.drag(0.05, 20)) == pytest.approx(10_000 * (1.05**20 - (1.05 * 0.99) ** 20), abs=0.01)
    assert fees_of().drag(0.05, 20) == 0


def test_gains_are_summed_where_cost_is_known() -> None:
    known = position(instrument("VTI", "100"), "10").model_copy(update={"cost_basis": Decimal(400)})
    valuation = value_portfolio(snapshot(account("One", known, position(instrument("SPY", "50"), "2")), account("Two")))

    (one,) = unrealized_gains(valuation)

    assert one.account == "One"
    assert [one.value, one.cost, one.gain, one.unknown_value] == [1000, 400, 600, 100]
    assert unrealized_gains(value_portfolio(one_stock())) == ()


def test_funds_of_one_index_are_grouped() -> None:
    overlap = overlap_of("SPY", "VOO", "VTI", "BND")

    assert [(index, symbols) for index, symbols, _ in overlap.same] == [("S&P 500", ("SPY", "VOO"))]
    assert overlap.same[0][2] == 200
    assert overlap.inside == (("SPY", ("VTI",)), ("VOO", ("VTI",)))


def test_company_is_found_inside_funds() -> None:
    overlap = overlap_of("SPY", "QQQ", "VXUS", stocks=("AAPL", "JPM", "PRIVATE"))

    assert dict(overlap.companies) == {"AAPL": ("QQQ", "SPY"), "JPM": ("SPY",)}
    assert not overlap_of("BND", stocks=("AAPL",))


def test_price_change_and_purchases_are_distinguished() -> None:
    before = snapshot(account("A", position(instrument("VTI", "100"), "10"), cash="500"))
    now = snapshot(
        account("A", position(instrument("VTI", "110"), "12"), position(instrument("BND", "50"), "4"), cash="100")
    )
    found = changes(before, now)

    assert found.difference == Decimal(120)  # 1,620 now, 1,500 before
    assert found.prices == Decimal(100)  # 10 units that rose by 10
    assert found.flows == Decimal(20)
    assert (found.bought, found.sold) == (("BND",), ())


def test_classes_that_moved_a_point_are_named() -> None:
    before = snapshot(account("A", position(instrument("VTI", "100"), "10"), cash="1000"))
    now = snapshot(account("A", position(instrument("VTI", "150"), "10"), cash="1000"))

    assert {c.key: [c.before, c.now] for c in changes(before, now).classes} == {"cash": [50, 40], "equity": [50, 60]}


def test_first_analysis_has_no_changes() -> None:
    assert compare(None, kept(sample())) is None
    assert compare(PreviousAnalysis(as_of=BEFORE), kept(sample())) is None


def test_change_of_many_holdings_is_not_broken_down() -> None:
    found = changes(many(150), many(149))

    assert found.difference < 0
    assert (found.prices, found.flows, found.bought, found.sold) == (None, None, (), ())
