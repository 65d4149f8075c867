"""Where the money for purchases comes from: new savings, cash, and holdings, in the order of the tax they cost."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from enum import IntEnum

from functions.reporter.trades.accounts import TaxStatus, is_bank_account, tax_status
from functions.reporter.trades.exposure import CASH, Exposure, Goal
from functions.reporter.trades.funds import narrowness, trades_in_shares
from functions.reporter.trades.model import Action, Tax
from functions.shared.analysis.money import to_cent
from functions.shared.analysis.valuation import Valuation, ValuedPosition
from functions.shared.portfolio import AssetClass, InstrumentType, Snapshot

#: A holding in a single company that exceeds this fraction of the portfolio is sold before others.
_LARGE_COMPANY = Decimal("0.10")
_COMPANY_FIRST, _LARGE_COMPANY_FIRST, _NARROW_FIRST = 1.1, 1.4, 0.1
#: A remainder smaller than this fraction of a holding is sold too.
_CRUMB = Decimal("0.02")
#: A money-market share is worth a dollar, and a bond is repaid in full.
_WITHOUT_GAIN = frozenset({InstrumentType.MONEY_MARKET, InstrumentType.BOND})
#: The number of sources considered in each tier, largest first.
_MOST = 60
_DOLLAR = Decimal(1)
_ALMOST = Decimal("0.999")


class Tier(IntEnum):
    """Money that costs least comes first."""

    NEW_MONEY = 0
    """New savings, cash, and money-market funds."""
    TAX_FREE = 1
    WITHOUT_GAIN = 2
    MATURING = 3
    TAXED = 4


@dataclass
class Source:
    """Money of an account. `symbol` is empty for cash; `account` is -1 for new savings.

    `left` and `quantity` decrease with each sale.
    """

    account: int
    tier: Tier
    symbol: str
    exposure: Exposure
    left: Decimal
    preference: float = 1.0
    price: Decimal | None = None
    quantity: Decimal = Decimal()
    basis: Decimal | None = None
    tax: Tax = Tax.FREE
    sold: Decimal = Decimal()
    shares: Decimal = Decimal()

    @property
    def action(self) -> Action:
        return Action.MATURE if self.tier is Tier.MATURING else Action.SELL

    @property
    def gain(self) -> Decimal | None:
        """What selling the sold part realizes in a taxable account, or None if the cost is unknown."""
        if self.basis is None or self.tax is Tax.FREE:
            return None
        whole = self.left + self.sold
        return to_cent(self.sold - self.basis * self.sold / whole)

    def take(self, amount: Decimal) -> "Taken | None":
        """Sell at most about this amount: whole shares, or everything if hardly anything would be left.

        Returns None if that is less than one share or dollar.
        """
        shares = Decimal()
        if self.price is not None:
            shares = (amount / self.price).to_integral_value(ROUND_FLOOR)
            amount = to_cent(shares * self.price)
        elif amount >= 100:
            amount = amount.quantize(_DOLLAR, ROUND_FLOOR)
        if self.left - amount <= max(_CRUMB * self.left, (self.price or Decimal()) * _ALMOST):
            shares, amount = self.quantity, self.left
        if amount <= 0:
            return None
        taken = Taken(amount, shares)
        self._move(taken, 1)
        return taken

    def give_back(self, taken: "Taken") -> None:
        """Undo a sale."""
        self._move(taken, -1)

    def _move(self, taken: "Taken", sign: int) -> None:
        self.left -= sign * taken.amount
        self.quantity -= sign * taken.shares
        self.sold += sign * taken.amount
        self.shares += sign * taken.shares


@dataclass(frozen=True)
class Taken:
    """US dollars and units sold by one move."""

    amount: Decimal
    shares: Decimal


def sources(snapshot: Snapshot, valuation: Valuation, goal: Goal) -> dict[Tier, list[Source]]:
    """Return the sources of each tier, largest first."""
    found: dict[Tier, list[Source]] = {tier: [] for tier in Tier}
    for source in _all(snapshot, valuation, goal):
        found[source.tier].append(source)
    return {tier: sorted(each, key=lambda s: -s.left)[:_MOST] for tier, each in found.items()}


def new_money(snapshot: Snapshot) -> Decimal:
    """Return the contributions of the coming year."""
    profile = snapshot.profile
    return (
        to_cent(profile.annual_contribution)
        if profile.annual_contribution and profile.years_until_retirement
        else Decimal()
    )


def _all(snapshot: Snapshot, valuation: Valuation, goal: Goal) -> Iterator[Source]:
    if saved := new_money(snapshot):
        yield Source(-1, Tier.NEW_MONEY, "", CASH, saved)
    for number, (account, valued) in enumerate(zip(snapshot.accounts, valuation.accounts, strict=True)):
        if is_bank_account(account):
            continue
        if valued.cash:
            yield Source(number, Tier.NEW_MONEY, "", CASH, valued.cash)
        is_free = tax_status(account.name, account.purpose) is TaxStatus.ADVANTAGED
        for held in _tradable(valued.positions):
            yield _of(number, held, goal, is_free, valuation.total)


def _tradable(positions: Iterable[ValuedPosition]) -> Iterator[ValuedPosition]:
    for held in positions:
        if held.value and not held.instrument.allocation_asset_class.get(AssetClass.UNCLASSIFIED):
            yield held


def _of(account: int, held: ValuedPosition, goal: Goal, is_free: bool, total: Decimal) -> Source:
    instrument, basis = held.instrument, held.position.cost_basis
    in_shares = trades_in_shares(instrument) and not held.position.is_value_only
    tax = _tax(held.value, basis, is_free)
    return Source(
        account=account,
        tier=_tier(instrument.instrument_type, tax),
        symbol=held.position.symbol,
        exposure=goal.exposure(instrument),
        left=held.value,
        preference=_preference(held, total),
        price=instrument.current_price if in_shares else None,
        quantity=held.position.quantity,
        basis=basis,
        tax=Tax.FREE if instrument.instrument_type in _WITHOUT_GAIN else tax,
    )


def _tax(value: Decimal, basis: Decimal | None, is_free: bool) -> Tax:
    if is_free:
        return Tax.FREE
    if basis is None:
        return Tax.UNKNOWN
    return Tax.GAIN if value > basis else Tax.LOSS


def _tier(kind: InstrumentType, tax: Tax) -> Tier:
    if kind is InstrumentType.MONEY_MARKET:
        return Tier.NEW_MONEY
    if kind is InstrumentType.BOND:
        return Tier.MATURING
    return {Tax.FREE: Tier.TAX_FREE, Tax.LOSS: Tier.WITHOUT_GAIN}.get(tax, Tier.TAXED)


def _preference(held: ValuedPosition, total: Decimal) -> float:
    """Prefer selling single companies, and narrow funds before broad ones."""
    if held.instrument.instrument_type is InstrumentType.STOCK:
        return _LARGE_COMPANY_FIRST if held.value > _LARGE_COMPANY * total else _COMPANY_FIRST
    return 1 + _NARROW_FIRST * narrowness(held.instrument)
