from collections.abc import Mapping
from decimal import Decimal

from functions.shared.analysis.allocation import by_asset_class
from functions.shared.analysis.cash import CashDrag, measure_cash_drag
from functions.shared.analysis.valuation import value_portfolio
from functions.shared.portfolio import AssetClass, Snapshot
from tests.portfolios import account, all_cash, instrument, one_stock, position, sample, snapshot

TARGETS = {AssetClass.EQUITY: Decimal(70), AssetClass.FIXED_INCOME: Decimal(30)}


def drag_of(portfolio: Snapshot, targets: Mapping[AssetClass, Decimal] = TARGETS) -> CashDrag:
    valuation = value_portfolio(portfolio)
    return measure_cash_drag(valuation, by_asset_class(valuation), targets)


def test_idle_cash_costs_the_excess_return_of_targets() -> None:
    drag = drag_of(sample())

    assert drag.above_target == Decimal("17500.00")
    assert drag.yearly_cost == Decimal("752.50")  # 17,500 * (0.7 * 6% + 0.3 * 2% - 0.5%)
    assert drag.without_interest == Decimal("7500.00")
    assert drag.average_interest == Decimal("4.25") * 10000 / 17500


def test_cash_up_to_its_target_costs_nothing() -> None:
    half_cash = {AssetClass.EQUITY: Decimal(50), AssetClass.CASH: Decimal(50)}
    drag = drag_of(all_cash(), half_cash)

    assert drag.above_target == Decimal("25000.00")
    assert drag.yearly_cost == Decimal("1375.00")  # 25,000 * (6% - 0.5%)
    assert drag_of(all_cash(), {AssetClass.CASH: Decimal(100)}).yearly_cost == 0


def test_no_cash_has_no_drag() -> None:
    drag = drag_of(one_stock())

    assert {drag.amount, drag.above_target, drag.yearly_cost, drag.average_interest} == {Decimal(0)}


def test_money_market_fund_counts_as_cash() -> None:
    fund = instrument("VMFXX", "1", kind="money_market", asset_class="cash", sectors="cash")
    stocks = instrument("VTI", "300")

    drag = drag_of(snapshot(account("One", position(fund, "400"), position(stocks, "1"), cash="300")))

    assert [drag.amount, drag.in_funds, drag.total] == [300, 400, 700]
    assert drag.above_target == 700
    assert drag.yearly_cost == Decimal("30.10")  # 700 * 4.3%
    assert drag.without_interest == 300
