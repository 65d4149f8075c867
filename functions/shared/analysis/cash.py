"""The expected cost of idle cash."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from functions.shared.analysis.allocation import Allocation
from functions.shared.analysis.market_assumptions import MARKET, expected_return
from functions.shared.analysis.money import WHOLE, to_cent
from functions.shared.analysis.valuation import Valuation
from functions.shared.portfolio import AssetClass


@dataclass(frozen=True)
class CashDrag:
    """Amounts in US dollars; percentages of the portfolio's value.

    `amount` is the cash in accounts, `in_funds` the cash in holdings such as money-market funds. `above_target` is the
    excess of both over the cash target; `yearly_cost` is the expected return, after inflation and above that of cash,
    of investing this excess in the mix of the other targets. `average_interest` is the accounts' stated interest before
    inflation, weighted by cash; `without_interest` is the cash in accounts without stated interest.
    """

    amount: Decimal
    in_funds: Decimal
    above_target: Decimal
    yearly_cost: Decimal
    average_interest: Decimal
    without_interest: Decimal

    @property
    def total(self) -> Decimal:
        return self.amount + self.in_funds


def measure_cash_drag(
    valuation: Valuation, asset_classes: Allocation, targets: Mapping[AssetClass, Decimal] | None
) -> CashDrag:
    """Measure the cost of cash. `asset_classes` is the allocation of `valuation`.

    Without targets, no cash is in excess.
    """
    cash = sum((part.amount for part in asset_classes if part.key == AssetClass.CASH), Decimal("0.00"))
    above, forgone = Decimal("0.00"), 0.0
    if targets is not None:
        wanted = to_cent(valuation.total * targets.get(AssetClass.CASH, Decimal()) / WHOLE)
        above, forgone = max(cash - wanted, above), _return_forgone(targets)
    interest = sum((account.cash * account.cash_interest for account in valuation.accounts), Decimal())
    return CashDrag(
        amount=valuation.cash,
        in_funds=cash - valuation.cash,
        above_target=above,
        yearly_cost=to_cent(above * Decimal(forgone)),
        average_interest=interest / valuation.cash if valuation.cash else Decimal(),
        without_interest=sum((a.cash for a in valuation.accounts if not a.cash_interest), Decimal()),
    )


def _return_forgone(targets: Mapping[AssetClass, Decimal]) -> float:
    """Return the expected yearly return of the non-cash targets minus that of cash, as a fraction."""
    others = {asset_class: target for asset_class, target in targets.items() if asset_class != AssetClass.CASH}
    whole = sum(others.values(), Decimal())
    if not whole:
        return 0.0
    mix = dict.fromkeys(MARKET, 0.0)
    for asset_class, target in others.items():
        mix[asset_class] += float(target / whole)
    return max(expected_return(mix) - MARKET[AssetClass.CASH].expected_real_return, 0.0)
