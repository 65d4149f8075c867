"""The funds that a trade may buy: held ones first, else a common one as an example of its kind."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from functions.reporter.trades.exposure import CASH, Bucket, Exposure, Goal
from functions.shared.portfolio import AssetClass, Instrument, InstrumentType, Region, Sector

_FUNDS = frozenset({InstrumentType.ETF, InstrumentType.MUTUAL_FUND})
#: Preferences: for a fund in the account, a fund in another account, an example, and a narrow example.
_IN_ACCOUNT, _ELSEWHERE, _EXAMPLE, _NARROW_EXAMPLE = 1.0, 0.9, 0.75, 0.6
_NARROWNESS = 0.3
_DIVERSIFIED = 0.25
_SMALL_PART = 0.05


@dataclass(frozen=True)
class Fund:
    """`price` is None for an example and for funds that trade in amounts. `symbol` is empty for cash."""

    symbol: str
    exposure: Exposure
    price: Decimal | None = None
    preference: float = 1.0
    is_example: bool = False


#: Keeping the money as cash.
KEEP = Fund("", CASH)


def _example(symbol: str, asset_class: AssetClass, regions: Mapping[Region, str]) -> Instrument:
    return Instrument(
        symbol=symbol,
        name=symbol,
        instrument_type=InstrumentType.ETF,
        allocation_asset_class={asset_class: Decimal(100)},
        allocation_regions={region: Decimal(share) for region, share in regions.items()},
        allocation_sectors={Sector.DIVERSIFIED: Decimal(100)},
    )


_AMERICA = {Region.NORTH_AMERICA: "100"}
_ABROAD = {Region.INTERNATIONAL: "100"}
#: Broad, inexpensive, and common, with the classes and regions of the reference data. Examples, not endorsements.
EXAMPLES: Sequence[tuple[Instrument, float]] = (
    (_example("VTI", AssetClass.EQUITY, _AMERICA), _EXAMPLE),
    (_example("VXUS", AssetClass.EQUITY, _ABROAD), _EXAMPLE),
    (_example("VGK", AssetClass.EQUITY, {Region.EUROPE: "100"}), _NARROW_EXAMPLE),
    (_example("BND", AssetClass.FIXED_INCOME, _AMERICA), _EXAMPLE),
    (_example("VNQ", AssetClass.REAL_ESTATE, _AMERICA), _EXAMPLE),
    (_example("GLD", AssetClass.COMMODITIES, {Region.GLOBAL: "100"}), _EXAMPLE),
)


def trades_in_shares(instrument: Instrument) -> bool:
    return instrument.instrument_type in {InstrumentType.ETF, InstrumentType.STOCK}


def common_funds(goal: Goal, held: Iterable[Instrument]) -> list[Fund]:
    """Return the funds that any account may buy: those that the user holds, and examples of other kinds."""
    found: dict[str, Fund] = {"": KEEP}
    for instrument in held:
        if instrument.symbol not in found and _is_buyable(instrument):
            found[instrument.symbol] = _fund(goal, instrument, _ELSEWHERE)
    for instrument, preference in EXAMPLES:
        if instrument.symbol not in found:
            found[instrument.symbol] = _fund(goal, instrument, preference, is_example=True)
    return _best_of_a_kind(found.values())


def to_buy(goal: Goal, account: Iterable[Instrument], common: Iterable[Fund]) -> dict[str, Fund]:
    """Return the funds that an account may buy, by symbol: its own, and common ones."""
    own = {instrument.symbol: _fund(goal, instrument, _IN_ACCOUNT) for instrument in account if _is_buyable(instrument)}
    others = [fund for fund in common if fund.symbol not in own]
    return {fund.symbol: fund for fund in _best_of_a_kind([*own.values(), *others])}


def _best_of_a_kind(funds: Iterable[Fund]) -> list[Fund]:
    """Return the preferred fund of each group of similar ones, so that many holdings yield few candidates."""
    kinds: dict[frozenset[tuple[Bucket, float]], Fund] = {}
    for fund in funds:
        kind = frozenset((bucket, round(part, 1)) for bucket, part in fund.exposure.items() if part >= _SMALL_PART)
        if kind not in kinds or fund.preference > kinds[kind].preference:
            kinds[kind] = fund
    return list(kinds.values())


def _fund(goal: Goal, instrument: Instrument, preference: float, *, is_example: bool = False) -> Fund:
    return Fund(
        symbol=instrument.symbol,
        exposure=goal.exposure(instrument),
        price=instrument.current_price if trades_in_shares(instrument) else None,
        preference=preference * (1 - _NARROWNESS * narrowness(instrument)),
        is_example=is_example,
    )


def _is_buyable(instrument: Instrument) -> bool:
    known = instrument.allocation_asset_class
    return (
        instrument.instrument_type in _FUNDS
        and instrument.current_price is not None
        and not known.get(AssetClass.UNCLASSIFIED)
    )


def narrowness(instrument: Instrument) -> float:
    """Return the share of the largest sector, 0 to 1; a quarter if the fund is only known as diversified."""
    sector, share = max(instrument.allocation_sectors.items(), key=lambda item: item[1])
    return _DIVERSIFIED if sector is Sector.DIVERSIFIED else float(share) / 100
