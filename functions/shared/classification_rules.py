"""Rules that classify a holding by its symbol and its name, for holdings that the reference data lacks.

A rule applies only where a symbol or a description leaves no doubt. Everything else stays unclassified: nothing unknown
is treated as equity. Structure of a CUSIP, from CUSIP Global Services, https://www.cusip.com/identifiers.html: six
characters for the issuer, two for the issue, a check digit. The issue has two digits for equity and at least one letter
for debt. Treasury securities have issuer numbers that begin with 9127 or 9128, see "Treasury Marketable Securities",
https://www.treasurydirect.gov/marketable-securities/. An ISIN of the US contains the CUSIP.
"""

# ruff: noqa: E501 - a pattern that is cut reads worse

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from functions.shared.portfolio import AssetClass, Instrument, InstrumentType, Region, Sector

#: The value of `Instrument.classified_by` for these rules, and for a user's own classification.
BY_RULES: Final = "rules"
BY_USER: Final = "user"

#: Longer names are cut, so that no pattern takes long.
_LONGEST_NAME = 200
_ALL = Decimal(100)


@dataclass(frozen=True)
class Kind:
    """The classification that a rule assigns to a holding; each allocation is 100%."""

    instrument_type: InstrumentType
    asset_class: AssetClass
    sector: Sector
    region: Region = Region.NORTH_AMERICA

    def instrument(self, symbol: str, name: str) -> Instrument:
        return Instrument(
            symbol=symbol,
            name=name or symbol,
            instrument_type=self.instrument_type,
            allocation_asset_class={self.asset_class: _ALL},
            allocation_regions={self.region: _ALL},
            allocation_sectors={self.sector: _ALL},
            classified_by=BY_RULES,
        )


#: Bills mature within a year, https://www.treasurydirect.gov/marketable-securities/treasury-bills/.
TREASURY_BILL = Kind(InstrumentType.BOND, AssetClass.CASH, Sector.CASH)
TREASURY = Kind(InstrumentType.BOND, AssetClass.FIXED_INCOME, Sector.TREASURY)
#: Banks' certificates are insured by the FDIC.
CERTIFICATE_OF_DEPOSIT = Kind(InstrumentType.CD, AssetClass.FIXED_INCOME, Sector.GOVERNMENT_RELATED)
BANK_DEPOSIT = Kind(InstrumentType.BANK_DEPOSIT, AssetClass.CASH, Sector.CASH)
MONEY_MARKET = Kind(InstrumentType.MONEY_MARKET, AssetClass.CASH, Sector.CASH)
AGENCY_BOND = Kind(InstrumentType.BOND, AssetClass.FIXED_INCOME, Sector.GOVERNMENT_RELATED)
MORTGAGE_BOND = Kind(InstrumentType.BOND, AssetClass.FIXED_INCOME, Sector.MORTGAGE)
MUNICIPAL_BOND = Kind(InstrumentType.BOND, AssetClass.FIXED_INCOME, Sector.GOVERNMENT_RELATED)
CORPORATE_BOND = Kind(InstrumentType.BOND, AssetClass.FIXED_INCOME, Sector.CORPORATE, Region.GLOBAL)
OTHER_BOND = Kind(InstrumentType.BOND, AssetClass.FIXED_INCOME, Sector.UNCLASSIFIED, Region.GLOBAL)
CRYPTO = Kind(InstrumentType.CRYPTO, AssetClass.CRYPTO, Sector.UNCLASSIFIED, Region.GLOBAL)

_CUSIP = re.compile(r"[0-9A-Z]{8}[0-9]")
_US_ISIN = re.compile(r"US([0-9A-Z]{9})[0-9]")
#: By the first six characters of the CUSIP.
_BILLS = frozenset({"912793", "912794", "912795", "912796", "912797"})
_TREASURY_CUSIP = re.compile(r"(?:US)?(912[78][0-9A-Z]{2})[0-9A-Z]{2}[0-9]{1,2}")
_SHARE_CLASS = re.compile(r"([A-Z]{1,5})[-/ ]([A-Z])")

