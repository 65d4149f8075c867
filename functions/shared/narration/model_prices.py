"""Estimates the cost of a model's tokens."""

from decimal import Decimal
from typing import NamedTuple


class ListPrice(NamedTuple):
    """US dollars per million input and output tokens, for models whose id starts with `family`.

    `geographic` is the price factor of a regional inference profile (`us.`, `eu.`); a `global.` profile costs the same
    as its model.
    """

    family: str
    input: Decimal
    output: Decimal
    geographic: Decimal = Decimal(1)


_DEARER = Decimal("1.1")
#: On-demand list prices in us-east-1, without caching and batch discounts; MODEL_PRICE overrides them. All but the last
#: three are from AWS's own agent toolkit, which checked them against AWS's pages in October 2026
#: (github.com/aws/agent-toolkit-for-aws, bedrock_pricing.py); the last three are from several public pages of 2026.
#: Claude 3.5 and 3.7 Sonnet are omitted because public pages contradict each other.
_PRICES = (
    ListPrice("amazon.nova-micro", Decimal("0.035"), Decimal("0.14")),
    ListPrice("amazon.nova-lite", Decimal("0.06"), Decimal("0.24")),
    ListPrice("amazon.nova-pro", Decimal("0.80"), Decimal("3.20")),
    ListPrice("anthropic.claude-haiku-4-5", Decimal(1), Decimal(5), _DEARER),
    ListPrice("anthropic.claude-sonnet-4-6", Decimal(3), Decimal(15), _DEARER),
    ListPrice("anthropic.claude-sonnet-5", Decimal(2), Decimal(10), _DEARER),
    ListPrice("anthropic.claude-opus-4-8", Decimal(5), Decimal(25), _DEARER),
    ListPrice("anthropic.claude-sonnet-4-5", Decimal(3), Decimal(15), _DEARER),
    ListPrice("anthropic.claude-3-5-haiku", Decimal("0.80"), Decimal(4)),
    ListPrice("meta.llama3-3-70b", Decimal("0.72"), Decimal("0.72")),
)
_MILLION = 1_000_000


def estimated_cost_usd(
    model_id: str, input_tokens: int, output_tokens: int, price: tuple[Decimal, Decimal] | None = None
) -> float | None:
    """Return US dollars to a millionth; None if the price is unknown. `price` is per million tokens, in and out."""
    found = price or list_price(model_id)
    if found is None:
        return None
    return round(float((found[0] * input_tokens + found[1] * output_tokens) / _MILLION), 6)


def list_price(model_id: str) -> tuple[Decimal, Decimal] | None:
    """Return US dollars per million tokens, in and out, of a model or inference profile (`us.amazon.nova-pro-v1:0`)."""
    where, _, model = model_id.partition(".")
    for price in _PRICES:
        if model_id.startswith(price.family):
            return price.input, price.output
        if model.startswith(price.family):
            times = 1 if where == "global" else price.geographic
            return price.input * times, price.output * times
    return None
