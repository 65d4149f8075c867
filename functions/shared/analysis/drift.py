"""The portfolio's drift from the user's targets.

Targets apply to the classes or regions that they name; a class or region without a target has the target 0.
Unclassified holdings are excluded, because their class is unknown: shares refer to the classified part.
Region targets may be coarse:

- `international` covers every region outside North America without its own target;
- `global` covers everything that no other target covers.

Holdings may be coarse too: those known only as `international` count toward the targets outside North America in
proportion, those known only as `global` toward all targets in proportion, so that neither causes drift by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from functions.shared.analysis.allocation import Allocation
from functions.shared.analysis.money import CENT, WHOLE, apportion
from functions.shared.portfolio import AssetClass, Region

K = TypeVar("K", bound=str)


@dataclass(frozen=True)
class Drift:
    """One class or region: US dollars and percent now, and the target in percent."""

    key: str
    amount: Decimal
    share: Decimal
    target: Decimal

    @property
    def points(self) -> Decimal:
        """Percentage points above (+) or below (-) the target."""
        return self.share - self.target


#: The regions that `international` may include.
_ABROAD = frozenset(Region) - {Region.NORTH_AMERICA, Region.INTERNATIONAL, Region.GLOBAL, Region.UNCLASSIFIED}

#: Farthest from its target first. Empty if nothing is classified or there are no targets.
Drifts = tuple[Drift, ...]


def asset_class_drift(allocation: Allocation, targets: Mapping[AssetClass, Decimal] | None) -> Drifts:
    if targets is None:
        return ()
    amounts = {AssetClass(part.key): Fraction(part.amount) for part in allocation}
    return _drift(_without(amounts, AssetClass.UNCLASSIFIED, targets), targets)


def region_drift(allocation: Allocation, targets: Mapping[Region, Decimal] | None) -> Drifts:
    if targets is None:
        return ()
    amounts = _without({Region(p.key): Fraction(p.amount) for p in allocation}, Region.UNCLASSIFIED, targets)
    towards: dict[Region, Fraction] = {}
    for region, amount in amounts.items():
        for target, part in counts_toward(region, targets).items():
            towards[target] = towards.get(target, Fraction()) + amount * part
    return _drift(towards, targets)


def _without(amounts: dict[K, Fraction], unclassified: K, targets: Mapping[K, Decimal]) -> dict[K, Fraction]:
    return {key: amount for key, amount in amounts.items() if key != unclassified or unclassified in targets}


def _drift(amounts: Mapping[K, Fraction], targets: Mapping[K, Decimal]) -> Drifts:
    whole = sum(amounts.values(), Fraction())
    if not whole:
        return ()
    total = CENT * int(whole * 100)
    keys = sorted({*amounts, *targets})
    now = apportion(total, [amounts.get(key, Fraction()) for key in keys], CENT)
    drifts = (
        Drift(key, amount, WHOLE * amount / total, targets.get(key, Decimal()))
        for key, amount in zip(keys, now, strict=True)
        if amount or targets.get(key)
    )
    return tuple(sorted(drifts, key=lambda drift: -abs(drift.points)))


def counts_toward(region: Region, targets: Mapping[Region, Decimal]) -> dict[Region, Fraction]:
    """Return the targets that a held region counts toward, as fractions that sum to 1."""
    if region in targets:
        return {region: Fraction(1)}
    if region == Region.GLOBAL:
        return _in_proportion(targets)
    if region == Region.INTERNATIONAL:
        abroad = {key: target for key, target in targets.items() if key in _ABROAD and target}
        if abroad:
            return _in_proportion(abroad)
    elif region != Region.NORTH_AMERICA and Region.INTERNATIONAL in targets:
        return {Region.INTERNATIONAL: Fraction(1)}
    return {Region.GLOBAL if Region.GLOBAL in targets else region: Fraction(1)}


def _in_proportion(targets: Mapping[Region, Decimal]) -> dict[Region, Fraction]:
    whole = sum((Fraction(target) for target in targets.values()), Fraction())
    return {region: Fraction(target) / whole for region, target in targets.items()}
