"""The amount axis of drawings with a plot."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from functions.api.report_page.svg import WIDTH, line, ticks, write
from functions.shared.analysis.wording import amount_in_short

PLOT_HEIGHT = 220
TOP = 10
LEFT, RIGHT = 56, WIDTH - 18


@dataclass(frozen=True)
class Scale:
    """Maps an amount between `low` and `high` to its position in the plot."""

    low: float
    high: float

    def __call__(self, amount: float) -> float:
        return PLOT_HEIGHT - (amount - self.low) / (self.high - self.low) * (PLOT_HEIGHT - TOP)


def amounts_axis(svg: Element, low: float, high: float) -> Scale:
    """Draw grid lines at round amounts from at most `low` (0 or less) to at least `high` (0 or more)."""
    amounts = ticks(low, high)
    scale = Scale(amounts[0], amounts[-1] if len(amounts) > 1 else amounts[0] + 1)
    for amount in amounts:
        at = scale(amount)
        line(svg, (LEFT, at), (RIGHT, at), "grid" if amount else "axis")
        write(svg, (LEFT - 6, at + 4), amount_in_short(amount), "end quiet")
    return scale
