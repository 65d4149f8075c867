"""A portfolio for the agents: frozen at the start of a job, without personal names.

Money is Decimal in US dollars, quantities are units, percentages range from 0 to 100. In documents between functions
and in the database a Decimal is a string, to preserve every digit.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from functions.shared.sections import ModelUsage

SYMBOL_PATTERN = r"^[A-Z0-9][A-Z0-9.-]{0,19}$"
#: In uppercase. StringConstraints would check the pattern before `to_upper`. ASCII only, because ß would become SS.
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
    BANK_DEPOSIT = "bank_deposit"
    CD = "cd"
    CRYPTO = "crypto"
    UNCLASSIFIED = "unclassified"


class AssetClass(StrEnum):
    EQUITY = "equity"
    FIXED_INCOME = "fixed_income"
    REAL_ESTATE = "real_estate"
    COMMODITIES = "commodities"
    ALTERNATIVES = "alternatives"
    CRYPTO = "crypto"
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


YOUNGEST, OLDEST = 16, 110
#: From age 16 to 86.
MOST_WORKING_YEARS = 70
Age = Annotated[int, Field(ge=YOUNGEST, le=OLDEST)]
Percent = Annotated[Decimal, Field(ge=0, le=100, max_digits=6, decimal_places=3)]
AssetClassAllocation = Annotated[dict[AssetClass, Percent], AfterValidator(_sums_to_100)]
RegionAllocation = Annotated[dict[Region, Percent], AfterValidator(_sums_to_100)]
SectorAllocation = Annotated[dict[Sector, Percent], AfterValidator(_sums_to_100)]


class Frozen(BaseModel):
    """Immutable. Ignores fields added by later versions, because planner and agents aren't updated simultaneously.

    Errors name the field, never the content, because they are logged.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, defer_build=True)


class Instrument(Frozen):
    """The data of a security. If it has no price, the report lists it and values it at 0, without guessing."""

    symbol: Symbol
    name: str
    instrument_type: InstrumentType
    current_price: Decimal | None = Field(default=None, gt=0)
    price_as_of: date | None = None
    allocation_asset_class: AssetClassAllocation
    allocation_regions: RegionAllocation
    allocation_sectors: SectorAllocation
    expense_ratio: Decimal | None = Field(default=None, ge=0, lt=10, exclude_if=lambda ratio: ratio is None)
    """A fund's yearly fee in percent of its value; None if it is unknown, or if the instrument is not a fund."""
    classified_by: str | None = Field(default=None, exclude_if=lambda model: model is None)
    """None for reference data, or if it is unclassified; else "rules", "user", or the id of the model."""

    @property
    def is_unclassified(self) -> bool:
        """Whether nothing is known except its symbol, and perhaps a price."""
        return self.instrument_type is InstrumentType.UNCLASSIFIED

    @classmethod
    def unclassified(cls, symbol: str, name: str = "") -> Self:
        """Return an instrument of which only the symbol is known."""
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
    """Units of an instrument; `instrument.current_price` is the price that applies to this user.

    If `is_value_only`, only the value is known: `quantity` is that value, and the price is 1.
    """

    symbol: Symbol
    quantity: Decimal = Field(gt=0)
    instrument: Instrument
    is_value_only: bool = Field(default=False, exclude_if=lambda is_value_only: not is_value_only)
    cost_basis: Decimal | None = Field(default=None, gt=0, exclude_if=lambda cost_basis: cost_basis is None)
    """The price paid for all units, in US dollars, if the owner's file contains it."""


class Account(Frozen):
    name: str
    purpose: str = ""
    cash_balance: Decimal = Field(ge=0)
    cash_interest: Percent = Decimal(0)
    positions: tuple[Position, ...] = ()


class IncomeStream(Frozen):
    """A yearly income other than the portfolio's, such as Social Security or a pension, in US dollars of today.

    It is paid from the year in which the user reaches `start_age` through the year of `end_age`, or for life if that
    is None.
    """

    name: str = Field(min_length=1, max_length=100)
    annual_amount: Decimal = Field(gt=0)
    start_age: Age
    end_age: Age | None = None

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        if self.end_age is not None and self.end_age < self.start_age:
            raise ValueError("end_age must not be below start_age")
        return self


class Profile(Frozen):
    """The user's goals: years, US dollars of today per year, and target percentages.

    Each goal is None until the user sets it. No result may rely on a substitute for it. If `is_example`, the goals
    belong to the sample portfolio, and every text that uses them must call them examples.
    """

    current_age: Age | None = None
    """The age that the user reaches in the year of the snapshot."""
    years_until_retirement: int | None = Field(default=None, ge=0, le=MOST_WORKING_YEARS)
    target_retirement_income: Decimal | None = Field(default=None, ge=0)
    annual_contribution: Decimal | None = Field(default=None, ge=0)
    income_streams: tuple[IncomeStream, ...] | None = None
    """Empty if the user has none; None if they haven't answered."""
    asset_class_targets: AssetClassAllocation | None = None
    region_targets: RegionAllocation | None = None
    is_example: bool = Field(default=False, exclude_if=lambda is_example: not is_example)

    @property
    def saves(self) -> bool:
        """Whether the user's goals include new money to invest."""
        return bool(self.annual_contribution and self.years_until_retirement)


class PriceRefresh(Frozen):
    """The result of refreshing prices from a source; the symbols in `failed` keep their last known price.

    `at` is the snapshot's time; `reason` explains in plain words why some or all failed.
    """

    source: str
    at: datetime
    refreshed: int = Field(ge=0)
    failed: tuple[Symbol, ...] = ()
    reason: str | None = None


class ImportNote(Frozen):
    """Something to check about an imported file, as a sentence; the file was imported anyway."""

    imported_on: date
    message: str


class KeptHolding(Frozen):
    """Units and value in US dollars of one symbol, over all accounts."""

    quantity: Decimal = Field(gt=0)
    value: Decimal


class KeptResults(Frozen):
    """The results that an analysis keeps for comparison with the next one. Amounts in US dollars, by class and symbol.

    `holdings` are the largest, at most 100; `holdings_count` counts all.
    """

    total_value: Decimal
    asset_classes: dict[str, Decimal]
    holdings: dict[Symbol, KeptHolding]
    holdings_count: int = Field(ge=0)


class PreviousAnalysis(Frozen):
    """The user's last completed analysis of the same portfolio: the sample, or their accounts."""

    as_of: datetime
    success_rate: float | None = None
    """The share of simulations in which the money lasted, in percent."""
    kept: KeptResults | None = None


class Snapshot(Frozen):
    """The portfolio at `taken_at` (the database's clock), the same for every agent and attempt of a job."""

    taken_at: datetime
    profile: Profile
    accounts: tuple[Account, ...]
    import_warnings: tuple[ImportNote, ...] = Field(default=(), exclude_if=lambda warnings: not warnings)
    """From the imports behind the accounts, latest import first: at most 100."""
    is_sample: bool = Field(default=False, exclude_if=lambda is_sample: not is_sample)
    """Whether this is the sample portfolio instead of the user's accounts."""
    tagging: ModelUsage | None = Field(default=None, exclude_if=lambda usage: usage is None)
    """The model usage for classifying symbols that the reference data lacks."""
    price_refresh: PriceRefresh | None = Field(default=None, exclude_if=lambda refresh: refresh is None)
    """None if no price source is configured, and in snapshots of earlier versions."""
    previous: PreviousAnalysis | None = Field(default=None, exclude_if=lambda previous: previous is None)
    """None for a first analysis."""
