"""What a model's tokens are estimated to cost."""

from decimal import Decimal

#: US dollars for a million tokens, input and output, by the beginning of the model's own id. On-demand list prices in
#: us-east-1 as published by AWS in 2025, without discounts for caches and batches; MODEL_PRICE overrides them.
_PRICES: tuple[tuple[str, Decimal, Decimal], ...] = tuple(
    (family, Decimal(into), Decimal(out))
    for family, into, out in (
        ("amazon.nova-micro", "0.035", "0.14"),
        ("amazon.nova-lite", "0.06", "0.24"),
        ("amazon.nova-pro", "0.80", "3.20"),
        ("anthropic.claude-3-haiku", "0.25", "1.25"),
        ("anthropic.claude-3-5-haiku", "0.80", "4.00"),
        ("anthropic.claude-haiku-4-5", "1.00", "5.00"),
        ("anthropic.claude-3-5-sonnet", "3.00", "15.00"),
        ("anthropic.claude-3-7-sonnet", "3.00", "15.00"),
        ("anthropic.claude-sonnet-4", "3.00", "15.00"),
        ("meta.llama3-3-70b", "0.72", "0.72"),
    )
)
_MILLION = 1_000_000


def estimated_cost_usd(
    model_id: str, input_tokens: int, output_tokens: int, price: tuple[Decimal, Decimal] | None = None
) -> float | None:
    """US dollars to a millionth; None when nobody knows the price. `price` is that of a million tokens, in and out."""
    found = price or _list_price(model_id)
    if found is None:
        return None
    return round(float((found[0] * input_tokens + found[1] * output_tokens) / _MILLION), 6)


def _list_price(model_id: str) -> tuple[Decimal, Decimal] | None:
    """An inference profile (`us.amazon.nova-pro-v1:0`) costs what its model does."""
    ids = (model_id, model_id.partition(".")[2])
    return next(((into, out) for family, into, out in _PRICES if any(own.startswith(family) for own in ids)), None)
