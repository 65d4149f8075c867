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
    """Percentages to a tenth by key: cuts 1,000 tenths at random places."""

    def cut(parts: tuple[list[str], list[int]]) -> dict[str, object]:
        names, cuts = parts
        edges = [0, *sorted(cuts)[: len(names) - 1], 1000]
        edges = [*edges[:-1], *[1000] * (len(names) + 1 - len(edges)), 1000]
        return {name: Decimal(edges[n + 1] - edges[n]) / 10 for n, name in enumerate(names)}

    names = st.lists(st.sampled_from(keys), min_size=1, max_size=4, unique=True)
    return st.tuples(names, st.lists(st.integers(0, 1000), min_size=3, max_size=3)).map(cut)


def allocations(keys: type[AssetClass] | type[Region] | type[Sector]) -> st.SearchStrategy[dict[str, object]]:
    return _tenths_that_sum_to_100([key.value for key in keys])


@st.composite
def instruments(draw: st.DrawFn) -> Instrument:
    return instrument(
        draw(st.sampled_from(["AAA", "BBB", "CCC", "DDD", "EEE", "FFF", "GGG", "HHH"])),
        draw(st.one_of(st.none(), st.decimals("0.000001", "9999.999999", places=6).map(str))),
        kind=draw(st.sampled_from(KINDS)),
        asset_class=draw(allocations(AssetClass)),
        regions=draw(allocations(Region)),
        sectors=draw(allocations(Sector)),
        name=draw(st.text(max_size=40)),
    )


@st.composite
def positions(draw: st.DrawFn) -> Position:
    return position(draw(instruments()), str(draw(st.decimals("0.000001", "99999", places=6))))


@st.composite
def accounts(draw: st.DrawFn) -> Account:
    held = draw(st.lists(positions(), max_size=5))
    cash = draw(st.decimals("0", "99999", places=2))
    interest = draw(st.sampled_from(["0", "4.25"]))
    return account(draw(st.text(max_size=40)), *held, cash=str(cash), interest=interest)


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    return snapshot(
        *draw(st.lists(accounts(), max_size=4)),
        asset_class_targets=draw(st.none() | allocations(AssetClass)),
        region_targets=draw(st.none() | allocations(Region)),
        current_age=draw(st.none() | st.integers(YOUNGEST, OLDEST)),
        years_until_retirement=draw(st.none() | st.integers(0, MOST_WORKING_YEARS)),
        annual_contribution=draw(st.sampled_from([None, 0, 10000])),
        target_retirement_income=draw(st.sampled_from([None, 0, 60000])),
    )
