"""The chapters below the report's findings: tables and sentences, as Markdown."""

from decimal import Decimal

from functions.reporter.findings import DRIFT_BAND
from functions.reporter.import_notes import import_notes
from functions.reporter.measures import Measures
from functions.reporter.price_note import price_note
from functions.shared.analysis.allocation import Allocation
from functions.shared.analysis.concentration import Holding
from functions.shared.analysis.drawdown import SOURCE as DRAWDOWN_SOURCE
from functions.shared.analysis.drawdown import YEARS, Drawdown
from functions.shared.analysis.drift import Drifts, to_move
from functions.shared.analysis.market_assumptions import CLASSES, MARKET, SOURCES
from functions.shared.analysis.risk import COMPANY_VOLATILITY, OWN_RISK_SOURCES, Outlook
from functions.shared.analysis.wording import (
    count,
    day,
    dollars,
    label,
    listed,
    markdown,
    money,
    percent,
    points,
    share_of,
    table,
)
from functions.shared.portfolio import AssetClass, Region
from functions.shared.sections import MOST_LISTED

TOP_HOLDINGS = 10
NAMES_SHOWN = 20


def allocation(measures: Measures) -> str:
    parts = (
        ("Asset classes", "Asset class", measures.asset_classes),
        ("Regions", "Region", measures.regions),
        ("Sectors", "Sector", measures.sectors),
        ("Instrument types", "Type", measures.instrument_types),
    )
    tables = [f"### {title}\n\n{_allocation_table(column, slices, measures)}" for title, column, slices in parts]
    accounts = f"### Accounts\n\n{_accounts(measures)}"
    notes = ["Funds are seen through to what they hold, and cash counts as North America."]
    if vague := [label(part.key) for part in measures.regions if part.key in {Region.GLOBAL, Region.INTERNATIONAL}]:
        notes.append(f"{listed(vague)} {'is' if len(vague) == 1 else 'are'} what is not known more closely.")
    notes.append("Shares are rounded so that each table comes to 100 %.")
    return "\n\n".join([" ".join(notes), *tables, accounts])


def concentration(measures: Measures) -> str:
    holdings = measures.concentration.holdings
    if not holdings:
        return "There are no priced holdings besides cash, so nothing can be concentrated."
    return f"{_holdings_table(measures)}\n\n{_herfindahl(measures)}"


def drift(measures: Measures) -> str:
    """Return a table for each kind of targets that the user has set; empty if they have set none."""
    profile = measures.profile
    tables = []
    if profile.asset_class_targets is not None:
        tables.append(f"### Asset classes\n\n{_drift_table('Asset class', measures.asset_class_drift)}")
    if profile.region_targets is not None:
        regions = "Cash alone is in no region that it would have to leave."
        if measures.valuation.invested:
            regions = _drift_table("Region", measures.region_drift)
        tables.append(f"### Regions\n\n{regions}")
    return "\n\n".join([" ".join(_drift_notes(measures)), *tables]) if tables else ""


def _drift_notes(measures: Measures) -> list[str]:
    region_targets = measures.profile.region_targets or {}
    notes = ["The targets are examples."] if measures.profile.is_example else []
    notes.append(f"Within {DRIFT_BAND} points of a target nothing has to be done. A positive amount is to be bought.")
    if any(part.key == AssetClass.UNCLASSIFIED for part in measures.asset_classes):
        notes.append("What is unclassified is left out: shares are those of the rest.")
    if Region.INTERNATIONAL in region_targets:
        notes.append("International means every region outside North America that has no target of its own.")
    if (
        region_targets
        and Region.GLOBAL not in region_targets
        and any(part.key == Region.GLOBAL for part in measures.regions)
    ):
        notes.append("What is only known as global counts towards all targets for regions, in their proportion.")
    return notes


