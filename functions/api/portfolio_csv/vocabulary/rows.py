"""Words that identify the kind of a row: totals, pending activity, cash, transactions, notes.

Patterns ignore case and apply to text of at most `LONGEST` characters. `…_PHRASES`, `NO_CASH`, `MONEY_MARKET`, and
`OF_FUNDS` match anywhere in it; the others match the whole text.
"""

# ruff: noqa: E501 - a pattern split across lines is harder to read

import re
from typing import Final

LONGEST: Final = 100

#: Marks for "not applicable".
BLANKS: Final = frozenset(
    {"n/a", "na", "n.a.", "--", "-", "---", "\u2013", "\u2014", "\u2212", "null", "none", "nan", "#n/a", "not available",
     "unavailable", "not priced", "unpriced", "incomplete", "*", "**", "...", "tbd", "multiple", "see note", "_"}
)  # fmt: skip

#: A total, regardless of the rest of the row.
TOTAL: Final = re.compile(
    r"(?:(?:grand|sub|account|portfolio|positions?|overall|net|holdings?|investments?|securities|asset)[ -]?)*totals?"
    r"(?: (?:account|portfolio|market|current|net|position|assets?)*[ ]?(?:values?|assets|holdings|positions|balance)| account| portfolio"
    r"| (?:for|of|in) .{1,80}| \(.{1,40}\)| usd| us\$)?[ :.]*"
    r"|(?:gesamt|summe|gesamtsumme|gesamtwert|gesamt depotwert|total general|totale|totaal|totalt|summa|sous-total|zwischensumme|suma)[ :.]*"
    r"|合計|総合計|总计|合计"
    r"|(?:net )?(?:account|portfolio) value|net worth|ending (?:account )?value|account balance",
    re.IGNORECASE,
)
#: A total if it matches the rows around it, or if it doesn't resemble a fund.
MAYBE_TOTAL: Final = re.compile(r"(?:sub-?)?totals?\b.*|.*\b(?:sub-?)?totals?[ :.]*", re.IGNORECASE)
#: Words in fund names: "Total International Stock Index Trust".
OF_FUNDS: Final = re.compile(
    r"\b(?:fund|fd|trust|tr|index|idx|intl|international|stock|stk|bond|bd|market|mkt|return|rtn|equity|portfolio|inst|"
    r"institutional|admiral|class|cl|etf|target|world|us|u\.s\.|income|growth|value)\b",
    re.IGNORECASE,
)

PENDING: Final = re.compile(r"(?:pending|unsettled|in transit|uncleared)\b.*", re.IGNORECASE)

#: Cash: broker symbols, and words used instead. Price and name distinguish a ticker with the same letters.
CASH_SYMBOLS: Final = frozenset(
    "CASH USD FCASH CORE QACDS MSBNK MMDA1 CASHX USDOLLAR US$ $CASH CASHBAL CUSD CASH$ CASH_TX USD-CASH CASH-USD CASH.USD DEPOSIT SWEEP $ CUR:USD".split()
)
#: Cash symbols that are also tickers (Pathward Financial, ProShares Ultra Semiconductors, cash-like funds).
CASH_OR_TICKER: Final = frozenset({"CASH", "USD", "CORE"})
CASH_WORDS: Final = re.compile(
    r"(?:uninvested |settled |unsettled |total |available |net |free |brokerage |account |usd |us |margin |core |buying power )*cash"
    r"(?: (?:&|and|/|\+|or) .*| balances?| \(?usd\)?| in usd| \(?us dollars?\)?| holdings?| on hand| positions?| core| account"
    r"| reserves?| available| sweep.*| equivalents?.*|, .*| -.*| \(.*|:)?"
    r"|(?:us |u\.s\. |united states )?dollars?(?: cash| balance| \(usd\)| currency)?|us dollars? \(cash\)"
    r"|usd(?: cash| balance| - us dollars?)?|sweep (?:account|fund|balance|program|vehicle|option).*"
    r"|money accounts?|settlement fund|core (?:position|account)|cash management account|fcash|credit interest program"
    r"|savings|checking|bank deposits?.*|guthaben|liquidit[äa]t|barmittel|cuenta de efectivo|efectivo|liquidit[éàa]s?"
    r"|現金|預り金|现金",
    re.IGNORECASE,
)
#: The same, anywhere in the text.
CASH_PHRASES: Final = re.compile(
    r"\bdeposits? (?:pro?gr?a?m|prog|account|acct|sweep|option|funds?|balance|product|solution|services?)\b"
    r"|\binsured (?:cash|bank deposits?|deposits?)\b|\b(?:bank|cash|money|deposit|core|automatic|auto) sweep\b|\bsweep (?:account|program)$"
    r"|\b(?:held|position) in (?:fcash|cash|money market)\b|\bhigh[- ]yield cash\b"
    r"|\b(?:bank|savings|checking|credit union) (?:account|balance)$",
    re.IGNORECASE,
)
#: Bank-issued multi-year deposits are holdings, although their names contain "deposit".
NO_CASH: Final = re.compile(
    r"\b(?:certificates?|cert|cds?|dtd|due|matur\w*|etf|treasury|stocks?|bonds?|ishares|trust units|inc|corp|corporation|plc|"
    r"financial|america|co)\b",
    re.IGNORECASE,
)
#: Rows that summarize the cash of an account. The group `total` matches only rows that are labeled as a total.
CASH_SUMMARY: Final = re.compile(
    r"money accounts?|cash (?:&|and|/) (?:money accounts?|cash equivalents?|sweep|cash investments|sweep vehicles?).*|(?P<total>total cash.*|cash total)|cash balance|net cash|settled cash",
    re.IGNORECASE,
)
MONEY_MARKET: Final = re.compile(
    r"\b(?:money (?:market|mkt|mrkt)|mny mkt|mm fund|govt? money|government money|treasury money|prime money|treas(?:ury)? only|cash reserves?|liquid assets?|liquid reserves?|treasury obligations?|"
    r"held in (?:fcash|money)|government cash|cash investment trust)\b",
    re.IGNORECASE,
)
#: Nasdaq assigns mutual funds five letters ending in X, and money-market funds five letters ending in XX.
MONEY_MARKET_SYMBOL: Final = re.compile(r"[A-Z]{3}XX")

