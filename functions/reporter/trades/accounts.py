"""Whether a sale in an account is taxed, judged by the account's name and purpose."""

import re

_ADVANTAGED = re.compile(
    r"401\s*\(?k|403\s*\(?b|\b457|\b529\b|\b(?:ira|iras|roth|rrsp|sep|hsa|esa|tsp|keogh|pension|coverdell)\b"
    r"|tax[- ](?:deferred|free|exempt|advantaged)",
    re.IGNORECASE,
)
_TAXABLE = re.compile(r"\b(?:taxable|brokerage|individual(?! retirement)|joint)\b", re.IGNORECASE)
_PLAN = re.compile(r"401\s*\(?k|403\s*\(?b|\b457|\b529\b|\btsp\b", re.IGNORECASE)


def is_tax_advantaged(name: str, purpose: str = "") -> bool:
    """Return whether sales in the account are free of tax. An account of unknown kind counts as taxable."""
    if _TAXABLE.search(name) and not _ADVANTAGED.search(name):
        return False
    return _ADVANTAGED.search(f"{name} {purpose}") is not None


def has_fund_menu(name: str) -> bool:
    """Return whether the account is a plan that offers only a choice of funds."""
    return _PLAN.search(name) is not None
