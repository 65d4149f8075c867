"""Portfolios of every kind, for property tests."""

from decimal import Decimal

from hypothesis import strategies as st

from functions.shared.portfolio import (
    MOST_WORKING_YEARS,
    OLDEST,
    YOUNGEST,
    Account,
    AssetClass,
    Instrument,
    Position,
    Region,
    Sector,
    Snapshot,
)
from tests.portfolios import account, instrument, position, snapshot

KINDS = ["etf", "mutual_fund", "stock", "bond", "money_market", "unclassified"]


def _tenths_that_sum_to_100(keys: list[str]) -> st.SearchStrategy[dict[str, object]]:
    """Percentages to a tenth by key, of 1 to 4 keys: cuts 1,000 tenths at random places."""

    def cut(drawn: tuple[str, ...], places: tuple[int, ...]) -> dict[str, object]:
        names = list(dict.fromkeys(drawn))
        edges = [0, *sorted(places)[: len(names) - 1], 1000]
        return {name: Decimal(edges[n + 1] - edges[n]) / 10 for n, name in enumerate(names)}

    name, place = st.sampled_from(keys), st.integers(0, 1000)
    return st.builds(cut, st.tuples(name, name, name, name), st.tuples(place, place, place))


def allocations(keys: type[AssetClass] | type[Region] | type[Sector]) -> st.SearchStrategy[dict[str, object]]:
    return _tenths_that_sum_to_100([key.value for key in keys])


# Strategies are built once: building and checking them for each instrument took longer than drawing from them.
_ASSET_CLASSES, _REGIONS, _SECTORS = allocations(AssetClass), allocations(Region), allocations(Sector)
_NAMES = st.text(max_size=40)
_SYMBOLS = st.sampled_from(["AAA", "BBB", "CCC", "DDD", "EEE", "FFF", "GGG", "HHH"])
_PRICES = st.none() | st.decimals("0.000001", "9999.999999", places=6).map(str)

instruments: st.SearchStrategy[Instrument] = st.builds(
    lambda symbol, price, kind, asset_class, regions, sectors, name: instrument(
        symbol, price, kind=kind, asset_class=asset_class, regions=regions, sectors=sectors, name=name
    ),
    _SYMBOLS,
    _PRICES,
    st.sampled_from(KINDS),
    _ASSET_CLASSES,
    _REGIONS,
    _SECTORS,
    _NAMES,
)
positions: st.SearchStrategy[Position] = st.builds(
    position, instruments, st.decimals("0.000001", "99999", places=6).map(str)
)
accounts: st.SearchStrategy[Account] = st.builds(
    lambda name, held, cash, interest: account(name, *held, cash=str(cash), interest=interest),
    _NAMES,
    st.lists(positions, max_size=5),
    st.decimals("0", "99999", places=2),
    st.sampled_from(["0", "4.25"]),
)
snapshots: st.SearchStrategy[Snapshot] = st.builds(
    lambda held, **profile: snapshot(*held, **profile),
    st.lists(accounts, max_size=4),
    asset_class_targets=st.none() | _ASSET_CLASSES,
    region_targets=st.none() | _REGIONS,
    current_age=st.none() | st.integers(YOUNGEST, OLDEST),
    years_until_retirement=st.none() | st.integers(0, MOST_WORKING_YEARS),
    annual_contribution=st.sampled_from([None, 0, 10000]),
    target_retirement_income=st.sampled_from([None, 0, 60000]),
)
