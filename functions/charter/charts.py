"""Select the most relevant charts for a snapshot."""

from functions.charter.candidates import allocation_charts, drift_charts, holdings_charts
from functions.charter.declaration import Charts
from functions.shared.analysis import Step
from functions.shared.analysis.valuation import value_portfolio
from functions.shared.portfolio import Snapshot

MOST_CHARTS = 6


def choose_charts(snapshot: Snapshot, step: Step) -> Charts:
    """Return at most six charts, most relevant first; none if the portfolio is worth nothing.

    Values are US dollars. Those of an allocation chart sum to the portfolio's value to the cent; those of a drift
    chart (positive to buy, negative to sell) sum to zero.
    """
    step(0.1, "Valuing positions")
    valuation = value_portfolio(snapshot)
    if not valuation.total:
        step(1.0, "Nothing to draw")
        return Charts({})
    step(0.3, "Looking through funds")
    candidates = allocation_charts(valuation)
    step(0.6, "Comparing with the targets")
    candidates += [*holdings_charts(valuation), *drift_charts(valuation, snapshot.profile)]
    step(0.9, "Choosing charts")
    chosen = sorted(candidates, key=lambda candidate: -candidate.interest)[:MOST_CHARTS]
    charts = Charts({each.key: each.chart.model_copy(update={"order": place}) for place, each in enumerate(chosen)})
    step(1.0, "Charts ready")
    return charts
