"""Rules about cash: more than its target, or much of it without a target."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from functions.reporter.data_findings import Finding
from functions.reporter.measures import Measures
from functions.reporter.words.costs import cash_words
from functions.shared.analysis.market_assumptions import MARKET
from functions.shared.analysis.wording import distance, estimate, money, percent, portion
from functions.shared.narration.claims import Claim, Direction
from functions.shared.portfolio import AssetClass

CASH_LIMIT = 5
"""Points of cash above its target."""
CASH_WITHOUT_TARGET = 25
"""Percent of the portfolio in cash that is worth a question if there is no target."""
LEAST_CASH = 100
"""US dollars of cash that are worth a sentence."""


def target_of(measures: Measures, name: str, target: Decimal) -> Claim:
    whose = "the example target" if measures.profile.is_example else "your target"
    shown = percent(target, 0) if target else "none"
    return Claim(f"{whose} is {shown}", name, "target", value=shown)


def _cash(measures: Measures) -> Finding | None:
    cash, targets = measures.cash, measures.profile.asset_class_targets
    if not targets:
        return _cash_without_target(measures)
    if measures.share(cash.above_target) < CASH_LIMIT or cash.above_target < LEAST_CASH:
        return None
    wanted = targets.get(AssetClass.CASH, Decimal())
    return Finding(
        weight=float(measures.share(cash.above_target)) * 0.9,
        title=_idle(measures) or f"Cash is {distance(measures.share(cash.total) - wanted)} above target.",
        explanation=(
            Claim(
                f"{money(cash.total)} is in {cash_words(measures)}",
                "cash",
                "value",
                Direction.ABOVE,
                money(cash.total),
            ),
            "; ",
            target_of(measures, "cash", wanted),
            Claim("keep what you may need within a year; put the rest to work", "cash", "use", Direction.ACTION),
            *_drag(measures),
        ),
    )


def _idle(measures: Measures) -> str:
    return "Cash is earning nothing that we know of." if measures.cash.without_interest == measures.cash.total else ""


def _drag(measures: Measures) -> Iterator[Claim]:
    cost = measures.cash.yearly_cost
    if cost >= 1:
        mix = "the example mix" if measures.profile.is_example else "your target mix"
        text = f"invested in the rest of {mix}, the excess would earn about {estimate(cost)} a year more on average"
        yield Claim(text, "cash", "return", Direction.ABOVE, estimate(cost))


def _cash_without_target(measures: Measures) -> Finding | None:
    cash = measures.cash.total
    if measures.share(cash) < CASH_WITHOUT_TARGET or cash < LEAST_CASH:
        return None
    real_return = percent(100 * MARKET[AssetClass.CASH].expected_real_return)
    return Finding(
        weight=float(measures.share(cash)) * 0.4,
        title=f"{portion(cash, measures.total)} of the portfolio is cash.",
        explanation=(
            Claim(f"{money(cash)} is in {cash_words(measures)}", "cash", "value", value=money(cash)),
            Claim(
                f"it is safe, but we expect it to grow only about {real_return} a year faster than prices",
                "cash",
                "return",
                Direction.UP,
                real_return,
            ),
            Claim("set a target for cash, and we can say how much of it to invest", "cash", "target", Direction.ACTION),
        ),
    )


CASH_RULES: tuple[Callable[[Measures], Finding | None], ...] = (_cash,)