#: Transaction types, in a column such as "Type" or "Action".
TRANSACTIONS: Final = re.compile(
    r"(?:you )?(?:bought|sold|buy|sell|purchase[ds]?|sale|dividends?|reinvest\w*|reinvestment|interest|deposit(?:s|ed)?|withdraw\w*|contribution\w*"
    r"|fee|fees|transfer\w*|distribution\w*|exercise\w*|assign\w*|expired?|split|rebate|ach|wire|journal\w*|market buy|market sell|limit buy|limit sell"
    r"|stop sell|stop buy|(?:qualified|cash|ordinary|special|non-qualified) dividend|recurring \w+|receive\w*|send|staking.*|rewards?.*|convert\w*|trade|spend|delivery.*|removal"
    r"|kauf|verkauf|dividende|gutschrift|ausbuchung|einbuchung|achat|vente|souscription|rachat|acquisto|vendita|compra|venta|dividendo|aankoop|koop|verkoop|k[öo]p|s[äa]lj"
    r"|買付|売付|買|売|購入|売却|买入|卖出)\b.*|.*\b(?:bought|sold|purchased)\b.*",
    re.IGNORECASE,
)

#: Lot rows in the column `level of detail`, in tables that list positions with their lots.
LOT_LEVELS: Final = frozenset({"lot", "lots", "closedlot", "tax lot", "taxlot", "open lot"})
#: A date instead of a symbol: a purchase lot of the row above, written by E*TRADE as "01/15/2022 (Long)".
LOT: Final = re.compile(
    r"(?:lot |acquired |purchased |bought )?(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|(?:19|20)\d\d-\d\d-\d\d|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2},? (?:19|20)\d\d)(?: ?\(?(?:long|short|lt|st|long term|short term)?\)?)?",
    re.IGNORECASE,
)

#: Debts, which net-worth lists include as positive amounts.
DEBT: Final = re.compile(
    r"(?:[\w&'.()-]{1,20} ){0,3}(?:mortgages?|helocs?|(?:auto|car|student|home|home equity|personal|401\(?k\)?|margin|securities[- ]based|policy|outstanding) loans?"
    r"|loan balance|loans? payable|credit cards?|lines? of credit|liabilit(?:y|ies)|margin (?:balance|debit|debt)|(?:net )?debit balance|net debit)"
    r"(?: (?:balance|account|payable)| ?[-\u2013:(#*.\d].{0,40})?|(?:(?:total|other|my|all) )?debts?",
    re.IGNORECASE,
)
DEBT_KINDS: Final = frozenset(
    {"liability", "liabilities", "loan", "loans", "mortgage", "credit card", "debt", "debts", "line of credit"}
)  # fmt: skip

#: A total that names its currency: "Total (EUR)", "Total CAD".
TOTAL_IN_CURRENCY: Final = re.compile(
    r"(?:grand |sub-?)?totals?(?: (?:account|portfolio|market|assets?|value))*[ :,([-]+(?:in )?(?P<currency>[A-Z]{3}|[A-Z]{0,3}\$|[€£¥₹])[)\]]?[ :]*",
    re.IGNORECASE,
)

#: A name or a line that states that amounts are abbreviated: "Value ($000)", "(Dollars in thousands)".
ABBREVIATED: Final = re.compile(
    r"\bin (?:us |usd |\$ ?|us\$ ?|u\.s\. )?(?:dollars? )?(?:thousands?|millions?|0{3}'?s?\b)|\b(?:thousand|million)s? of (?:us |u\.s\. )?dollars\b"
    r"|\((?:us)?\$? ?(?:0{3}'?s?|thousands?|millions?)\)|\((?:us)?\$ ?(?:k|m|mm|mn)\)|\$ ?0{3}'?s?\b|(?<![\d.,])0{3}'?s\b",
    re.IGNORECASE,
)

#: A line that states the currency of the whole file: "All amounts in CAD".
STATES_CURRENCY: Final = re.compile(
    r"(?:.*\b(?:amounts?|values?|prices?|figures|balances?|everything|totals?|market values?)\b[^.]{0,30}?\b(?:in|as|are)\b|(?:base |account |reporting |display |portfolio )?currency(?: code)?|w[äa]hrung|devise|valuta|divisa|moneda|通貨)\b[ :,=]*"
    r"(?:shown |stated |displayed |reported |expressed |denominated |quoted )?(?:in )?(?P<currency>.{1,25})",
    re.IGNORECASE,
)