_FUND = re.compile(
    r"\b(?:funds?|fd|etfs?|etn|index(?! *(?:ed|lkd))|portfolio|admiral|ishares|vanguard|spdr)\b",
    re.IGNORECASE,
)
_US = r"(?:U\.? ?S\.?(?: OF AMERICA)?|UNITED STATES(?: OF AMERICA)?|UST)"
_BILL_NAME = re.compile(
    rf"\b{_US} *(?:TREAS(?:URY|Y)?S?)? *BILLS?\b|\bT(?:REASURY)?[- ]?BILLS?\b|\bTREAS(?:URY)? BILLS?\b",
    re.IGNORECASE,
)
_TREASURY_NAME = re.compile(
    rf"\b{_US} *TREAS(?:URY|Y|URIES)?S?\b|\bT[- ](?:NOTES?|BONDS?)\b|\bTREAS(?:URY)? (?:NOTES?|NTS?|BONDS?|BDS?|INFL\w*|STRIPS?)\b"
    r"|\bTREASURY INFLATION[- ]PROTECTED\b|^TIPS\b|\b[IE]{1,2} (?:SAVINGS )?BONDS?\b|\bSERIES (?:I|EE) (?:SAVINGS )?BONDS?\b",
    re.IGNORECASE,
)  # fmt: skip
_CD_NAME = re.compile(
    r"\bcertificates? of deposit\b|\b(?:brokered )?cds?\b(?=.*(?:\d|fdic|bank|bk))|(?:bank|bk|fdic).*\bcds?\b",
    re.IGNORECASE,
)
_SWEEP_NAME = re.compile(
    r"\b(?:bank|cash|insured|deposit|fdic|core)\b.{0,30}\bsweep\b|\bsweep (?:account|deposit|program)|\bbank deposit\b"
    r"|\binsured (?:bank )?deposits?\b|\bdeposit (?:program|account)\b|\bhigh[- ]yield savings\b|\bsavings account\b",
    re.IGNORECASE,
)  # fmt: skip
_MONEY_MARKET_NAME = re.compile(
    r"\bmoney (?:market|mkt)\b|\bmoney fund\b|\bmmkt\b|\bmmf\b|\b(?:cash|treasury|govt|government) (?:cash )?reserves\b",
    re.IGNORECASE,
)
_AGENCY_NAME = re.compile(
    r"\b(?:fannie mae|freddie mac|fnma|fhlmc|fhlb|ffcb|federal (?:home loan|farm credit)|fed(?:eral|l)? natl mtg|tenn(?:essee)? valley auth)\b",
    re.IGNORECASE,
)
_MORTGAGE_NAME = re.compile(
    r"\b(?:gnma|ginnie mae|govt natl mtg|government national mortgage)\b|\b(?:fnma|fhlmc|fannie mae|freddie mac)\b.*\bpool\b",
    re.IGNORECASE,
)
_MUNICIPAL_NAME = re.compile(
    r"\bmuni(?:cipal)?s?\b|\bg\.?o\.? (?:bds?|bonds?)\b|\bgeneral obligation\b|\b(?:rev(?:enue)?) (?:bds?|bonds?|ref)\b"
    r"|\b(?:cnty|county|city|twp|state|st|sch(?:ool)? dist|isd|auth(?:ority)?|wtr|swr|hsg fin)\b.*\b(?:rev|ref|go|bds?|bonds?)\b",
    re.IGNORECASE,
)  # fmt: skip
_COMPANY_NAME = re.compile(
    r"\b(?:inc|corp(?:oration)?|co|company|llc|ltd|plc|lp|n\.?v|s\.?a|ag|group|holdings?|bancorp|financial|finl?|cap(?:ital)?|corporate)\b",
    re.IGNORECASE,
)
#: A coupon and a date of maturity, as in "APPLE INC 3.25% 02/23/2026".
_COUPON_AND_MATURITY = re.compile(
    r"\b\d{1,2}(?:\.\d+)? ?%.*(?:\d{1,2}/\d{1,2}/(?:20)?\d\d|\b20\d\d-\d\d-\d\d\b|\bdue\b)",
    re.IGNORECASE,
)

