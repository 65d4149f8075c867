"""A model's list price, by its own id or that of an inference profile."""

from decimal import Decimal

import pytest

from functions.shared.narration.model_prices import estimated_cost_usd


@pytest.mark.parametrize(
    ("model_id", "of_a_million_each"),
    [
        ("amazon.nova-pro-v1:0", 4.0),
        ("us.amazon.nova-pro-v1:0", 4.0),
        ("anthropic.claude-haiku-4-5-20251001-v1:0", 6.0),
        ("global.anthropic.claude-haiku-4-5-20251001-v1:0", 6.0),
        ("us.anthropic.claude-haiku-4-5-20251001-v1:0", 6.6),
        ("eu.anthropic.claude-sonnet-5", 13.2),
    ],
)
def test_model_costs_its_list_price(model_id: str, of_a_million_each: float) -> None:
    assert estimated_cost_usd(model_id, 1_000_000, 1_000_000) == of_a_million_each


@pytest.mark.parametrize("model_id", ["local.converse-stub-v1", "anthropic.claude-3-7-sonnet-20250219-v1:0", "amazon"])
def test_unknown_model_has_no_price(model_id: str) -> None:
    assert estimated_cost_usd(model_id, 1_000, 1_000) is None


def test_configured_price_overrides_list_price() -> None:
    given = (Decimal("0.50"), Decimal(2))

    assert estimated_cost_usd("amazon.nova-pro-v1:0", 1_000, 500, given) == 0.0015
