"""The evidence behind the first page: tables and sentences, as Markdown. Each table appears once."""

from collections.abc import Sequence
from decimal import Decimal

from functions.reporter.data_findings import Finding
from functions.reporter.measures import Measures
from functions.reporter.words.verdict import place
from functions.shared.analysis.drawdown import YEARS
from functions.shared.analysis.risk import Outlook
from functions.shared.analysis.stress import Stress
from functions.shared.analysis.wording import (
    count,
    estimate,
    label,
    listed,
    markdown,
    money,
    named,
    percent,
    points,
    portion,
    signed,
    table,
)
from functions.shared.portfolio import AssetClass, Region
from functions.shared.sections import MOST_LISTED

_MOST_FUNDS = 10
_MOST_NAMED = 12
_NONE = "-"
#: The largest loss shown: a fall is never complete.
_MOST_PERCENT = 99


def how_invested(measures: Measures, others: Sequence[Finding]) -> str:
    parts = [_classes(measures), _regions(measures), _sectors(measures), _accounts(measures)]
    parts += [_concentration(measures), _overlap(measures), _other_findings(others)]
    return "\n\n".join(part for part in parts if part)


def what_could_go_wrong(measures: Measures) -> str:
    outlook, drawdown = measures.outlook, measures.drawdown
    if outlook is None or drawdown is None:
        return ""
    rows = [
        (s.scenario.years, s.scenario.what, f"{points(s.percent)}%", signed(s.estimate))
        for s in measures.stress
        if s.is_known
    ]
    expected = (
        f"In an average year, we expect this mix to return {percent(100 * outlook.expected_return)} above inflation, "
        f"with a volatility (the usual size of a year's swing) of {percent(100 * outlook.volatility, 0)}. "
        f"{_of_many_years(outlook)}One year in twenty is expected to lose {_of_today(-outlook.bad_year, measures)} or "
        f"more. Within {YEARS} years, the deepest fall from a peak is as likely as not to exceed "
        f"{_of_today(drawdown.median, measures)}; one time in twenty it exceeds "
        f"{_of_today(drawdown.severe, measures)}."
    )
    scenarios = table(("Year", "What happened", "This mix", "In dollars"), rows, texts=2) if rows else ""
    parts = [scenarios, _left_out(measures), expected]
    return "\n\n".join(part for part in [*parts, _own_risk(measures)] if part)


def _of_many_years(outlook: Outlook) -> str:
    shown = percent(100 * outlook.median_return)
    if shown == percent(100 * outlook.expected_return):
        return ""
    return f"Swings reduce growth: over many years, the likely result is {shown} a year. "


def _classes(measures: Measures) -> str:
    targets = measures.profile.asset_class_targets
    after = measures.trades.after.classes if measures.trades.after and measures.trades.trades and targets else None
    amounts = {part.key: part.amount for part in measures.asset_classes}
    keys = [*amounts, *(key.value for key in targets or {} if key not in amounts and (targets or {})[key])]
    header = [
        "Asset class",
        "Value",
        "Share",
        *(["Target"] if targets else []),
        *(["After the trades"] if after else []),
    ]
    rows = []
    for key in keys:
        amount = amounts.get(key, Decimal())
        row = [label(key), money(amount), portion(amount, measures.total)]
        if targets:
            row.append(_target(targets.get(AssetClass(key))) if key != AssetClass.UNCLASSIFIED else _NONE)
        if after:
            row.append(portion(after.get(AssetClass(key), Decimal()), 100) if key != AssetClass.UNCLASSIFIED else _NONE)
        rows.append(row)
    notes = "Funds count as what they hold. Percentages are rounded."
    if targets and measures.quality.unclassified_value:
        notes += " Targets apply to the classified part."
    if after and measures.trades.new_money:
        notes += " The last column includes a year of new savings."
    return f"### Asset classes\n\n{table(header, rows)}\n\n{notes}"


def _target(percentage: Decimal | None) -> str:
    return percent(percentage, 0) if percentage else "none"


def _regions(measures: Measures) -> str:
    equity = sum((part.amount for part in measures.equity_regions), Decimal())
    if not equity:
        return ""
    if len(measures.equity_regions) == 1 and not measures.region_drift:
        return f"### Where your stocks are\n\nAll of them are {place(measures.equity_regions[0].key)}."
    targets = {drift.key: _target(drift.target) for drift in measures.region_drift}
    amounts = {part.key: part.amount for part in measures.equity_regions}
    has_target_each = bool(targets) and amounts.keys() <= targets.keys()
    keys = [*amounts, *(key for key in targets if has_target_each and key not in amounts)]
    rows = [
        (
            label(key),
            money(amounts.get(key, Decimal())),
            portion(amounts.get(key, Decimal()), equity),
            *([targets[key]] if has_target_each else []),
        )
        for key in keys
    ]
    header = ("Region", "Value", "Share of stocks", *(["Target"] if has_target_each else []))
    text = f"### Where your stocks are\n\n{table(header, rows)}"
    return text if has_target_each or not targets else f"{text}\n\n{_against_regional_targets(measures)}"


def _against_regional_targets(measures: Measures) -> str:
    """Compare the regions with targets for other regions, such as one for all outside of North America."""
    listing = [f"{label(d.key)} {portion(d.share, 100)} (target {_target(d.target)})" for d in measures.region_drift]
    text = f"Compared with {measures.targets}: {listed(listing)}."
    shared = {Region.GLOBAL: "global funds", Region.UNCLASSIFIED: "stocks of unknown region"}
    if spread := [name for key, name in shared.items() if any(part.key == key for part in measures.equity_regions)]:
        text += f" {listed(spread).capitalize()} count toward every target in proportion."
    return text