#: The coins, and the name that identifies each one if a security has the same symbol.
_COINS: Mapping[str, str] = {
    "BTC": "bitcoin", "XBT": "bitcoin", "ETH": "ether", "SOL": "solana", "XRP": "ripple|xrp", "DOGE": "doge",
    "ADA": "cardano", "LTC": "litecoin", "BCH": "bitcoin cash", "DOT": "polkadot", "AVAX": "avalanche",
    "LINK": "chainlink", "MATIC": "polygon|matic", "POL": "polygon", "SHIB": "shiba", "UNI": "uniswap",
    "XLM": "stellar", "ATOM": "cosmos", "ETC": "ethereum classic", "BNB": "binance", "TRX": "tron", "NEAR": "near",
}  # fmt: skip
#: Any US-traded security with one of these symbols is a fund of the same coin.
_CERTAIN_COINS = frozenset({"BTC", "XBT", "ETH", "DOGE", "XRP", "SHIB"})
_COIN_PAIR = re.compile(r"([A-Z]{3,5})-?USDT?")
_CRYPTO_NAME = re.compile(
    r"^(?:bitcoin|ethereum|ether|litecoin|dogecoin|solana|cardano|ripple)(?: \(?\w{3,5}\)?)?$|\bcrypto(?:currency)?\b",
    re.IGNORECASE,
)


def canonical_symbol(symbol: str) -> str:
    """Return the symbol with a period before its share class: BRK-B, BRK/B and BRK B become BRK.B."""
    written = symbol.strip().upper()
    share_class = _SHARE_CLASS.fullmatch(written)
    return ".".join(share_class.groups()) if share_class else written


def classify(symbol: str, name: str = "") -> Instrument | None:
    """Return the instrument, without a price, if the symbol and the name leave no doubt; otherwise None."""
    kind = kind_of(symbol, name)
    return None if kind is None else kind.instrument(symbol, name)


def kind_of(symbol: str, name: str = "") -> Kind | None:
    """Return a holding's classification by the rules; None if no rule applies."""
    words = " ".join(name[:_LONGEST_NAME].split())
    if treasury := _TREASURY_CUSIP.fullmatch(symbol):
        return TREASURY_BILL if treasury[1] in _BILLS or _BILL_NAME.search(words) else TREASURY
    cusip = cusip_in(symbol)
    return _deposit(words) or _coin(symbol, words) or (None if _FUND.search(words) else _bond(cusip, words))


def cusip_in(identifier: str) -> str | None:
    """Return the CUSIP that a symbol is or that its US ISIN contains; None if it is neither."""
    isin = _US_ISIN.fullmatch(identifier)
    cusip = isin[1] if isin else identifier
    return cusip if _CUSIP.fullmatch(cusip) and _has_check_digit(cusip) else None


def _has_check_digit(cusip: str) -> bool:
    """Return whether the last digit is the check digit (modulus 10, double add double)."""
    total = 0
    for place, character in enumerate(cusip[:8]):
        value = int(character, 36) * (1 + place % 2)
        total += value // 10 + value % 10
    return (10 - total % 10) % 10 == int(cusip[8])


def _deposit(words: str) -> Kind | None:
    if _CD_NAME.search(words) and not _FUND.search(words):
        return CERTIFICATE_OF_DEPOSIT
    if _SWEEP_NAME.search(words):
        return BANK_DEPOSIT
    return MONEY_MARKET if _MONEY_MARKET_NAME.search(words) else None


def _coin(symbol: str, words: str) -> Kind | None:
    pair = _COIN_PAIR.fullmatch(symbol)
    coin = pair[1] if pair and pair[1] in _COINS else symbol
    if coin in _COINS:
        is_certain = coin != symbol or coin in _CERTAIN_COINS
        if is_certain or re.search(rf"\b(?:{_COINS[coin]})", words, re.IGNORECASE):
            return CRYPTO
    return CRYPTO if _CRYPTO_NAME.search(words) and not _FUND.search(words) else None


def _bond(cusip: str | None, words: str) -> Kind | None:
    for pattern, kind in _BONDS:
        if pattern.search(words):
            return kind
    if not (cusip and not cusip[6:8].isdigit()) and not _COUPON_AND_MATURITY.search(words):
        return None
    if _MUNICIPAL_NAME.search(words):
        return MUNICIPAL_BOND
    return CORPORATE_BOND if _COMPANY_NAME.search(words) else OTHER_BOND


_BONDS = (
    (_BILL_NAME, TREASURY_BILL),
    (_TREASURY_NAME, TREASURY),
    (_MORTGAGE_NAME, MORTGAGE_BOND),
    (_AGENCY_NAME, AGENCY_BOND),
)
