"""The request model of a changed position, which may include the user's own classification of its symbol."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from functions.api.schemas.request_models import UNCHANGED, Body, Changes, HeldSymbol, Price, Quantity, a_number
from functions.shared.portfolio import (
    AssetClass,
    AssetClassAllocation,
    InstrumentType,
    Region,
    RegionAllocation,
    Sector,
    SectorAllocation,
)

_UNKNOWN_REGION: dict[Region, Decimal] = {Region.UNCLASSIFIED: Decimal(100)}
_UNKNOWN_SECTOR: dict[Sector, Decimal] = {Sector.UNCLASSIFIED: Decimal(100)}


def shares(allocation: Any) -> Any:
    """Reject shares that aren't JSON numbers."""
    return {key: a_number(share) for key, share in allocation.items()} if isinstance(allocation, dict) else allocation


def shares_schema(keys: type[StrEnum]) -> WithJsonSchema:
    share = {"type": "number", "minimum": 0, "maximum": 100, "multipleOf": 0.001}
    return WithJsonSchema(
        {
            "type": "object",
            "description": "Percentages that sum to 100.",
            "propertyNames": {"enum": [key.value for key in keys]},
            "additionalProperties": share,
            "minProperties": 1,
        }
    )


def _known(kind: InstrumentType) -> InstrumentType:
    if kind is InstrumentType.UNCLASSIFIED:
        raise ValueError("must be a type; send null as the classification to remove it")
    return kind


class Classification(Body):
    """Applies to all of the caller's positions in the symbol, and only to the caller's."""

    instrument_type: Annotated[
        InstrumentType,
        AfterValidator(_known),
        WithJsonSchema({"type": "string", "enum": [kind for kind in InstrumentType if kind != "unclassified"]}),
    ]
    asset_classes: Annotated[AssetClassAllocation, BeforeValidator(shares), shares_schema(AssetClass)]
    regions: Annotated[RegionAllocation, BeforeValidator(shares), shares_schema(Region)] = Field(
        default_factory=lambda: _UNKNOWN_REGION, json_schema_extra={"default": {"unclassified": 100}}
    )
    sectors: Annotated[SectorAllocation, BeforeValidator(shares), shares_schema(Sector)] = Field(
        default_factory=lambda: _UNKNOWN_SECTOR, json_schema_extra={"default": {"unclassified": 100}}
    )


class PositionChanges(Changes):
    """Changing the symbol discards the user's price and name for the old one."""

    account_id: UUID = UNCHANGED
    symbol: HeldSymbol = UNCHANGED
    quantity: Quantity = UNCHANGED
    price: Price = UNCHANGED
    classification: Classification | None = Field(
        default=None, description="Applies to all your positions in this symbol. Null restores the reference data."
    )

    def changes(self) -> dict[str, Any]:
        """Return the changes to the position itself."""
        return {name: value for name, value in super().changes().items() if name != "classification"}
