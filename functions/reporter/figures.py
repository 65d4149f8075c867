"""The figures in the report's text as JSON numbers: US dollars, percent, percentage points."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from functions.reporter import findings as rules
from functions.reporter.findings import Finding
from functions.reporter.import_notes import WARNING_LENGTH, WARNINGS_SHOWN
from functions.reporter.measures import Measures
from functions.reporter.price_note import price_note
from functions.shared.analysis.allocation import Allocation
from functions.shared.analysis.drawdown import YEARS, Drawdown
from functions.shared.analysis.drift import Drifts, to_move
from functions.shared.analysis.quality import DataQuality
from functions.shared.analysis.risk import Outlook
from functions.shared.analysis.wording import plain
from functions.shared.sections import MOST_LISTED


def figures(measures: Measures, findings: list[Finding]) -> dict[str, Any]:
    """Return the figures, keyed by Alex's vocabulary and by symbol. Accounts are listed by value, without names.

    Lists contain at most `MOST_LISTED` accounts or symbols. `other_accounts` is the sum of the rest, and
    `<list>_count` counts all symbols.
    """
    concentration, cash, quality = measures.concentration, measures.cash, measures.quality
    return {
        "total_value": float(measures.total),
        "invested": float(measures.valuation.invested),
        "accounts": [_worth(part.amount, part.share) for part in measures.accounts[:MOST_LISTED]],
        "other_accounts": _sum(measures.accounts[MOST_LISTED:]),
        "asset_classes": _allocation(measures.asset_classes),
        "regions": _allocation(measures.regions),
        "sectors": _allocation(measures.sectors),
        "instrument_types": _allocation(measures.instrument_types),
        "holdings": len(concentration.holdings),
        "top_holdings": {h.symbol: _worth(h.value, h.share) for h in concentration.holdings[:10]},
        "herfindahl": _rounded(concentration.herfindahl, 4),
        "effective_holdings": _rounded(concentration.effective_holdings, 2),
        "asset_class_drift": _drift(measures.asset_class_drift) if measures.profile.asset_class_targets else None,
        "region_drift": _drift(measures.region_drift) if measures.profile.region_targets else None,
        "goals_are_examples": measures.profile.is_example,
        "cash": {
            "amount": float(cash.amount),
            "share": _rounded(measures.share(cash.amount), 2),
            "in_funds": float(cash.in_funds),
            "above_target": float(cash.above_target),
            "yearly_cost": float(cash.yearly_cost),
            "average_interest": _rounded(cash.average_interest, 3),
            "without_interest": float(cash.without_interest),
        },
        "outlook": _outlook(measures.outlook, measures.total) if measures.outlook else None,
        "maximum_drawdown": _drawdown(measures.drawdown, measures.total) if measures.drawdown else None,
        "data_quality": {
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
        },
        "findings": len(findings),
        "limits": {
            "drift_band": rules.DRIFT_BAND,
            "company": rules.COMPANY_LIMIT,
            "companies": rules.COMPANIES_LIMIT,
            "sector": rules.SECTOR_LIMIT,
            "cash": rules.CASH_LIMIT,
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
    return {"amount": float(amount), "share": float(share)}


def _drift(drifts: Drifts) -> dict[str, Any]:
    return {
        "to_move": float(to_move(drifts)),
        "by_key": {
            str(drift.key): {
                **_worth(drift.amount, drift.share),
                "target": float(drift.target),
                "points": float(drift.points),
                "move": float(drift.move),
            }
            for drift in drifts
        },
    }


def _outlook(outlook: Outlook, total: Decimal) -> dict[str, Any]:
    return {
        "expected_real_return": _rounded(100 * outlook.expected_return, 2),
        "volatility": _rounded(100 * outlook.volatility, 2),
        "median_real_return": _rounded(100 * outlook.median_return, 2),
        "bad_year": _rounded(100 * outlook.bad_year, 2),
        "bad_year_loss": _rounded(-outlook.bad_year * float(total), 2),
        "risk_shares": {key.value: _rounded(100 * share, 2) for key, share in outlook.risk_shares.items()},
        "own_risk_share": _rounded(100 * outlook.own_risk_share, 2),
    }


def _drawdown(drawdown: Drawdown, total: Decimal) -> dict[str, Any]:
    return {
        "years": YEARS,
        "median": _rounded(100 * drawdown.median, 2),
        "median_loss": _rounded(drawdown.median * float(total), 2),
        "severe": _rounded(100 * drawdown.severe, 2),
        "severe_loss": _rounded(drawdown.severe * float(total), 2),
    }


def _price_refresh(quality: DataQuality) -> dict[str, Any] | None:
    refresh = quality.price_refresh
    if refresh is None:
        return None
    return {**refresh.model_dump(mode="json"), **_listed("failed", refresh.failed), "message": price_note(quality)}


def _rounded(value: float | Decimal | None, digits: int) -> float | None:
    return None if value is None else round(float(value), digits)
