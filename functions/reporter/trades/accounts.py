"""The kind of an account, judged by its purpose and its name: whether a sale in it is taxed, and what it can hold."""

import re
from enum import StrEnum

from functions.shared.portfolio import Account, InstrumentType


class TaxStatus(StrEnum):
    """Whether a sale in an account is taxed. An account of unknown kind counts as taxable."""

    ADVANTAGED = "advantaged"
    TAXABLE = "taxable"
    UNKNOWN = "unknown"


#: "Ira" and "Sep" are also a first name and a month, so these abbreviations count in upper or lower case only.
_ADVANTAGED = re.compile(
    r"(?i:401\s*\(?[ak]|403\s*\(?b|\b457|\b529\b|\b(?:rrsp|hsa|tsp|keogh|pension|coverdell|brokeragelink)\b"
    r"|\b(?:roth|rollover|traditional|inherited|simple|sep|contributory)[- ]iras?\b|\bindividual retirement\b"
    r"|\b(?:health|thrift|education) savings\b|\bprofit[- ]sharing\b|\btax[- ](?:deferred|free|exempt|advantaged)\b)"
    r"|\b(?:IRAs?|iras?|SEP|sep|ESA|esa)\b"
)
_TAXABLE = re.compile(
    r"\b(?:taxable|non-?retirement|brokerage|individual(?! retirement)|joint|tod|trust|custodial|utma|ugma|jtwros)\b",
    re.IGNORECASE,
)
#: Alone, these are also names of people or words for other things.
_LIKELY_ADVANTAGED = re.compile(r"\b(?:roth|rollover)\b", re.IGNORECASE)
_PLAN = re.compile(r"401\s*\(?[ak]|403\s*\(?b|\b457|\b529\b|\btsp\b|\bthrift savings\b", re.IGNORECASE)
_BANK = re.compile(r"\b(?:savings?|checking|bank|emergency|hysa|cash(?! management))\b", re.IGNORECASE)
_AT_BANKS = frozenset({InstrumentType.BANK_DEPOSIT, InstrumentType.CD})


def tax_status(name: str, purpose: str = "") -> TaxStatus:
    """Return the status. The purpose, which the owner can write, decides if the name is inconclusive."""
    for words in (name, purpose):
        if _ADVANTAGED.search(words):
            return TaxStatus.ADVANTAGED
        if _TAXABLE.search(words):
            return TaxStatus.TAXABLE
        if _LIKELY_ADVANTAGED.search(words):
            return TaxStatus.ADVANTAGED
    return TaxStatus.UNKNOWN


def has_fund_menu(name: str) -> bool:
    """Return whether the account is a plan that offers only a choice of funds."""
    return _PLAN.search(name) is not None


def is_bank_account(account: Account) -> bool:
    """Return whether the account is at a bank and cannot hold funds: its name indicates a bank, and it holds none."""
    at_bank = all(held.instrument.instrument_type in _AT_BANKS for held in account.positions)
    return at_bank and tax_status(account.name) is TaxStatus.UNKNOWN and _BANK.search(account.name) is not None