def _sectors(measures: Measures) -> str:
    if len(measures.sectors) <= 1:
        return ""
    shown, rest = measures.sectors[:_MOST_FUNDS], measures.sectors[_MOST_FUNDS:]
    rows = [(label(part.key), money(part.amount), portion(part.amount, measures.total)) for part in shown]
    if rest:
        amount = sum((part.amount for part in rest), Decimal())
        rows.append((f"{count(len(rest), 'other sector')}", money(amount), portion(amount, measures.total)))
    return f"### Sectors\n\n{table(('Sector', 'Value', 'Share'), rows)}"


def _accounts(measures: Measures) -> str:
    """Return a table of the largest accounts and the sum of the others, without accounts that are worth nothing."""
    accounts = sorted((a for a in measures.valuation.accounts if a.value), key=lambda account: -account.value)
    if len(accounts) == 1:
        return ""
    rows = [
        (markdown(a.name), money(a.value), portion(a.value, measures.total), money(a.cash))
        for a in accounts[:MOST_LISTED]
    ]
    if rest := accounts[MOST_LISTED:]:
        value, cash = sum((a.value for a in rest), Decimal()), sum((a.cash for a in rest), Decimal())
        rows.append((count(len(rest), "other account"), money(value), portion(value, measures.total), money(cash)))
    total = ("Total", money(measures.total), portion(1, 1), money(measures.valuation.cash))
    return f"### Accounts\n\n{table(('Account', 'Value', 'Share', 'Cash in it'), [*rows, total])}"


def _concentration(measures: Measures) -> str:
    concentration = measures.concentration
    number, effective = len(concentration.holdings), concentration.effective_holdings
    if not effective:
        return ""
    if number == 1:
        return "### Concentration\n\nEverything invested is in one holding."
    companies = concentration.single_companies
    if not companies:
        return ""
    value = sum((holding.value for holding in companies), Decimal())
    those = "One of them is a single company" if len(companies) == 1 else f"{len(companies):,} are single companies"
    return (
        f"### Concentration\n\nYour {number:,} holdings are as concentrated as {effective:.1f} of equal size would be "
        f"(cash aside; a fund counts as one, although it holds many companies). {those}: "
        f"{portion(value, measures.total)} of the portfolio."
    )


def _overlap(measures: Measures) -> str:
    overlap = measures.overlap
    if not overlap:
        return ""
    lines = [
        f"- {named(symbols)} track the same market ({index}); together they are {money(value)}. One is enough."
        for index, symbols, value in overlap.same
    ]
    lines += [
        f"- Nearly everything in {markdown(symbol)} is also in {named(funds)}."
        for symbol, funds in overlap.inside[:_MOST_NAMED]
    ]
    by_funds: dict[tuple[str, ...], list[str]] = {}
    for symbol, funds in overlap.companies:
        by_funds.setdefault(funds, []).append(symbol)
    for funds, symbols in by_funds.items():
        also = "is" if len(symbols) == 1 else "are"
        lines.append(f"- {named(symbols, _MOST_NAMED)} {also} also inside {named(funds, _MOST_NAMED)}.")
    return "### Overlap\n\n" + "\n".join(lines)


def _other_findings(findings: Sequence[Finding]) -> str:
    if not findings:
        return ""
    return "### Also worth knowing\n\n" + "\n".join(f"- **{each.title}** {each.passage.text}" for each in findings)


def _left_out(measures: Measures) -> str:
    """Explain the table, and name the classes that a scenario has no figure for."""
    known = [stress for stress in measures.stress if stress.is_known]
    if not known:
        return f"We have no figures for {listed(_missing(measures, measures.stress))} in the bad markets of the past."
    sentences = ["The table shows what today's mix would have done, before inflation."]
    years: dict[str, list[str]] = {}
    for stress in measures.stress:
        if missing := _missing(measures, [stress]):
            amount = f"{listed(missing)} ({money(stress.left_out)})"
            effect = "count that part as unchanged" if stress.is_known else "leave those years out"
            years.setdefault(f"we have no figures for {amount}, so we {effect}", []).append(stress.scenario.years)
    sentences += [f"For {listed(when)}, {text}." for text, when in years.items()]
    return " ".join(sentences)


def _missing(measures: Measures, stresses: Sequence[Stress]) -> list[str]:
    """Return the asset classes without a figure in all of these scenarios."""
    return [
        "unclassified holdings" if part.key == AssetClass.UNCLASSIFIED else label(part.key).lower()
        for part in measures.asset_classes
        if all(AssetClass(part.key) not in stress.scenario.returns for stress in stresses)
    ]


def _of_today(fraction: float, measures: Measures) -> str:
    shown = percent(min(100 * fraction, _MOST_PERCENT), 0)
    amount = estimate(fraction * float(measures.total))
    return shown if amount == "$0" else f"{shown} (about {amount})"


def _own_risk(measures: Measures) -> str:
    if measures.outlook is None or not measures.outlook.own_risk_share:
        return ""
    return (
        "The scenarios treat single companies like the stock market as a whole; one company can fall much further. "
        f"Apart from the market, single companies carry {portion(measures.outlook.own_risk_share, 1)} of this "
        "portfolio's risk."
    )
