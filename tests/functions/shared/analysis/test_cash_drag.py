from decimal import Decimal

from functions.shared.analysis.cash import measure_cash_drag
from functions.shared.analysis.valuation import value_portfolio
from functions.shared.portfolio import AssetClass
from tests.portfolios import all_cash, one_stock, sample

TARGETS = {AssetClass.EQUITY: Decimal(70), AssetClass.FIXED_INCOME: Decimal(30)}


def test_idle_cash_costs_what_the_targets_would_earn_above_it() -> None:
    drag = measure_cash_drag(value_portfolio(sample()), TARGETS)

    assert drag.above_target == Decimal("17500.00")
    assert drag.yearly_cost == Decimal("752.50")  # 17,500 * (0.7 * 6 % + 0.3 * 2 % - 0.5 %)
    assert drag.without_interest == Decimal("7500.00")
    assert drag.average_interest == Decimal("4.25") * 10000 / 17500


def test_cash_up_to_its_target_costs_nothing() -> None:
    half_cash = {AssetClass.EQUITY: Decimal(50), AssetClass.CASH: Decimal(50)}
    drag = measure_cash_drag(value_portfolio(all_cash()), half_cash)

    assert drag.above_target == Decimal("25000.00")
    assert drag.yearly_cost == Decimal("1375.00")  # 25,000 * (6 % - 0.5 %)
    assert measure_cash_drag(value_portfolio(all_cash()), {AssetClass.CASH: Decimal(100)}).yearly_cost == 0


def test_no_cash_no_drag() -> None:
    drag = measure_cash_drag(value_portfolio(one_stock()), TARGETS)

    assert {drag.amount, drag.above_target, drag.yearly_cost, drag.average_interest} == {Decimal(0)}
