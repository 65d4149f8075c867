"""What the portfolio costs: fees of funds, idle cash, and the gains that a sale would realize."""

from decimal import Decimal

from functions.reporter.measures import Measures
from functions.shared.analysis.wording import count, dollars, estimate, listed, markdown, money, percent, portion, table
from functions.shared.portfolio import AssetClass, InstrumentType
from functions.shared.sections import MOST_LISTED

_MOST_FUNDS = 10
_MOST_NAMED = 12
_NONE = "-"
_CASH = AssetClass.CASH
_LIKE_CASH = {
    InstrumentType.MONEY_MARKET: "money-market funds",
    InstrumentType.BANK_DEPOSIT: "bank deposits",
    InstrumentType.BOND: "Treasury bills",
}


def what_it_costs(measures: Measures) -> str:
    return "\n\n".join(part for part in (_fees(measures), _idle_cash(measures), _gains(measures)) if part)


def _fees(measures: Measures) -> str:
    fees = measures.fees
    if not fees.funds and not fees.unknown:
        return "No fund charges you a fee: you hold none."
    unknown = listed([markdown(symbol) for symbol in fees.unknown], _MOST_NAMED) if fees.unknown else ""
    if fees.average is None:
        return f"### Fund fees\n\nWe do not know the fees of your funds: {unknown} ({money(fees.unknown_value)})."
    when = "until retirement" if measures.profile.years_until_retirement else "ahead"
    sentences = [
        f"{'These funds' if unknown else 'Your funds'} charge {percent(fees.average, 2)} a year, about "
        f"{estimate(fees.yearly)}.",
        f"Over the {count(measures.fee_years, 'year')} {when}, that adds up to about {estimate(measures.fee_drag)} in "
        "today's dollars, lost growth included.",
    ]
    if unknown:
        every = fees.known_value + fees.unknown_value
        sentences.insert(
            0,
            f"Fees are known for {portion(fees.known_value, every)} of your fund money: {money(fees.known_value)} of "
            f"{money(every)}.",
        )
        s, come = ("", "comes") if len(fees.unknown) == 1 else ("s", "come")
        sentences.append(f"The fee{s} of {unknown} ({money(fees.unknown_value)}) {come} on top.")
    rows = [(markdown(f.symbol), money(f.value), _ratio(f.ratio), dollars(f.yearly)) for f in fees.funds[:_MOST_FUNDS]]
    parts = [" ".join(sentences), table(("Fund", "Value", "Expense ratio", "A year"), rows)]
    return "### Fund fees\n\n" + "\n\n".join(parts)


def _ratio(ratio: Decimal) -> str:
    """Format an expense ratio with all of its digits, at least two: 0.40%, 0.0945%."""
    return percent(ratio, max(2, -int(ratio.normalize().as_tuple().exponent)))


def _idle_cash(measures: Measures) -> str:
    cash = measures.cash
    if not cash.total:
        return ""
    sentences = [
        f"{money(cash.total)} is in {cash_words(measures)}, {portion(cash.total, measures.total)} of the portfolio."
    ]
    if cash.in_funds and cash.amount:
        sentences.append(f"{money(cash.amount)} of it is cash in accounts.")
    if cash.average_interest:
        sentences.append(f"Your accounts state an average interest of {percent(cash.average_interest, 2)}.")
    if cash.without_interest:
        sentences.append(
            f"We know of no interest on {_that(measures)}. If it is in a money-market fund, it earns that fund's yield."
        )
    return f"### Cash\n\n{' '.join(sentences)}"


def _that(measures: Measures) -> str:
    cash = measures.cash
    return "it" if cash.without_interest == cash.total else money(cash.without_interest)


def cash_words(measures: Measures) -> str:
    """Return the kinds of holdings that the cash is in, as words to follow "in"."""
    kinds = [
        name
        for kind, name in _LIKE_CASH.items()
        if any(
            held.value and held.instrument.instrument_type is kind and held.instrument.allocation_asset_class.get(_CASH)
            for held in measures.valuation.positions
        )
    ]
    return listed([*(["cash"] if measures.cash.amount or not kinds else []), *kinds])


def _gains(measures: Measures) -> str:
    if not measures.gains:
        if not measures.valuation.positions:
            return ""
        return "### Unrealized gains\n\nYour file has no cost basis, so we cannot say what a sale would realize."
    rows = [
        (
            markdown(g.account),
            money(g.value),
            money(g.cost),
            money(g.gain),
            money(g.unknown_value) if g.unknown_value else _NONE,
        )
        for g in measures.gains[:MOST_LISTED]
    ]
    header = ("Account", "Value", "Cost", "Gain", "Value of unknown cost")
    return f"### Unrealized gains\n\n{table(header, rows)}\n\nGains matter for taxes in taxable accounts only."
