"""The charts of a snapshot."""

from functions.charter.build import all_charts
from functions.charter.declaration import Charts
from functions.shared.analysis import Step
from functions.shared.analysis.valuation import value_portfolio
from functions.shared.portfolio import Snapshot


def choose_charts(snapshot: Snapshot, step: Step) -> Charts:
    """Return at most six charts, always in the same order; none if the portfolio is worth nothing.

    Values are US dollars. In a chart of parts of a whole (the portfolio, or its stocks), they sum to it, to the cent.
    """
    step(0.1, "Valuing positions")
    valuation = value_portfolio(snapshot)
    if not valuation.total:
        step(1.0, "Nothing to draw")
        return Charts({})
    step(0.4, "Looking through funds")
    drawn = {key: chart for key, chart in all_charts(valuation).items() if chart is not None}
    step(0.9, "Putting the charts in order")
    charts = Charts({key: drawn[key].model_copy(update={"order": place}) for place, key in enumerate(drawn)})
    step(1.0, "Charts ready")
    return charts
