"""The amount axis of drawings with a plot."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from functions.api.report_page.svg import WIDTH, line, ticks, write
from functions.shared.analysis.wording import amount_in_short

PLOT_HEIGHT = 164
TOP = 16
LEFT, RIGHT = 56, WIDTH - 18


@dataclass(frozen=True)
class Scale:
    """Maps an amount between `low` and `high` to its position in the plot."""

    low: float
    high: float

    def __call__(self, amount: float) -> float:
        return PLOT_HEIGHT - (amount - self.low) / (self.high - self.low) * (PLOT_HEIGHT - TOP)


def amounts_axis(svg: Element, low: float, high: float, right: float = RIGHT, *, is_cut: bool = False) -> Scale:
    """Draw grid lines up to `right`, at round amounts from at most `low` (0 or less) to at least `high` (0 or more).

    If it `is_cut`, the axis ends at `high` itself.
    """
    amounts = [amount for amount in ticks(low, high) if not is_cut or amount <= high]
    top = high if is_cut else amounts[-1]
    scale = Scale(amounts[0], top if top > amounts[0] else amounts[0] + 1)
    for amount in amounts:
        at = scale(amount)
        line(svg, (LEFT, at), (right, at), "grid" if amount else "axis")
        write(svg, (LEFT - 6, at + 4), amount_in_short(amount), "end quiet")
    return scale