def cash(measures: Measures) -> str:
    drag = measures.cash
    if not drag.total:
        return "The accounts hold no cash."
    above = ""
    if measures.profile.asset_class_targets is not None:
        part = "all" if drag.above_target == drag.total else money(drag.above_target) if drag.above_target else "none"
        above = f"; {part} of it is above target"
    in_funds = f", {money(drag.in_funds)} of it in funds" if drag.in_funds else ""
    sentences = [
        f"Cash is {money(drag.total)}{in_funds}, {percent(measures.share(drag.total))} of the portfolio{above}."
    ]
    if drag.yearly_cost:
        sentences.append(f"That excess is expected to cost about {dollars(drag.yearly_cost)} a year (cash drag).")
    if drag.average_interest:
        sentences.append(f"The accounts state an average interest of {percent(drag.average_interest, 2)}.")
    if drag.without_interest:
        sentences.append(f"No interest is recorded for {money(drag.without_interest)}.")
    return " ".join(sentences)


def risk(measures: Measures, outlook: Outlook, drawdown: Drawdown) -> str:
    return "\n\n".join(
        [
            f"The mix is expected to return {percent(100 * outlook.expected_return)} a year above inflation, with a "
            f"volatility of {percent(100 * outlook.volatility)}. Half of all years are "
            f"expected to bring more than {percent(100 * outlook.median_return)}; one in twenty is expected to lose "
            f"{_of_today(-outlook.bad_year, measures)} or more.{_carrier_of_risk(outlook)}"
            f"{_single_company_note(outlook)}",
            f"Within {YEARS} years the deepest fall from a peak (maximum drawdown) is as likely as not to be more than "
            f"{_of_today(drawdown.median, measures)}; one time in twenty it is more than "
            f"{_of_today(drawdown.severe, measures)}.",
            _market_table(outlook),
            "These are our own long-term assumptions, rounded to half a percent; they are no forecast. Volatility "
            "takes the correlations between classes into account; the maximum drawdown is that of a geometric Brownian "
            "motion with the return and the volatility above, and real markets have fallen deeper. Sources that "
            "informed them:",
            "\n".join(f"- {source}" for source in (*SOURCES, *OWN_RISK_SOURCES, DRAWDOWN_SOURCE)),
        ]
    )


def data_quality(measures: Measures) -> str:
    quality = measures.quality
    refreshed = price_note(quality, markdown)
    if quality.is_clean:
        clean = "Every holding has a price from within a week of this analysis, and a classification."
        return f"{clean} {refreshed}".rstrip()
    lines = import_notes(quality) + ([f"- **Refresh of prices:** {refreshed}"] if refreshed else [])
    if quality.unpriced:
        lines.append(f"- **No price, counted as nothing:** {_names(quality.unpriced)}.")
    if quality.unclassified:
        lines.append(f"- **Unclassified ({money(quality.unclassified_value)}):** {_names(quality.unclassified)}.")
    if quality.stale and quality.oldest_price:
        lines.append(
            f"- **Price older than a week ({money(quality.stale_value)}, the oldest of {day(quality.oldest_price)}):** "
            f"{_names(quality.stale)}."
        )
    if quality.undated:
        lines.append(f"- **Price of unknown date:** {_names(quality.undated)}.")
    if quality.classified_by_model:
        lines.append(
            f"- **Classified by a language model, not from reference data:** {_names(quality.classified_by_model)}."
        )
    return "\n".join(lines)


def _allocation_table(column: str, slices: Allocation, measures: Measures) -> str:
    rows = [(label(part.key), money(part.amount), share_of(part.amount, part.share)) for part in slices]
    return table((column, "Value", "Share"), [*rows, _total(measures)])


def _accounts(measures: Measures) -> str:
    """Return a table of the largest accounts and the sum of the others, without accounts that are worth nothing."""
    accounts = sorted(measures.valuation.accounts, key=lambda account: -account.value)
    valued = list(zip(accounts, measures.accounts, strict=False))  # accounts without value sort last and have no part
    rows = [
        (markdown(account.name), money(part.amount), share_of(part.amount, part.share), money(account.cash))
        for account, part in valued[:MOST_LISTED]
    ]
    if rest := valued[MOST_LISTED:]:
        value, share = (
            sum((part.amount for _, part in rest), Decimal()),
            sum((part.share for _, part in rest), Decimal()),
        )
        cash = sum((account.cash for account, _ in rest), Decimal())
        rows.append((count(len(rest), "other account"), money(value), share_of(value, share), money(cash)))
    return table(("Account", "Value", "Share", "Cash in it"), [*rows, (*_total(measures), money(measures.cash.amount))])


