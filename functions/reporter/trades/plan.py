"""The list of trades: a greedy search for the fewest that bring every target within a few points.

Each step moves money from one source to one fund, choosing the pair and the amount that reduce the total distance from
the targets most. Money that costs no tax comes first: new savings and cash, then tax-advantaged accounts, then holdings
without a gain. Taxed sales are proposed only for large distances. Money never moves between accounts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_FLOOR, Decimal
from typing import TypeVar

from functions.reporter.drift_thresholds import TAXED_TOLERANCE, TOLERANCE
from functions.reporter.trades.accounts import is_bank_account
from functions.reporter.trades.exposure import CASH, Bucket, Exposure, Goal
from functions.reporter.trades.funds import Fund, common_funds, to_buy
from functions.reporter.trades.model import (
    MOST_TRADES,
    Action,
    Left,
    Reason,
    Shares,
    Trade,
    TradePlan,
)
from functions.reporter.trades.sources import Source, Taken, Tier, sources
from functions.shared.analysis.money import CENT, to_cent
from functions.shared.analysis.valuation import Valuation
from functions.shared.portfolio import AssetClass, Region, Snapshot

#: A trade moves at least this part of the portfolio, and this many dollars.
_LEAST, _LEAST_DOLLARS = 0.005, 50.0
_NEGLIGIBLE = 1e-9
#: Points are shown without decimals.
_ROUNDED_AWAY = 0.5
_DOLLAR = Decimal(1)
K = TypeVar("K", AssetClass, Region)
_TENTH = Decimal("0.1")


def plan_trades(snapshot: Snapshot, valuation: Valuation) -> TradePlan:
    """Return the trades. There are none without targets, or if most of the portfolio is unclassified."""
    goal = Goal.of(snapshot.profile)
    if goal is None:
        return TradePlan()
    search = _Search(snapshot, valuation, goal)
    if search.total <= 0 or 2 * search.unknown > float(valuation.total):
        return TradePlan()
    search.run()
    return search.result()


@dataclass(frozen=True)
class _Move:
    source: Source
    fund: Fund
    amount: float
    score: float


@dataclass
class _Search:
    """The state of the search: US dollars by bucket, new savings included, and the money for each purchase."""

    snapshot: Snapshot
    valuation: Valuation
    goal: Goal
    values: dict[Bucket, float] = field(default_factory=dict)
    pools: dict[tuple[int, str], Decimal] = field(default_factory=dict)
    made: list[tuple[Source, Fund, Taken]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sources = sources(self.snapshot, self.valuation, self.goal)
        self.funds: dict[int, dict[str, Fund]] = {}
        self.common = common_funds(self.goal, (held.instrument for held in self.valuation.positions if held.value))
        for account in self.valuation.accounts:
            self._add(CASH, float(account.cash))
            for held in account.positions:
                self._add(self.goal.exposure(held.instrument), float(held.value))
        self.before = self.shares() if self.total > 0 else None
        for source in self.sources[Tier.NEW_MONEY]:
            if source.account < 0:
                self._add(CASH, float(source.left))
        self.wanted = self.goal.wanted(self.values)

    @property
    def total(self) -> float:
        return sum(self.values.values())

    @property
    def unknown(self) -> float:
        """The unclassified value in US dollars."""
        return sum(
            float(held.value * held.instrument.allocation_asset_class.get(AssetClass.UNCLASSIFIED, Decimal())) / 100
            for held in self.valuation.positions
        )

    def run(self) -> None:
        while len(self._listed()) < MOST_TRADES and any(self._step(tier) for tier in Tier):
            pass
        self._prune()

    def _step(self, tier: Tier) -> bool:
        """Make the best move of a tier. Returns False if it has none, or if everything is close enough."""
        if self._distance() <= (TAXED_TOLERANCE if tier is Tier.TAXED else TOLERANCE):
            return False
        moves = sorted(self._moves(tier), key=lambda move: -move.score)
        return any(self._make(move) for move in moves)

    def _moves(self, tier: Tier) -> Iterator[_Move]:
        sold = {source.symbol for each in self.sources.values() for source in each if source.sold and source.symbol}
        bought = {symbol for _, symbol in self.pools}
        least = max(_LEAST * self.total, _LEAST_DOLLARS)
        for source in self.sources[tier]:
            if source.symbol in bought and source.symbol:
                continue
            for fund in self._funds(source.account).values():
                if fund.symbol in sold or fund.symbol == source.symbol:
                    continue
                amount, gained = self._best(source, fund)
                if gained >= 2 * least:
                    yield _Move(source, fund, amount, gained * fund.preference * source.preference)

    def _best(self, source: Source, fund: Fund) -> tuple[float, float]:
        """Return the amount to move, and by how much it reduces the distance.

        The distance is a convex, piecewise linear function of the amount. The amount goes as far as each dollar still
        reduces it by one or more: beyond that, the dollar only trades one gap for another.
        """
        change = {
            bucket: fund.exposure.get(bucket, 0.0) - source.exposure.get(bucket, 0.0)
            for bucket in {*fund.exposure, *source.exposure}
        }
        gaps = {bucket: self.values.get(bucket, 0.0) - self.wanted.get(bucket, 0.0) for bucket in change}
        most = float(source.left)
        stops = sorted(-gaps[bucket] / slope for bucket, slope in change.items() if abs(slope) > _NEGLIGIBLE)
        amount = 0.0
        for stop in (*(stop for stop in stops if 0 < stop < most), most):
            middle = (amount + stop) / 2
            if sum(slope * (1 if gaps[b] + middle * slope > 0 else -1) for b, slope in change.items()) > -1:
                break
            amount = stop
        return amount, sum(abs(gap) - abs(gap + amount * change[bucket]) for bucket, gap in gaps.items())

    def _make(self, move: _Move) -> bool:
        """Carry out the move in whole shares. Returns False if it is less than one share."""
        source = move.source
        taken = source.take(min(Decimal(str(round(move.amount, 2))), source.left))
        if taken is None:
            return False
        self._shift(source, move.fund, taken.amount)
        self.made.append((source, move.fund, taken))
        return True

    def _shift(self, source: Source, fund: Fund, amount: Decimal) -> None:
        self._add(source.exposure, -float(amount))
        self._add(fund.exposure, float(amount))
        if fund.symbol:
            key = (source.account, fund.symbol)
            self.pools[key] = self.pools.get(key, Decimal()) + amount
            if not self.pools[key]:
                del self.pools[key]

    def _prune(self) -> None:
        """Undo moves that are not needed to stay within the tolerance, smallest first."""
        allowed = max(float(TOLERANCE), self._distance() + _NEGLIGIBLE)
        for source, fund, taken in sorted(self.made, key=lambda made: made[2].amount):
            self._shift(source, fund, -taken.amount)
            if self._distance() <= allowed:
                source.give_back(taken)
            else:
                self._shift(source, fund, taken.amount)

    def _funds(self, account: int) -> dict[str, Fund]:
        if account not in self.funds:
            positions = self.valuation.accounts[account].positions if account >= 0 else ()
            own = [held.instrument for held in positions if held.value]
            self.funds[account] = to_buy(self.goal, own, self.common)
        return self.funds[account]

    def _listed(self) -> set[tuple[int, str]]:
        sold = {(s.account, s.symbol) for each in self.sources.values() for s in each if s.sold and s.symbol}
        return sold | set(self.pools)

    def _add(self, exposure: Exposure, amount: float) -> None:
        for bucket, part in exposure.items():
            self.values[bucket] = self.values.get(bucket, 0.0) + part * amount

    def _distance(self) -> float:
        return max((abs(points) for points, _ in self._points().values()), default=0.0)

    def _points(self) -> dict[tuple[AssetClass | Region, bool], tuple[float, float]]:
        """Return the points above (+) or below (-) each target, and the US dollars that they are."""
        found: dict[tuple[AssetClass | Region, bool], tuple[float, float]] = {}
        classes, regions = _by_class(self.values), _by_region(self.values)
        wanted_classes, wanted_regions = _by_class(self.wanted), _by_region(self.wanted)
        for asset_class in {*classes, *wanted_classes}:
            gap = classes.get(asset_class, 0.0) - wanted_classes.get(asset_class, 0.0)
            found[asset_class, False] = (100 * gap / self.total, gap)
        equity = classes.get(AssetClass.EQUITY, 0.0)
        whole = sum(wanted_regions.values())
        if equity > 0 and whole > 0:
            for region in {*regions, *wanted_regions}:
                gap = regions.get(region, 0.0) - equity * wanted_regions.get(region, 0.0) / whole
                found[region, True] = (100 * gap / equity, gap)
        return found

    def _at_banks(self) -> float:
        """Return the cash at banks, in US dollars, which cannot buy funds."""
        accounts = zip(self.snapshot.accounts, self.valuation.accounts, strict=True)
        return sum(float(valued.cash) for account, valued in accounts if is_bank_account(account))

    def shares(self) -> Shares:
        classes, regions = _by_class(self.values), _by_region(self.values)
        return Shares(_percentages(classes), _percentages(regions))

    def result(self) -> TradePlan:
        numbered = [*self._sales(), *self._purchases()]
        numbered.sort(key=lambda each: (each[0] < 0, each[0], each[1].action is Action.BUY, -each[1].amount))
        trades = tuple(trade for _, trade in numbered)
        saved = sum((trade.amount for trade in trades if trade.account is None), Decimal())
        plan = TradePlan(trades, new_money=saved, before=self.before, after=self.shares(), left=self._left())
        return replace(plan, cash_used=plan.bought - plan.sold - saved)

    def _sales(self) -> Iterator[tuple[int, Trade]]:
        for source in (s for each in self.sources.values() for s in each):
            if source.sold and source.symbol:
                yield (
                    source.account,
                    Trade(
                        account=self.valuation.accounts[source.account].name,
                        action=source.action,
                        symbol=source.symbol,
                        amount=source.sold,
                        shares=source.shares if source.price is not None else None,
                        tax=source.tax,
                        gain=source.gain,
                    ),
                )

    def _purchases(self) -> Iterator[tuple[int, Trade]]:
        """Buy whole shares with the money of each pool; the remainder stays in cash."""
        for (account, symbol), money in self.pools.items():
            fund = self._funds(account)[symbol]
            shares: Decimal | None = None
            amount = money.quantize(_DOLLAR if money >= 100 else CENT, ROUND_FLOOR)
            if fund.price is not None and account >= 0:
                shares = (money / fund.price).to_integral_value(ROUND_FLOOR)
                amount = to_cent(shares * fund.price)
                if amount > money:  # rounded up to the cent
                    shares -= 1
                    amount = to_cent(shares * fund.price)
            self._add(fund.exposure, float(amount - money))
            self._add(CASH, float(money - amount))
            if amount:
                name = self.valuation.accounts[account].name if account >= 0 else None
                yield account, Trade(name, Action.BUY, symbol, amount, shares, is_suggestion=fund.is_example)

    def _left(self) -> tuple[Left, ...]:
        found = [
            Left(key, Decimal(str(points)).quantize(_TENTH), of_equity, self._reason(key, gap, of_equity))
            for (key, of_equity), (points, gap) in self._points().items()
            if abs(points) >= TOLERANCE + _ROUNDED_AWAY
        ]
        return tuple(sorted(found, key=lambda left: (-abs(left.points), str(left.key))))

    def _reason(self, key: AssetClass | Region, gap: float, of_equity: bool) -> Reason:
        """Return the reason for the largest part of a distance."""
        if abs(gap) < 2 * _LEAST * self.total:
            return Reason.SMALL
        if 2 * self._at_banks() > abs(gap):
            return Reason.AT_BANK
        if next(self._moves(Tier.TAXED), None) is not None:
            return Reason.TAXED
        sells = any(_counts(s.exposure, key, of_equity) for each in self.sources.values() for s in each if s.left > 0)
        if gap > 0 and sells:
            return Reason.SMALL
        buys = any(_counts(f.exposure, key, of_equity) for funds in self.funds.values() for f in funds.values())
        return Reason.SMALL if gap < 0 and buys else Reason.NO_FUND


def _counts(exposure: Exposure, key: AssetClass | Region, of_equity: bool) -> bool:
    return any((region if of_equity else asset_class) == key for asset_class, region in exposure)


def _by_class(values: Mapping[Bucket, float]) -> dict[AssetClass, float]:
    found: dict[AssetClass, float] = {}
    for (asset_class, _), value in values.items():
        found[asset_class] = found.get(asset_class, 0.0) + value
    return found


def _by_region(values: Mapping[Bucket, float]) -> dict[Region, float]:
    return {region: value for (_, region), value in values.items() if region is not None}


def _percentages(values: Mapping[K, float]) -> dict[K, Decimal]:
    total = sum(values.values())
    return {key: Decimal(str(round(100 * value / total, 6))) for key, value in values.items() if total > 0}
