"""The evidence behind the first page: tables and sentences, as Markdown. Each table appears once."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from functions.reporter.data_findings import Finding
from functions.reporter.measures import Measures
from functions.shared.analysis.drawdown import YEARS
from functions.shared.analysis.wording import (
    count,
    estimate,
    label,
    listed,
    markdown,
    money,
    percent,
    points,
    portion,
    table,
)
from functions.shared.portfolio import AssetClass, Region
from functions.shared.sections import MOST_LISTED

_MOST_FUNDS = 10
_MOST_NAMED = 12
_NONE = "-"


def how_invested(measures: Measures, others: Sequence[Finding]) -> str:
    parts = [_classes(measures), _regions(measures), _sectors(measures), _accounts(measures)]
    parts += [_concentration(measures), _overlap(measures), _other_findings(others)]
    return "\n\n".join(part for part in parts if part)


def what_could_go_wrong(measures: Measures) -> str:
    outlook, drawdown = measures.outlook, measures.drawdown
    if outlook is None or drawdown is None:
        return ""
    rows = [
        (s.scenario.years, s.scenario.what, _change(100 * s.change / measures.total), _signed(s.change))
        for s in measures.stress
    ]
    expected = (
        f"In the long run we expect this mix to return {percent(100 * outlook.expected_return)} a year above "
        f"inflation, with a volatility (the usual size of a year's swing) of {percent(100 * outlook.volatility, 0)}. "
        f"One year in twenty is expected to lose {_of_today(-outlook.bad_year, measures)} or more. Within {YEARS} "
        f"years, the deepest fall from a peak is as likely as not to exceed {_of_today(drawdown.median, measures)}; "
        f"one time in twenty it exceeds {_of_today(drawdown.severe, measures)}."
    )
    parts = [table(("Year", "What happened", "This mix", "In dollars"), rows, texts=2), _left_out(measures), expected]
    return "\n\n".join(part for part in [*parts, _own_risk(measures)] if part)


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
        notes += " Targets apply to what is classified."
    if after and measures.trades.new_money:
        notes += " After the trades includes a year of new savings."
    return f"### Asset classes\n\n{table(header, rows)}\n\n{notes}"


def _target(percentage: Decimal | None) -> str:
    return percent(percentage, 0) if percentage else "none"


def _regions(measures: Measures) -> str:
    equity = sum((part.amount for part in measures.equity_regions), Decimal())
    if not equity:
        return ""
    header = ("Region", "Value", "Share of stocks")
    rows = [(label(part.key), money(part.amount), portion(part.amount, equity)) for part in measures.equity_regions]
    text = f"### Where your stocks are\n\n{table(header, rows)}"
    if measures.region_drift:
        listing = [
            f"{label(d.key)} {portion(d.share, 100)} (target {_target(d.target)})" for d in measures.region_drift
        ]
        text += f"\n\nCounted by {measures.targets}: {listed(listing)}."
        if any(part.key in {Region.GLOBAL, Region.UNCLASSIFIED} for part in measures.equity_regions):
            text += " Stocks of unknown region count toward every target in proportion."
    return text


def _sectors(measures: Measures) -> str:
    if not measures.sectors:
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
    text = (
        f"The {number:,} holdings spread your money like {effective:.1f} equal ones (cash aside; a fund counts as one, "
        "although it holds many companies)."
    )
    if companies:
        value = sum((holding.value for holding in companies), Decimal())
        those = "One is a single company" if len(companies) == 1 else f"{len(companies):,} are single companies"
        text += f" {those}: {portion(value, measures.total)} of the portfolio."
    return f"### Concentration\n\n{text}"


def _overlap(measures: Measures) -> str:
    overlap = measures.overlap
    if not overlap:
        return ""
    lines = [
        f"- {listed(_names(symbols))} track the same market ({index}); together they are {money(value)}. One is enough."
        for index, symbols, value in overlap.same
    ]
    lines += [
        f"- Nearly everything in {markdown(symbol)} is also in {listed(_names(funds))}."
        for symbol, funds in overlap.inside[:_MOST_NAMED]
    ]
    by_funds: dict[tuple[str, ...], list[str]] = {}
    for symbol, funds in overlap.companies:
        by_funds.setdefault(funds, []).append(symbol)
    for funds, symbols in by_funds.items():
        also = "is" if len(symbols) == 1 else "are"
        lines.append(
            f"- {listed(_names(symbols), _MOST_NAMED)} {also} also inside {listed(_names(funds), _MOST_NAMED)}."
        )
    return "### Overlap\n\n" + "\n".join(lines)


def _names(symbols: Iterable[str]) -> list[str]:
    return [markdown(symbol) for symbol in symbols]


def _other_findings(findings: Sequence[Finding]) -> str:
    if not findings:
        return ""
    return "### Also worth knowing\n\n" + "\n".join(f"- **{each.title}** {each.text}" for each in findings)


def _change(percentage: Decimal) -> str:
    whole = points(percentage)
    return f"{whole}%"


def _signed(amount: Decimal) -> str:
    return f"{'-' if amount < 0 else '+' if amount else ''}{estimate(abs(amount))}"


def _left_out(measures: Measures) -> str:
    """Name the classes that a scenario has no figure for."""
    sentences = []
    for stress in measures.stress:
        missing = [
            label(part.key).lower()
            for part in measures.asset_classes
            if stress.scenario.returns.get(AssetClass(part.key)) is None
        ]
        if missing:
            sentences.append(f"{stress.scenario.years} without {listed(missing)} ({money(stress.left_out)})")
    text = "What the same mix would have done, before inflation."
    return f"{text} No figure: {'; '.join(sentences)}; this part is counted as unchanged." if sentences else text


def _of_today(fraction: float, measures: Measures) -> str:
    return f"{percent(100 * fraction, 0)} (about {estimate(fraction * float(measures.total))})"


def _own_risk(measures: Measures) -> str:
    if measures.outlook is None or not measures.outlook.own_risk_share:
        return ""
    return (
        "The scenarios treat single companies like the stock market as a whole; one company can fall much further. "
        f"Apart from the market, single companies carry {portion(measures.outlook.own_risk_share, 1)} of this "
        "portfolio's risk."
    )