def _total(measures: Measures) -> tuple[str, str, str]:
    return "Total", money(measures.total), percent(100)


def _holdings_table(measures: Measures) -> str:
    holdings = measures.concentration.holdings
    top, rest = holdings[:TOP_HOLDINGS], holdings[TOP_HOLDINGS:]
    rows = [(_name(h), label(h.instrument.instrument_type), money(h.value), share_of(h.value, h.share)) for h in top]
    if rest:
        value, share = sum((h.value for h in rest), Decimal()), sum((h.share for h in rest), Decimal())
        rows.append((count(len(rest), "other holding"), "Several", money(value), share_of(value, share)))
    return table(("Holding", "Type", "Value", "Share"), rows, texts=2)


def _name(holding: Holding) -> str:
    symbol, name = markdown(holding.symbol), markdown(holding.instrument.name)
    return symbol if name == symbol else f"{symbol} {name}"


def _herfindahl(measures: Measures) -> str:
    concentration = measures.concentration
    number, effective = len(concentration.holdings), concentration.effective_holdings
    companies = concentration.single_companies
    if number == 1:
        return f"Everything invested is in this one {'company' if companies else 'holding'} (Herfindahl index 1.000)."
    sentences = [
        f"The Herfindahl index of the {number:,} holdings is {concentration.herfindahl:.3f}: they spread risk like "
        f"{effective:.1f} equal ones."
    ]
    funds = number - len(companies)
    if funds:
        sentences.append("A fund counts as one holding here, although it spreads its money over many.")
    if companies:
        share = sum(holding.share for holding in companies)
        sentences.append(
            f"{count(len(companies), 'holding is a single company', 'holdings are single companies')}, "
            f"{percent(share)} of the portfolio" + (", besides what the funds hold of them." if funds else ".")
        )
    return " ".join(sentences)


def _drift_table(column: str, drifts: Drifts) -> str:
    if not drifts:
        return "Nothing is classified yet, so there is nothing to compare."
    rows = [
        (label(d.key), money(d.amount), percent(d.share), percent(d.target), points(d.points), money(d.move))
        for d in drifts
    ]
    moved = f"In all, {money(to_move(drifts))} would change place."
    return f"{table((column, 'Value', 'Share', 'Target', 'Points', 'To move'), rows)}\n\n{moved}"


def _of_today(fraction: float, measures: Measures) -> str:
    return f"{percent(100 * fraction)} ({dollars(fraction * float(measures.total))} of today's value)"


def _carrier_of_risk(outlook: Outlook) -> str:
    if len(outlook.risk_shares) == 1:
        return ""
    asset_class, share = max(outlook.risk_shares.items(), key=lambda item: item[1])
    return f" {label(asset_class)} carries {percent(100 * share)} of the risk."


def _single_company_note(outlook: Outlook) -> str:
    if outlook.own_risk_share < DRIFT_BAND / 100:
        return ""
    return f" The fate of single companies, apart from the market, carries {percent(100 * outlook.own_risk_share)}."


def _market_table(outlook: Outlook) -> str:
    rows = [
        (
            label(asset_class),
            percent(100 * MARKET[asset_class].expected_real_return),
            percent(100 * MARKET[asset_class].volatility),
            share_of(Decimal(1), Decimal(100 * outlook.risk_shares[asset_class])),
        )
        for asset_class in CLASSES
        if asset_class in outlook.risk_shares
    ]
    if outlook.own_risk_share:
        own = share_of(Decimal(1), Decimal(100 * outlook.own_risk_share))
        rows.append(("Single companies, apart from the market", percent(0), percent(100 * COMPANY_VOLATILITY), own))
    return table(("Asset class", "Expected real return", "Volatility", "Share of the risk"), rows)


def _names(symbols: tuple[str, ...]) -> str:
    return listed([markdown(symbol) for symbol in symbols], NAMES_SHOWN)
