"""Patterns for instruments: option symbols, share classes, bonds, and identifiers."""

# ruff: noqa: E501 - a pattern split across lines is harder to read

import re
from typing import Final

#: Matches option symbols only: a word in a fund's name never makes it an option.
OPTION_SYMBOL: Final = re.compile(
    r"-?[A-Z.]{1,6}\d? {0,5}\d{6}[CP]\d{1,8}(?:\.\d{1,3})?"  # Options Clearing Corporation, and Fidelity
    r"|[A-Z./]{1,6} \d{1,2}/\d{1,2}/(?:20)?\d\d \$?\d{1,6}(?:\.\d{1,3})? ?(?:C|P|CALL|PUT)"  # Schwab
    r"|[A-Z./]{1,6} (?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]* ?\d{1,2},? '?(?:20)?\d\d,? \$?\d{1,6}(?:\.\d{1,3})? ?(?:C|P|CALL|PUT)S?"
    r"|[A-Z./]{1,6} \d{1,2} ?(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]* ?'?(?:20)?\d\d \$?\d{1,6}(?:\.\d{1,3})? ?(?:C|P|CALL|PUT)"
    r"|[A-Z./]{1,6} \$?\d{1,6}(?:\.\d{1,3})? ?(?:CALL|PUT|C|P) \d{1,2}/\d{1,2}(?:/(?:20)?\d\d)?"
    r"|[A-Z./]{1,6} 20\d\d-\d\d-\d\d \$?\d{1,6}(?:\.\d{1,3})? ?(?:C|P|CALL|PUT)",
    re.IGNORECASE,
)
#: Option names: "CALL (AAPL) APPLE INC JAN 17 25 $200 (100 SHS)", "AAPL Jan 17 2025 200.0 Call".
OPTION_NAME: Final = re.compile(
    r"(?:CALL|PUT) \([A-Z.]{1,6}\) .*|.*\(100 SHS\).*|(?:CALL|PUT) .{1,60} EXP(?:IRES|IRING)? ?\d{1,2}[/-]\d.*",
    re.IGNORECASE,
)
OPTION_KINDS: Final = frozenset(
    {"option", "options", "opt", "equity option", "equity options", "equity and index options", "call", "put", "fop",
     "call option", "put option", "futures options", "index option", "options on futures"}
)  # fmt: skip
#: "/ESZ26": a root, the letter of a month, and the year.
FUTURE_SYMBOL: Final = re.compile(r"\.?/[A-Z0-9]{1,4}[FGHJKMNQUVXZ]\d{1,2}(?::[A-Z]+)?")
FUTURE_KINDS: Final = frozenset({"futures", "future", "fut", "cfd", "cfds", "forex cfd", "warrants on futures"})
CASH_KINDS: Final = frozenset(
    {"cash", "cash and money market", "money market", "cash & equivalents", "cash and equivalents", "cash equivalents",
     "cash equivalent", "cash and cash equivalents", "cash & cash equivalents", "cash, money funds, bank deposits",
     "sweep", "cash sweep", "money market fund", "money market funds", "currency", "cash alternatives", "bank deposit",
     "cash/money market", "savings, time deposits & bdp", "cash & money market",
     "cash and cash investments", "fiat", "bank sweep", "core"}
)  # fmt: skip
#: Kinds of bonds; some also include funds priced per share.
BOND_KINDS: Final = frozenset(
    {"bond", "bonds", "fixed income", "corporate bonds", "municipal bonds", "treasury", "treasuries", "us treasury",
     "government bonds", "corporate bond", "municipal bond", "cd", "cds", "certificate of deposit",
     "certificates of deposit", "agency", "govt", "corp", "muni", "bill", "tips", "fixed income securities"}
)  # fmt: skip

#: Names of instruments quoted per 100 of face value.
BOND_NAME: Final = re.compile(
    r"\d ?%|\b(?:treas(?:ury|y)?|ust|t-?(?:bill|note|bond)s?|notes?|bonds?|bds?|nts?|debentures?|coupon|cpn|strips?|muni(?:cipal)?|certificate of deposit|cds?|due \d|matur\w* \d|rev|go)\b",
    re.IGNORECASE,
)
#: Words of funds, whose shares are quoted one by one even if they hold bonds.
POOLED: Final = re.compile(
    r"\b(?:funds?|fd|etfs?|index|portfolio|trust|admiral|ishares|vanguard|spdr|shares|shs)\b", re.IGNORECASE
)
#: Bonds with index-linked principal, whose value exceeds price times face value.
INDEXED_BOND_NAME: Final = re.compile(r"\b(?:tips|infl\w*|index(?:ed)?|tii|i/l|ilb|linker)\b", re.IGNORECASE)

CUSIP: Final = re.compile(r"[0-9]{3}[0-9A-Z*@#]{5}[0-9]")
ISIN: Final = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")

#: Alternative spellings of symbols: share classes without a separator, and coins.
SHARE_CLASSES: Final = {
    "XBT": "BTC",
    "BRKA": "BRK.A",
    "BRKB": "BRK.B",
    "BFA": "BF.A",
    "BFB": "BF.B",
    "HEIA": "HEI.A",
    "LENB": "LEN.B",
    "MOGA": "MOG.A",
    "MOGB": "MOG.B",
    "LGFA": "LGF.A",
    "LGFB": "LGF.B",
    "CRDA": "CRD.A",
    "CRDB": "CRD.B",
    "GEFB": "GEF.B",
    "BIOB": "BIO.B",
    "WSOB": "WSO.B",
    "PBRA": "PBR.A",
    "TAPA": "TAP.A",
    "STZB": "STZ.B",
    "MKCV": "MKC.V",
    "RDSA": "RDS.A",
    "RDSB": "RDS.B",
    "GTNA": "GTN.A",
    "CWENA": "CWEN.A",
    "UHALB": "UHAL.B",
    "AKOA": "AKO.A",
    "AKOB": "AKO.B",
    "WLYB": "WLY.B",
    "HVTA": "HVT.A",
}
#: Words in parentheses at the end of a name that aren't tickers.
NO_TICKERS: Final = frozenset(
    """ADR ADS REIT NEW USD EUR GBP CAD ETF THE INC LLC LP PLC IRA ROTH CALL PUT ACC DIST DIS UCITS CLASS CL CD CDS TIPS
    US USA UK EU DE FR DEL MD NY ONE TWO A B C D I R N K Y Z X R6 TR FUND GROWTH VALUE LONG SHORT LT ST OLD CORE CASH NAV
    REG SHS GDR SPN NON VTG ISIN CUSIP""".split()
)
