"""The rule about a sector that is a large part of everything, counting what funds hold."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from functions.reporter.company_findings import COMPANY_LIMIT
from functions.reporter.data_findings import Finding
from functions.reporter.measures import Measures
from functions.shared.analysis.allocation import Part
from functions.shared.analysis.wording import label, money, named, portion
from functions.shared.narration.claims import Claim
from functions.shared.portfolio import Sector

SECTOR_LIMIT = 30
"""Percent of the portfolio in one sector."""
_SECTOR_HOLDINGS = 3

_NO_BUSINESS_SECTORS = frozenset(
    {
        Sector.TREASURY,
        Sector.CORPORATE,
        Sector.MORTGAGE,
        Sector.GOVERNMENT_RELATED,
        Sector.DIVERSIFIED,
        Sector.COMMODITIES,
        Sector.CASH,
        Sector.UNCLASSIFIED,
    }
)


def _sector(measures: Measures) -> Finding | None:
    sectors = [part for part in measures.sectors if part.key not in _NO_BUSINESS_SECTORS]
    if not sectors or sectors[0].share < SECTOR_LIMIT:
        return None
    largest = sectors[0]
    if _is_one_company(measures, largest):
        return None
    return Finding(
        weight=float(largest.share) * 0.6,
        title=f"{label(largest.key)} is {portion(largest.amount, measures.total)} of everything.",
        explanation=(
            Claim(
                f"{_seen_through(measures)}{money(largest.amount)} depends on this one sector",
                label(largest.key),
                "value",
                value=money(largest.amount),
            ),
            *_where_the_sector_is(measures, largest.key),
        ),
    )


def _is_one_company(measures: Measures, sector: Part) -> bool:
    """Return whether a single company is most of the sector, which another finding covers."""
    return any(
        holding.share >= COMPANY_LIMIT
        and 2 * holding.value * holding.instrument.allocation_sectors.get(Sector(sector.key), Decimal()) / 100
        > sector.amount
        for holding in measures.concentration.single_companies
    )


def _seen_through(measures: Measures) -> str:
    has_funds = any(not holding.is_single_company for holding in measures.concentration.holdings)
    return "counting what funds hold, " if has_funds else ""


def _where_the_sector_is(measures: Measures, sector: str) -> Iterator[Claim]:
    """Name the holdings that contribute most to a sector."""
    parts: dict[str, Decimal] = {}
    for holding in measures.concentration.holdings:
        share = holding.instrument.allocation_sectors.get(Sector(sector), Decimal())
        if share:
            parts[holding.symbol] = holding.value * share / 100
    if not parts:  # only in data that contradicts itself
        return
    largest = sorted(parts, key=lambda symbol: (-parts[symbol], symbol))[:_SECTOR_HOLDINGS]
    together = portion(sum((parts[symbol] for symbol in largest), Decimal()), sum(parts.values(), Decimal()))
    part = "all" if len(parts) <= _SECTOR_HOLDINGS else together
    yield Claim(f"{part} of it is in {named(largest)}", label(sector), "holdings", value=part)


SECTOR_RULES: tuple[Callable[[Measures], Finding | None], ...] = (_sector,)
