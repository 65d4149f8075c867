"""Rules about single companies: one large holding, or many that are large together."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from functions.reporter.data_findings import SYMBOLS_NAMED, Finding
from functions.reporter.measures import Measures
from functions.reporter.trades.model import Action
from functions.shared.analysis.concentration import Holding
from functions.shared.analysis.wording import count, markdown, money, named, portion
from functions.shared.narration.claims import Claim, Direction

COMPANY_LIMIT = 10
"""Percent of the portfolio in one company."""
COMPANIES_LIMIT = 30
"""Percent of the portfolio in all single companies together."""


def _large_companies(measures: Measures) -> Finding | None:
    large = [h for h in measures.concentration.single_companies if h.share >= COMPANY_LIMIT]
    if not large:
        return None
    value = sum((holding.value for holding in large), Decimal())
    share, largest = portion(value, measures.total), large[0]
    if len(large) == 1:
        title = f"{markdown(largest.symbol)} alone is {share} of the portfolio."
    else:
        names = named((holding.symbol for holding in large), SYMBOLS_NAMED)
        title = f"{count(len(large), 'company', 'companies').capitalize()} make up {share} of the portfolio: {names}."
    return Finding(
        weight=float(measures.share(value)) * 1.2,
        title=title,
        explanation=(
            Claim(
                f"if {markdown(largest.symbol)} loses half its value, you lose {money(largest.value / 2)}",
                largest.symbol,
                "loss",
                Direction.DOWN,
                money(largest.value / 2),
            ),
            Claim(
                "single companies have fallen by more, and some never came back", "companies", "loss", Direction.DOWN
            ),
            *_risk_carried(measures, large),
            *_after_trades(measures, largest),
        ),
    )


def _risk_carried(measures: Measures, large: list[Holding]) -> Iterator[Claim]:
    if measures.outlook is None:
        return
    carried = portion(sum(measures.outlook.holding_shares.get(holding.symbol, 0.0) for holding in large), 1)
    names = named((holding.symbol for holding in large), SYMBOLS_NAMED)
    verb = "carries" if len(large) == 1 else "carry"
    yield Claim(f"{names} {verb} {carried} of the portfolio's risk", names, "share of risk", value=carried)


def _after_trades(measures: Measures, holding: Holding) -> Iterator[Claim]:
    """Yield the effect of the trades on the largest company, so that the finding agrees with them."""
    symbol = markdown(holding.symbol)
    trades, s = ("the trade below", "s") if len(measures.trades.trades) == 1 else ("the trades below", "")
    sold = sum(
        (t.amount for t in measures.trades.trades if t.symbol == holding.symbol and t.action is Action.SELL), Decimal()
    )
    if sold == holding.value:
        yield Claim(f"{trades} sell{s} all of {symbol}", symbol, "trade", Direction.DOWN)
    elif sold:
        left = portion(holding.value - sold, measures.total + measures.trades.new_money)
        yield Claim(f"{trades} bring{s} {symbol} down to {left}", symbol, "trade", Direction.DOWN, left)
    elif measures.trades.before is not None:
        why = f"trades follow {measures.targets}, which do not limit a single company"
        yield Claim(f"{trades} leave{s} {symbol} alone: {why}", symbol, "trade")
        yield Claim(f"decide how much of {symbol} you want to keep", symbol, "share", Direction.ACTION)


def _many_companies(measures: Measures) -> Finding | None:
    companies = measures.concentration.single_companies
    value = sum((holding.value for holding in companies), Decimal())
    if not value or 100 * value < COMPANIES_LIMIT * measures.total or any(h.share >= COMPANY_LIMIT for h in companies):
        return None
    return Finding(
        weight=float(measures.share(value)) * 0.7,
        title=f"{portion(value, measures.total)} of the portfolio is in single companies.",
        explanation=(
            Claim(
                f"none of the {len(companies)} is above {COMPANY_LIMIT}%, but together they rise and fall more than a "
                "broad fund does",
                "companies",
                "limit",
                Direction.BELOW,
                f"{COMPANY_LIMIT}%",
            ),
        ),
    )


COMPANY_RULES: tuple[Callable[[Measures], Finding | None], ...] = (_large_companies, _many_companies)
