"""A portfolio as the agents see it: frozen at the start of a job, without names of persons.

Money is in US dollars and Decimal, quantities are units, percentages run from 0 to 100. In documents between functions
and in the database a Decimal is a string, so that nothing is lost on the way.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from functions.shared.sections import ModelUsage

SYMBOL_PATTERN = r"^[A-Z0-9][A-Z0-9.-]{0,19}$"
#: In capitals; the pattern alone would look before `to_upper` has done its work. (Capitals of ß are SS.)
Symbol = Annotated[
    str,
    BeforeValidator(lambda symbol: symbol.strip().upper() if isinstance(symbol, str) and symbol.isascii() else symbol),
    StringConstraints(pattern=SYMBOL_PATTERN),
]


class InstrumentType(StrEnum):
    ETF = "etf"
    MUTUAL_FUND = "mutual_fund"
    STOCK = "stock"
    BOND = "bond"
    MONEY_MARKET = "money_market"
    UNCLASSIFIED = "unclassified"


class AssetClass(StrEnum):
    EQUITY = "equity"
    FIXED_INCOME = "fixed_income"
    REAL_ESTATE = "real_estate"
    COMMODITIES = "commodities"
    ALTERNATIVES = "alternatives"
    CASH = "cash"
    UNCLASSIFIED = "unclassified"


class Region(StrEnum):
    NORTH_AMERICA = "north_america"
    EUROPE = "europe"
    ASIA = "asia"
    LATIN_AMERICA = "latin_america"
    AFRICA = "africa"
    MIDDLE_EAST = "middle_east"
    OCEANIA = "oceania"
    INTERNATIONAL = "international"
    GLOBAL = "global"
    UNCLASSIFIED = "unclassified"


class Sector(StrEnum):
    TECHNOLOGY = "technology"
    HEALTHCARE = "healthcare"
    FINANCIALS = "financials"
    CONSUMER_DISCRETIONARY = "consumer_discretionary"
    CONSUMER_STAPLES = "consumer_staples"
    INDUSTRIALS = "industrials"
    MATERIALS = "materials"
    ENERGY = "energy"
    UTILITIES = "utilities"
    REAL_ESTATE = "real_estate"
    COMMUNICATION = "communication"
    TREASURY = "treasury"
    CORPORATE = "corporate"
    MORTGAGE = "mortgage"
    GOVERNMENT_RELATED = "government_related"
    COMMODITIES = "commodities"
    DIVERSIFIED = "diversified"
    CASH = "cash"
    UNCLASSIFIED = "unclassified"


K = TypeVar("K", bound=StrEnum)


def _sums_to_100(allocation: dict[K, Decimal]) -> dict[K, Decimal]:
    if any(share < 0 for share in allocation.values()) or sum(allocation.values()) != 100:
        raise ValueError("must be percentages, none negative, that sum to 100")
    return allocation


Percent = Annotated[Decimal, Field(ge=0, le=100, max_digits=6, decimal_places=3)]
AssetClassAllocation = Annotated[dict[AssetClass, Percent], AfterValidator(_sums_to_100)]
RegionAllocation = Annotated[dict[Region, Percent], AfterValidator(_sums_to_100)]
SectorAllocation = Annotated[dict[Sector, Percent], AfterValidator(_sums_to_100)]


class Frozen(BaseModel):
    """Immutable. Fields that a later version adds are ignored: planner and agents are not replaced at one moment."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, defer_build=True)


class Instrument(Frozen):
    """What is known of a security. Without a price it is named in the report and valued at nothing, never guessed."""

    symbol: Symbol
    name: str
    instrument_type: InstrumentType
    current_price: Decimal | None = Field(default=None, gt=0)
    price_as_of: date | None = None
    allocation_asset_class: AssetClassAllocation
    allocation_regions: RegionAllocation
    allocation_sectors: SectorAllocation
    classified_by: str | None = Field(default=None, exclude_if=lambda model: model is None)
    """The model whose answer the classification is; None: it is reference data, or there is none."""

    @property
    def is_unclassified(self) -> bool:
        """Whether nothing is known of it but its symbol, and perhaps a price."""
        return self.instrument_type is InstrumentType.UNCLASSIFIED

    @classmethod
    def unclassified(cls, symbol: str, name: str = "") -> Self:
        """An instrument of which only the symbol is known."""
        everything = Decimal(100)
        return cls(
            symbol=symbol,
            name=name or symbol,
            instrument_type=InstrumentType.UNCLASSIFIED,
            allocation_asset_class={AssetClass.UNCLASSIFIED: everything},
            allocation_regions={Region.UNCLASSIFIED: everything},
            allocation_sectors={Sector.UNCLASSIFIED: everything},
        )


class Position(Frozen):
    """Units of an instrument; `instrument.current_price` is the price that counts for this user.

    Of a position with `is_value_only` only the value is known: `quantity` is that value, and the price is 1.
    """

    symbol: Symbol
    quantity: Decimal = Field(gt=0)
    instrument: Instrument
    is_value_only: bool = Field(default=False, exclude_if=lambda is_value_only: not is_value_only)


class Account(Frozen):
    name: str
    purpose: str = ""
    cash_balance: Decimal = Field(ge=0)
    cash_interest: Percent = Decimal(0)
    positions: tuple[Position, ...] = ()


class Profile(Frozen):
    """What the user said of his plans: years, US dollars of today a year, and target percentages."""

    current_age: int = Field(ge=0, le=120)
    years_until_retirement: int = Field(ge=0, le=80)
    target_retirement_income: Decimal = Field(ge=0)
    annual_contribution: Decimal = Field(ge=0)
    asset_class_targets: AssetClassAllocation
    region_targets: RegionAllocation


class PriceRefresh(Frozen):
    """What became of the prices that a source was asked for: `failed` are the symbols whose last known price stays.

    `at` is the snapshot's moment; `reason` says in plain words why some or all failed.
    """

    source: str
    at: datetime
    refreshed: int = Field(ge=0)
    failed: tuple[Symbol, ...] = ()
    reason: str | None = None


class ImportNote(Frozen):
    """A sentence about a file that the portfolio is from, something to check; the file was imported all the same."""

    imported_on: date
    message: str


class Snapshot(Frozen):
    """The portfolio at `taken_at` (the database's clock), the same for every agent of every attempt of a job."""

    taken_at: datetime
    profile: Profile
    accounts: tuple[Account, ...]
    import_warnings: tuple[ImportNote, ...] = Field(default=(), exclude_if=lambda warnings: not warnings)
    """Of the imports that the accounts are from, the latest import first: at most 100."""
    is_sample: bool = Field(default=False, exclude_if=lambda is_sample: not is_sample)
    """The sample portfolio, not the user's accounts."""
    tagging: ModelUsage | None = Field(default=None, exclude_if=lambda usage: usage is None)
    """What a model was asked for, to classify what the reference data lacks."""
    price_refresh: PriceRefresh | None = Field(default=None, exclude_if=lambda refresh: refresh is None)
    """None where no source of prices is set, and in snapshots of earlier versions."""
