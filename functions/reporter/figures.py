"""The figures in the report's text as JSON numbers: US dollars, percent, percentage points.

Held amounts are exact to the cent. Percentages and estimates are rounded as in the text, so that clients print them as
they are.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from functions.reporter import cash_findings as cash_rules
from functions.reporter import company_findings as company_rules
from functions.reporter.data_findings import Finding
from functions.reporter.drift_thresholds import TAXED_TOLERANCE, TOLERANCE
from functions.reporter.import_notes import WARNING_LENGTH, WARNINGS_SHOWN
from functions.reporter.measures import Measures
from functions.reporter.price_note import price_note
from functions.reporter.sector_findings import SECTOR_LIMIT
from functions.reporter.trades.model import Left, Shares, Trade, TradePlan
from functions.shared.analysis.allocation import Allocation
from functions.shared.analysis.drawdown import YEARS, Drawdown
from functions.shared.analysis.drift import Drifts
from functions.shared.analysis.quality import DataQuality
from functions.shared.analysis.risk import Outlook
from functions.shared.analysis.wording import plain, rounded, two_digits
from functions.shared.sections import MOST_LISTED


def figures(measures: Measures, findings: list[Finding]) -> dict[str, Any]:
    """Return the figures, keyed by Alex's vocabulary and by symbol. Accounts are listed by value; trades name them.

    Lists contain at most `MOST_LISTED` accounts or symbols. `other_accounts` is the sum of the rest, and
    `<list>_count` counts all symbols.
    """
    concentration, profile = measures.concentration, measures.profile
    return {
        "total_value": float(measures.total),
        "invested": float(measures.valuation.invested),
        "accounts": [_worth(part.amount, part.share) for part in measures.accounts[:MOST_LISTED]],
        "other_accounts": _sum(measures.accounts[MOST_LISTED:]),
        "asset_classes": _allocation(measures.asset_classes),
        "regions": _allocation(measures.regions),
        "equity_regions": _allocation(measures.equity_regions),
        "sectors": _allocation(measures.sectors),
        "instrument_types": _allocation(measures.instrument_types),
        "holdings": len(concentration.holdings),
        "top_holdings": {h.symbol: _worth(h.value, h.share) for h in concentration.holdings[:10]},
        "effective_holdings": _number(concentration.effective_holdings, 1),
        "asset_class_drift": _drift(measures.asset_class_drift) if profile.asset_class_targets else None,
        "region_drift": _drift(measures.region_drift) if profile.region_targets else None,
        "goals_are_examples": profile.is_example,
        "trades": _trades(measures.trades) if profile.asset_class_targets or profile.region_targets else None,
        "cash": _cash(measures),
        "fees": _fees(measures),
        "unrealized_gains": [
            {
                "value": float(g.value),
                "cost": float(g.cost),
                "gain": float(g.gain),
                "unknown_value": float(g.unknown_value),
            }
            for g in measures.gains[:MOST_LISTED]
        ],
        "outlook": _outlook(measures.outlook, measures.total) if measures.outlook else None,
        "maximum_drawdown": _drawdown(measures.drawdown, measures.total) if measures.drawdown else None,
        "stress": {
            s.scenario.key: {
                "years": s.scenario.years,
                "percent": int(rounded(s.percent, 0)) if s.is_known else None,
                "change": float(s.estimate) if s.is_known else None,
                "left_out": float(s.left_out),
            }
            for s in measures.stress
        },
        "changes": _changes(measures),
        "data_quality": _quality(measures.quality),
        "findings": len(findings),
        "limits": {
            "tolerance": TOLERANCE,
            "taxed_tolerance": TAXED_TOLERANCE,
            "company": company_rules.COMPANY_LIMIT,
            "companies": company_rules.COMPANIES_LIMIT,
            "sector": SECTOR_LIMIT,
            "cash": cash_rules.CASH_LIMIT,
        },
    }


def _allocation(slices: Allocation) -> dict[str, dict[str, float]]:
    return {str(part.key): _worth(part.amount, part.share) for part in slices}


def _sum(slices: Allocation) -> dict[str, float]:
    amount = sum((part.amount for part in slices), Decimal())
    return {"count": len(slices), **_worth(amount, sum((part.share for part in slices), Decimal()))}


def _listed(name: str, symbols: Sequence[str]) -> dict[str, Any]:
    return {name: list(symbols[:MOST_LISTED]), f"{name}_count": len(symbols)}


def _worth(amount: Decimal, share: Decimal) -> dict[str, float]:
    return {"amount": float(amount), "share": int(rounded(share, 0))}


def _drift(drifts: Drifts) -> dict[str, Any]:
    return {
        str(drift.key): {
            **_worth(drift.amount, drift.share),
            "target": float(drift.target),
            "points": int(rounded(drift.points, 0)),
        }
        for drift in drifts
    }


def _trades(plan: TradePlan) -> dict[str, Any]:
    return {
        "list": [_trade(trade) for trade in plan.trades],
        "bought": float(plan.bought),
        "sold": float(plan.sold),
        "cash_used": float(plan.cash_used),
        "new_money": float(plan.new_money),
        "after": _shares(plan.after) if plan.after else None,
        "left": [_left(left) for left in plan.left],
    }


def _trade(trade: Trade) -> dict[str, Any]:
    return {
        "account": None if trade.account is None else plain(trade.account),
        "action": trade.action.value,
        "symbol": trade.symbol,
        "amount": float(trade.amount),
        "shares": None if trade.shares is None else float(trade.shares),
        "tax": trade.tax.value,
        "gain": None if trade.gain is None else float(trade.gain),
        "is_suggestion": trade.is_suggestion,
    }


def _shares(shares: Shares) -> dict[str, dict[str, int]]:
    return {
        "asset_classes": {str(key): int(rounded(share, 0)) for key, share in shares.classes.items()},
        "equity_regions": {str(key): int(rounded(share, 0)) for key, share in shares.regions.items()},
    }


def _left(left: Left) -> dict[str, Any]:
    return {
        "key": str(left.key),
        "points": int(rounded(left.points, 0)),
        "of_equity": left.of_equity,
        "reason": left.reason.value,
    }


def _cash(measures: Measures) -> dict[str, Any]:
    cash = measures.cash
    return {
        "amount": float(cash.amount),
        "total": float(cash.total),
        "share": int(rounded(measures.share(cash.total), 0)),
        "in_funds": float(cash.in_funds),
        "above_target": float(cash.above_target),
        "yearly_cost": float(two_digits(cash.yearly_cost)),
        "average_interest": _number(cash.average_interest, 2),
        "without_interest": float(cash.without_interest),
    }


def _fees(measures: Measures) -> dict[str, Any]:
    fees = measures.fees
    return {
        "average": _number(fees.average, 2),
        "yearly": float(two_digits(fees.yearly)),
        "years": measures.fee_years,
        "drag": float(two_digits(measures.fee_drag)),
        "known_value": float(fees.known_value),
        "unknown_value": float(fees.unknown_value),
        **_listed("unknown", fees.unknown),
    }


def _outlook(outlook: Outlook, total: Decimal) -> dict[str, Any]:
    return {
        "expected_real_return": _number(100 * outlook.expected_return, 1),
        "volatility": _number(100 * outlook.volatility, 0),
        "bad_year": _number(100 * outlook.bad_year, 0),
        "bad_year_loss": float(two_digits(-outlook.bad_year * float(total))),
        "risk_shares": {key.value: _number(100 * share, 0) for key, share in outlook.risk_shares.items()},
        "own_risk_share": _number(100 * outlook.own_risk_share, 0),
    }


def _drawdown(drawdown: Drawdown, total: Decimal) -> dict[str, Any]:
    return {
        "years": YEARS,
        "median": _number(100 * drawdown.median, 0),
        "median_loss": float(two_digits(drawdown.median * float(total))),
        "severe": _number(100 * drawdown.severe, 0),
        "severe_loss": float(two_digits(drawdown.severe * float(total))),
    }


def _changes(measures: Measures) -> dict[str, Any] | None:
    changes = measures.changes
    if changes is None:
        return None
    return {
        "since": changes.since.isoformat(),
        "value_before": float(changes.value_before),
        "difference": float(changes.difference),
        "prices": None if changes.prices is None else float(changes.prices),
        "flows": None if changes.flows is None else float(changes.flows),
    }


def _quality(quality: DataQuality) -> dict[str, Any]:
    return {
        **_listed("unpriced", quality.unpriced),
        **_listed("unclassified", quality.unclassified),
        "unclassified_value": float(quality.unclassified_value),
        **_listed("stale", quality.stale),
        "stale_value": float(quality.stale_value),
        "oldest_price": quality.oldest_price.isoformat() if quality.oldest_price else None,
        **_listed("undated", quality.undated),
        **_listed("classified_by_model", quality.classified_by_model),
        "import_warnings": [
            {"imported_on": warning.imported_on.isoformat(), "message": plain(warning.message, WARNING_LENGTH)}
            for warning in quality.import_warnings[:WARNINGS_SHOWN]
        ],
        "import_warnings_count": len(quality.import_warnings),
        "price_refresh": _price_refresh(quality),
    }


def _price_refresh(quality: DataQuality) -> dict[str, Any] | None:
    refresh = quality.price_refresh
    if refresh is None:
        return None
    return {**refresh.model_dump(mode="json"), **_listed("failed", refresh.failed), "message": price_note(quality)}


def _number(value: float | Decimal | None, digits: int) -> float | None:
    return None if value is None else float(rounded(value, digits))
