"""Which targets a holding counts toward, as fractions of its value."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from functions.shared.analysis.drift import counts_toward
from functions.shared.portfolio import AssetClass, Instrument, Profile, Region

#: An asset class, and for equity the region if the user has targets for regions.
Bucket = tuple[AssetClass, Region | None]
#: Fractions of a holding's value by bucket. They sum to 1, less the unclassified part.
Exposure = Mapping[Bucket, float]

CASH: Exposure = {(AssetClass.CASH, None): 1.0}


@dataclass(frozen=True)
class Goal:
    """The targets, in percent: of asset classes (None: keep the mix as it is), and of regions within equity."""

    classes: Mapping[AssetClass, Decimal] | None
    regions: Mapping[Region, Decimal] | None

    @classmethod
    def of(cls, profile: Profile) -> "Goal | None":
        """Return None if the user has set no targets."""
        if not profile.asset_class_targets and not profile.region_targets:
            return None
        return cls(profile.asset_class_targets or None, profile.region_targets or None)

    def exposure(self, instrument: Instrument) -> Exposure:
        """Return the buckets of an instrument. Its regions are assumed to be those of its equity."""
        found: dict[Bucket, float] = {}
        for asset_class, percent in instrument.allocation_asset_class.items():
            if asset_class is AssetClass.UNCLASSIFIED or not percent:
                continue
            for region, share in self._regions(asset_class, instrument).items():
                bucket = (asset_class, region)
                found[bucket] = found.get(bucket, 0.0) + float(percent) / 100 * share
        return found

    def _regions(self, asset_class: AssetClass, instrument: Instrument) -> Mapping[Region | None, float]:
        if asset_class is not AssetClass.EQUITY or not self.regions:
            return {None: 1.0}
        found: dict[Region | None, float] = {}
        for region, percent in instrument.allocation_regions.items():
            known = Region.GLOBAL if region is Region.UNCLASSIFIED else region
            for target, part in counts_toward(known, self.regions).items():
                found[target] = found.get(target, 0.0) + float(percent) / 100 * float(part)
        return found

    def wanted(self, values: Mapping[Bucket, float]) -> dict[Bucket, float]:
        """Return the target of every bucket in US dollars, for a portfolio with these values."""
        total = sum(values.values())
        classes = self._classes(values, total)
        wanted: dict[Bucket, float] = dict.fromkeys(values, 0.0)
        for asset_class, amount in classes.items():
            if asset_class is AssetClass.EQUITY and self.regions:
                for region, percent in self.regions.items():
                    wanted[asset_class, region] = amount * float(percent) / 100
            else:
                wanted[asset_class, None] = amount
        return wanted

    def _classes(self, values: Mapping[Bucket, float], total: float) -> dict[AssetClass, float]:
        if self.classes:
            return {asset_class: total * float(percent) / 100 for asset_class, percent in self.classes.items()}
        kept: dict[AssetClass, float] = {}
        for (asset_class, _), value in values.items():
            kept[asset_class] = kept.get(asset_class, 0.0) + value
        return kept
