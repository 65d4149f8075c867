"""The request model of the profile: the caller's name and goals."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from functions.api.limits import MAX_AMOUNT
from functions.api.schemas.position_changes import shares, shares_schema
from functions.api.schemas.request_models import UNCHANGED, Body, Changes, Dollars, ShortName, a_number
from functions.shared.portfolio import (
    MOST_WORKING_YEARS,
    OLDEST,
    YOUNGEST,
    AssetClass,
    AssetClassAllocation,
    Region,
    RegionAllocation,
)

MOST_INCOME_STREAMS = 20


def _whole(value: Any) -> Any:
    """Convert 6.0 to 6, because 6.0 is an integer in JSON Schema."""
    return int(value) if isinstance(value, Decimal) and value.is_finite() and value == value.to_integral() else value


def _whole_number(low: int, high: int) -> WithJsonSchema:
    return WithJsonSchema({"type": "integer", "minimum": low, "maximum": high})


def _birth_years() -> tuple[int, int]:
    this_year = datetime.now(UTC).year
    return this_year - OLDEST, this_year - YOUNGEST


def _birth_year(year: int) -> int:
    earliest, latest = _birth_years()
    if not earliest <= year <= latest:
        raise ValueError(f"must be between {earliest} and {latest}")
    return year


def _age(age: int) -> int:
    if not YOUNGEST <= age <= OLDEST:
        raise ValueError(f"must be between {YOUNGEST} and {OLDEST}")
    return age


Age = Annotated[int, BeforeValidator(_whole), Field(strict=True), AfterValidator(_age), _whole_number(YOUNGEST, OLDEST)]
#: The bounds move with the calendar; the document has those of the year in which it was built.
BirthYear = Annotated[
    int, BeforeValidator(_whole), Field(strict=True), AfterValidator(_birth_year), _whole_number(*_birth_years())
]
WorkingYears = Annotated[
    int,
    BeforeValidator(_whole),
    Field(strict=True, ge=0, le=MOST_WORKING_YEARS),
    _whole_number(0, MOST_WORKING_YEARS),
]
Income = Annotated[
    Decimal,
    BeforeValidator(a_number),
    Field(gt=0, le=MAX_AMOUNT, decimal_places=2),
    WithJsonSchema(
        {
            "type": "number",
            "exclusiveMinimum": 0,
            "maximum": MAX_AMOUNT,
            "multipleOf": 0.01,
            "description": "US dollars of today, to the cent.",
        }
    ),
]
AssetClassTargets = Annotated[AssetClassAllocation, BeforeValidator(shares), shares_schema(AssetClass)]
RegionTargets = Annotated[RegionAllocation, BeforeValidator(shares), shares_schema(Region)]


class NewIncomeStream(Body):
    """A yearly income besides the portfolio's, such as Social Security or a pension."""

    name: ShortName
    annual_amount: Income
    start_age: Age
    end_age: Age | None = Field(default=None, description="The last age at which it is paid; null for life.")

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        if self.end_age is not None and self.end_age < self.start_age:
            raise ValueError("must not end before it starts")
        return self


class UserChanges(Changes):
    """Omitted fields keep their values. Null unsets a goal."""

    display_name: ShortName = UNCHANGED
    birth_year: BirthYear | None = None
    current_age: Age | None = Field(
        default=None, description="Sets the birth year, so that the age grows. Ignored if `birth_year` is sent, too."
    )
    years_until_retirement: WorkingYears | None = None
    target_retirement_income: Dollars | None = None
    annual_contribution: Dollars | None = None
    income_streams: Annotated[list[NewIncomeStream], Field(max_length=MOST_INCOME_STREAMS)] | None = None
    asset_class_targets: AssetClassTargets | None = None
    region_targets: RegionTargets | None = None

    def changes(self) -> dict[str, Any]:
        """Return the fields that were sent; None unsets one."""
        return {name: value for name, value in self.model_dump().items() if name in self.model_fields_set}
