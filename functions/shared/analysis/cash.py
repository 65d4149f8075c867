"""What idle cash is expected to cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from functions.shared.analysis.market import MARKET, expected_return, modelled_as
from functions.shared.analysis.money import WHOLE, to_cent
from functions.shared.analysis.valuation import Valuation
from functions.shared.portfolio import AssetClass


@dataclass(frozen=True)
class CashDrag:
    """US dollars, and percentages of the portfolio's value.

    `above_target` is the cash in accounts beyond the target for cash; `yearly_cost` is what it would be expected to
    earn above cash, after inflation, in the mix of the other targets. `average_interest` is what the accounts state,
    before inflation, weighted by their cash; `without_interest` is the cash for which none is stated.
    """

    amount: Decimal
    above_target: Decimal
    yearly_cost: Decimal
    average_interest: Decimal
    without_interest: Decimal


def measure_cash_drag(valuation: Valuation, targets: Mapping[AssetClass, Decimal]) -> CashDrag:
    wanted = to_cent(valuation.total * targets.get(AssetClass.CASH, Decimal()) / WHOLE)
    above = max(valuation.cash - wanted, Decimal("0.00"))
    interest = sum((account.cash * account.cash_interest for account in valuation.accounts), Decimal())
    return CashDrag(
        amount=valuation.cash,
        above_target=above,
        yearly_cost=to_cent(above * Decimal(_return_forgone(targets))),
        average_interest=interest / valuation.cash if valuation.cash else Decimal(),
        without_interest=sum((a.cash for a in valuation.accounts if not a.cash_interest), Decimal()),
    )


def _return_forgone(targets: Mapping[AssetClass, Decimal]) -> float:
    """Expected yearly return of the targets other than cash, less that of cash, as a fraction."""
    others = {asset_class: target for asset_class, target in targets.items() if asset_class != AssetClass.CASH}
    whole = sum(others.values(), Decimal())
    if not whole:
        return 0.0
    mix = dict.fromkeys(MARKET, 0.0)
    for asset_class, target in others.items():
        mix[modelled_as(asset_class)] += float(target / whole)
    return max(expected_return(mix) - MARKET[AssetClass.CASH].expected_real_return, 0.0)
