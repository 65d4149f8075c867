"""What the portfolio costs: fees of funds, idle cash, and the gains that a sale would realize."""

from functions.reporter.measures import Measures
from functions.shared.analysis.wording import count, dollars, estimate, listed, markdown, money, percent, portion, table
from functions.shared.sections import MOST_LISTED

_MOST_FUNDS = 10
_MOST_NAMED = 12
_NONE = "-"


def what_it_costs(measures: Measures) -> str:
    return "\n\n".join(part for part in (_fees(measures), _idle_cash(measures), _gains(measures)) if part)


def _fees(measures: Measures) -> str:
    fees = measures.fees
    if not fees.funds and not fees.unknown:
        return "No fund charges you a fee: you hold none."
    parts = []
    if fees.average is not None:
        when = "until retirement" if measures.profile.years_until_retirement else "ahead"
        parts.append(
            f"Your funds charge {percent(fees.average, 2)} a year, about {estimate(fees.yearly)}. Over the "
            f"{count(measures.fee_years, 'year')} {when} that adds up to about {estimate(measures.fee_drag)} in "
            "today's dollars, lost growth included."
        )
        rows = [
            (markdown(f.symbol), money(f.value), percent(f.ratio, 2), dollars(f.yearly))
            for f in fees.funds[:_MOST_FUNDS]
        ]
        parts.append(table(("Fund", "Value", "Expense ratio", "A year"), rows))
    if fees.unknown:
        names = listed([markdown(symbol) for symbol in fees.unknown], _MOST_NAMED)
        parts.append(
            f"We do not know what {names} charge{'s' if len(fees.unknown) == 1 else ''} ({money(fees.unknown_value)})."
        )
    return "### Fund fees\n\n" + "\n\n".join(parts)


def _idle_cash(measures: Measures) -> str:
    cash = measures.cash
    if not cash.total:
        return ""
    sentences = [f"{money(cash.total)} is in cash, {portion(cash.total, measures.total)} of the portfolio."]
    if cash.in_funds:
        sentences.append(f"{money(cash.in_funds)} of it is in funds and other holdings.")
    if cash.average_interest:
        sentences.append(f"Your accounts state an average interest of {percent(cash.average_interest, 2)}.")
    if cash.without_interest:
        sentences.append(
            f"We know of no interest on {money(cash.without_interest)}; a money-market fund in it earns its own yield."
        )
    return f"### Cash\n\n{' '.join(sentences)}"


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
