"""The appendix: holdings, data to check, assumptions, method, and the sources, each once."""

from decimal import Decimal

from functions.reporter.drift_thresholds import TAXED_TOLERANCE, TOLERANCE
from functions.reporter.import_notes import import_notes
from functions.reporter.measures import Measures
from functions.reporter.price_note import price_note
from functions.shared.analysis.concentration import Holding
from functions.shared.analysis.drawdown import SOURCE as DRAWDOWN_SOURCE
from functions.shared.analysis.market_assumptions import CLASSES, MARKET
from functions.shared.analysis.risk import OWN_VOLATILITY, assumption_sources
from functions.shared.analysis.stress import sources_of
from functions.shared.analysis.wording import count, day, label, markdown, money, named, percent, portion, table
from functions.shared.portfolio import InstrumentType

TOP_HOLDINGS = 25


def holdings(measures: Measures) -> str:
    held = measures.concentration.holdings
    if not held:
        return ""
    rows = [
        (_name(h), label(h.instrument.instrument_type), money(h.value), portion(h.value, measures.total))
        for h in held[:TOP_HOLDINGS]
    ]
    if rest := held[TOP_HOLDINGS:]:
        value = sum((h.value for h in rest), Decimal())
        rows.append((count(len(rest), "other holding"), "Several", money(value), portion(value, measures.total)))
    if measures.valuation.cash:
        rows.append(
            (
                "Cash in accounts",
                "Cash",
                money(measures.valuation.cash),
                portion(measures.valuation.cash, measures.total),
            )
        )
    return table(("Holding", "Type", "Value", "Share"), rows, texts=2)


def data_to_check(measures: Measures) -> str:
    quality = measures.quality
    refreshed = price_note(quality, markdown)
    lines = import_notes(quality) + ([f"- **Refresh of prices:** {refreshed}"] if refreshed else [])
    if quality.unpriced:
        lines.append(f"- **No price, left out:** {named(quality.unpriced)}.")
    if quality.unclassified:
        lines.append(f"- **Not classified ({money(quality.unclassified_value)}):** {named(quality.unclassified)}.")
    if quality.stale and quality.oldest_price:
        oldest = day(quality.oldest_price)
        lines.append(
            f"- **Price older than a week ({money(quality.stale_value)}, the oldest from {oldest}):** "
            f"{named(quality.stale)}."
        )
    if quality.undated:
        lines.append(f"- **Price without a date:** {named(quality.undated)}.")
    if quality.classified_by_model:
        lines.append(
            f"- **Classified by a language model, not from reference data:** {named(quality.classified_by_model)}."
        )
    return "\n".join(lines) or "Every holding has a recent price and a classification."


def assumptions(measures: Measures) -> str:
    if measures.outlook is None:
        return ""
    held = measures.outlook.risk_shares
    rows = [
        (
            label(asset_class),
            percent(100 * MARKET[asset_class].expected_real_return),
            percent(100 * MARKET[asset_class].volatility),
            portion(held[asset_class], 1),
        )
        for asset_class in CLASSES
        if asset_class in held
    ]
    if measures.outlook.own_risk_share:
        own = percent(100 * OWN_VOLATILITY[InstrumentType.STOCK])
        rows.append(("Single companies, in addition", percent(0), own, portion(measures.outlook.own_risk_share, 1)))
    header = ("Asset class", "Expected return", "Volatility", "Share of the risk")
    note = "Returns are above inflation, per year. These are our own rounded assumptions, not a forecast."
    return f"{table(header, rows)}\n\n{note}"


def method() -> str:
    lines = [
        "- **Values** are quantity times price, to the cent. Percentages and dollars are rounded for display only.",
        "- **Estimates** (“about”) are shown to two digits.",
        f"- **Trades** stop when everything is within {TOLERANCE} points of its target. Taxed sales are proposed only "
        f"for gaps above {TAXED_TOLERANCE} points. Accounts whose name or purpose says IRA, 401(k), HSA or "
        "the like count as tax-advantaged, all others as taxable. Money never moves between accounts. Regional targets "
        "apply to stocks.",
        "- **Risk** combines asset classes with their correlations, and adds the own risk of single companies. The "
        "deepest fall is that of a geometric Brownian motion; real markets have fallen deeper.",
        "- **Fees** are the funds' expense ratios in our reference data, published from 2024 to 2026. A fund may have "
        "changed its fee since.",
        "- **Overlap** follows from the index that a fund tracks, not from its list of holdings.",
        "- **Not included**: taxes, trading costs, inflation in the bad markets shown, and what you hold elsewhere.",
    ]
    return "\n".join(lines)


def sources(measures: Measures) -> str:
    assumed = assumption_sources(with_companies=bool(measures.outlook and measures.outlook.own_risk_share))
    return "\n".join(f"- {source}" for source in (*assumed, DRAWDOWN_SOURCE, *sources_of(measures.asset_classes)))


def _name(holding: Holding) -> str:
    symbol, name = markdown(holding.symbol), markdown(holding.instrument.name)
    return symbol if name == symbol else f"{symbol} {name}"
