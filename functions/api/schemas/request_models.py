"""Request models. Pydantic rejects values that are out of range, unknown, or of the wrong type."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

from functions.api.limits import MAX_AMOUNT, MAX_OPTIONS_CHARACTERS, MAX_OPTIONS_DEPTH, MAX_PRICE
from functions.api.schemas.visible_text import SCHEMA, visible
from functions.shared.agent_declaration import JobType
from functions.shared.classification_rules import canonical_symbol
from functions.shared.portfolio import Symbol

_QUERY_NUMBER = re.compile("[0-9]{1,10}")


def a_number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("must be a number")
    return value


def _digits(text: Any) -> int | None:
    """Parse a number in a query. Returns None for an empty parameter."""
    if text == "":
        return None
    if not isinstance(text, str) or not _QUERY_NUMBER.fullmatch(text):
        raise ValueError("must be a whole number")
    return int(text)


def _no_cash(symbol: str) -> str:
    if symbol == "CASH":
        raise ValueError("is not a position: set the account's cash_balance instead")
    return symbol


def _is_nested_at_most(levels: int, value: Any) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return inner is None or (levels > 0 and all(_is_nested_at_most(levels - 1, part) for part in inner))


def _storable(options: dict[str, Any]) -> dict[str, Any]:
    if options.get("portfolio", "sample") != "sample":
        raise ValueError('accepts only "sample" as `portfolio`; omit it to analyze your accounts')
    if not _is_nested_at_most(MAX_OPTIONS_DEPTH, options):
        raise ValueError(f"must be nested at most {MAX_OPTIONS_DEPTH} deep")
    try:
        text = json.dumps(options, default=float, allow_nan=False, ensure_ascii=False).encode().decode()
    except ValueError as error:
        raise ValueError("must contain only valid text and finite numbers") from error
    if len(text) > MAX_OPTIONS_CHARACTERS:
        raise ValueError(f"must be at most {MAX_OPTIONS_CHARACTERS:,} characters as JSON")
    stored: dict[str, Any] = json.loads(text)
    for part in _texts(stored):  # one by one, because JSON escapes control characters
        visible(part)
    return stored


def _texts(value: Any) -> Iterator[str]:
    """Yield every name and text, including nested ones."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


Dollars = Annotated[
    Decimal,
    BeforeValidator(a_number),
    Field(ge=0, le=MAX_AMOUNT, decimal_places=2),
    WithJsonSchema(
        {
            "type": "number",
            "minimum": 0,
            "maximum": MAX_AMOUNT,
            "multipleOf": 0.01,
            "description": "US dollars, to the cent.",
        }
    ),
]
Quantity = Annotated[
    Decimal,
    BeforeValidator(a_number),
    Field(ge=0, le=MAX_AMOUNT, decimal_places=6),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": MAX_AMOUNT, "multipleOf": 0.000001}),
]
Price = Annotated[
    Decimal,
    BeforeValidator(a_number),
    Field(gt=0, le=MAX_PRICE, decimal_places=6),
    WithJsonSchema(
        {
            "type": "number",
            "exclusiveMinimum": 0,
            "maximum": MAX_PRICE,
            "multipleOf": 0.000001,
            "description": "US dollars per unit.",
        }
    ),
]
Interest = Annotated[
    Decimal,
    BeforeValidator(a_number),
    Field(ge=0, le=100, decimal_places=3),
    WithJsonSchema(
        {"type": "number", "minimum": 0, "maximum": 100, "multipleOf": 0.001, "description": "Percent per year."}
    ),
]
#: A query number: at most ten digits and nothing else.
QueryNumber = BeforeValidator(_digits)
_NOT_BLANK = {"pattern": r"\S"}
_STRIPPED = StringConstraints(strip_whitespace=True)
ShortName = Annotated[
    str, _STRIPPED, Field(min_length=1, max_length=100, json_schema_extra=SCHEMA | _NOT_BLANK), AfterValidator(visible)
]
AccountPurpose = Annotated[str, _STRIPPED, Field(max_length=200, json_schema_extra=SCHEMA), AfterValidator(visible)]
JobName = Annotated[
    str, _STRIPPED, Field(min_length=1, max_length=100, json_schema_extra=SCHEMA | _NOT_BLANK), AfterValidator(visible)
]
HeldSymbol = Annotated[
    Symbol,
    BeforeValidator(
        lambda symbol: canonical_symbol(symbol) if isinstance(symbol, str) and symbol.isascii() else symbol
    ),
    AfterValidator(_no_cash),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\s*(?![Cc][Aa][Ss][Hh]\s*$)[A-Za-z0-9][A-Za-z0-9.-]{0,19}\s*$",
            "description": "Case-insensitive. BRK-B and BRK/B become BRK.B. Cash is not a position.",
        }
    ),
]

_PORTFOLIO = {
    "type": "string",
    "enum": ["sample"],
    "description": "Analyze the sample portfolio with example goals. Doesn't read or change your accounts and goals.",
}
#: The default of an optional field that must not be null. Typed Any, because it is never read: see `Changes.changes`.
UNCHANGED: Any = Field(default_factory=lambda: None)
_ZERO: Any = Field(default=Decimal(0), json_schema_extra={"default": 0})


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Changes(Body):
    """A partial update; omitted fields keep their values."""

    def changes(self) -> dict[str, Any]:
        """Return a value for every field, None for unchanged ones."""
        return {
            name: getattr(self, name) if name in self.model_fields_set else None for name in type(self).model_fields
        }


class NewAccount(Body):
    account_name: ShortName
    account_purpose: AccountPurpose = ""
    cash_balance: Dollars = _ZERO
    cash_interest: Interest = _ZERO


class AccountChanges(Changes):
    account_name: ShortName = UNCHANGED
    account_purpose: AccountPurpose = UNCHANGED
    cash_balance: Dollars = UNCHANGED
    cash_interest: Interest = UNCHANGED


class NewPosition(Body):
    account_id: UUID
    symbol: HeldSymbol
    quantity: Quantity
    price: Price | None = None
    """Per unit, to override the known price. A symbol may have no price at all."""


class AnalysisRequest(Body):
    analysis_type: JobType = JobType.PORTFOLIO
    options: Annotated[
        dict[str, Any], AfterValidator(_storable), Field(json_schema_extra={"properties": {"portfolio": _PORTFOLIO}})
    ] = Field(default_factory=dict)
    """Stored with the job."""


class JobChanges(Body):
    name: JobName | None
    """Null removes the name."""


class JobStatus(StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
