"""Claims of 20 made-up portfolios, by topic. Written before the checks, and independently of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple


class Phrase(NamedTuple):
    """A claim's phrase, with its subject, measure, direction and value as text."""

    text: str
    subject: str
    measure: str
    direction: str
    value: str


@dataclass(frozen=True)
class Portfolio:
    """The facts of a portfolio. Amounts are in US dollars, shares in percent."""

    worth: int
    accounts: int
    holdings: int
    stocks: int
    target: int
    company: str
    symbol: str
    share: int
    sector: str
    sector_share: int
    funds: str
    cash: int
    cash_target: int
    fees: int
    years: int
    fall: int
    success: int
    spending: int
    sustainable: int
    change: float
    sold: str
    bought: str

    def claims(self) -> Mapping[str, tuple[Phrase, ...]]:
        """Return the claims of each topic in order; `[c1]` in a passage is the first."""
        return {
            "worth": self._worth(),
            "mix": self._mix(),
            "company": self._company(),
            "sector": self._sector(),
            "cash": self._cash(),
            "fees": self._fees(),
            "stress": self._stress(),
            "success": self._success(),
            "change": self._change(),
            "trades": self._trades(),
        }

    def _worth(self) -> tuple[Phrase, ...]:
        accounts = "1 account" if self.accounts == 1 else f"{self.accounts} accounts"
        return (
            Phrase(f"your portfolio is worth ${self.worth:,}", "portfolio", "value", "level", f"${self.worth:,}"),
            Phrase(f"it holds {self.holdings} investments in {accounts}", "portfolio", "count", "level", accounts),
            Phrase(f"stocks make up {self.stocks}% of it", "stocks", "share", "level", f"{self.stocks}%"),
        )

    def _mix(self) -> tuple[Phrase, ...]:
        distance = self.stocks - self.target
        side = "above" if distance > 0 else "below"
        return (
            Phrase(f"stocks make up {self.stocks}% of the portfolio", "stocks", "share", "level", f"{self.stocks}%"),
            Phrase(f"your target for stocks is {self.target}%", "stocks", "target", "level", f"{self.target}%"),
            Phrase(
                f"stocks are {abs(distance)} points {side} target", "stocks", "drift", side, f"{abs(distance)} points"
            ),
        )

    def _company(self) -> tuple[Phrase, ...]:
        at_stake = self.worth * self.share // 200 // 100 * 100
        name = f"{self.company} ({self.symbol})"
        return (
            Phrase(f"{name} makes up {self.share}% of the portfolio", self.symbol, "share", "level", f"{self.share}%"),
            Phrase("a single company should stay below 10%", "single company", "limit", "below", "10%"),
            Phrase(
                f"if {self.symbol} lost half of its value, you would lose ${at_stake:,}",
                self.symbol,
                "loss",
                "down",
                f"${at_stake:,}",
            ),
        )

    def _sector(self) -> tuple[Phrase, ...]:
        share = f"{self.sector_share}%"
        return (
            Phrase(f"{self.sector} makes up {share} of the portfolio", self.sector, "share", "level", share),
            Phrase(f"most of it is inside {self.funds}", self.sector, "source", "level", self.funds),
        )

    def _cash(self) -> tuple[Phrase, ...]:
        return (
            Phrase(f"${self.cash:,} is in cash", "cash", "value", "level", f"${self.cash:,}"),
            Phrase(f"your target for cash is {self.cash_target}%", "cash", "target", "level", f"{self.cash_target}%"),
            Phrase("no interest is recorded for it", "cash", "interest", "none", "none"),
        )

    def _fees(self) -> tuple[Phrase, ...]:
        drag = self.fees * self.years * 2 // 1000 * 1000
        return (
            Phrase(f"your funds cost ${self.fees:,} a year", "funds", "fees", "level", f"${self.fees:,}"),
            Phrase(
                f"over {self.years} years that takes about ${drag:,} from your savings",
                "funds",
                "drag",
                "down",
                f"${drag:,}",
            ),
        )

    def _stress(self) -> tuple[Phrase, ...]:
        loss = self.worth * self.fall // 100 // 1000 * 1000
        return (
            Phrase(
                f"in a year like 2008 this mix would have lost about {self.fall}%",
                "portfolio",
                "stress",
                "down",
                f"{self.fall}%",
            ),
            Phrase(f"you would have lost about ${loss:,}", "portfolio", "loss", "down", f"${loss:,}"),
        )

    def _success(self) -> tuple[Phrase, ...]:
        share = f"{self.success}%"
        spending, lasting = f"${self.spending:,}", f"${self.sustainable:,}"
        return (
            Phrase(f"your money lasts to age 95 in about {share} of simulations", "plan", "success", "level", share),
            Phrase(f"you plan to spend {spending} a year", "plan", "spending", "level", spending),
            Phrase(
                f"about {lasting} a year lasts in 90% of simulations", "plan", "sustainable income", "level", lasting
            ),
        )

    def _change(self) -> tuple[Phrase, ...]:
        went, direction = ("risen", "up") if self.change > 0 else ("fallen", "down")
        side = "closer to" if self.change < 0 else "further from"
        return (
            Phrase(
                f"the portfolio has {went} by {abs(self.change)}% since October 3, 2026",
                "portfolio",
                "change",
                direction,
                f"{abs(self.change)}%",
            ),
            Phrase(f"stocks are 2 points {side} your target", "stocks", "drift change", side, "2 points"),
        )

    def _trades(self) -> tuple[Phrase, ...]:
        return (
            Phrase(f"sell {self.sold}", self.sold.split()[-1], "trade", "sell", self.sold),
            Phrase(f"buy {self.bought}", self.bought.split()[-1], "trade", "buy", self.bought),
            Phrase("every asset class is within 3 points of its target", "portfolio", "drift", "within", "3 points"),
        )


PORTFOLIOS = (
    Portfolio(301580, 3, 16, 85, 70, "Apple", "AAPL", 21, "technology", 36, "SPY, VTI and QQQ", 17500, 0, 412, 25, 31,
              61, 60000, 31000, 4.1, "85 shares of SPY", "$51,000 of BND"),
    Portfolio(48200, 1, 4, 100, 80, "Tesla", "TSLA", 34, "consumer goods", 41, "VUG and XLY", 350, 5, 61, 35, 39, 47,
              40000, 18000, -3.2, "12 shares of TSLA", "$9,600 of AGG"),
    Portfolio(1204900, 5, 31, 52, 60, "Microsoft", "MSFT", 13, "health care", 31, "VHT and VTI", 96000, 3, 1840, 12,
              19, 93, 55000, 58000, 1.7, "$31,000 of VGSH", "320 shares of VXUS"),
    Portfolio(7300, 2, 3, 71, 90, "Costco", "COST", 18, "financial services", 33, "VFH and SCHB", 1900, 0, 4, 41, 28,
              55, 24000, 14000, 9.8, "$300 of SGOV", "$1,300 of VTI"),
    Portfolio(655000, 4, 22, 88, 65, "Nvidia", "NVDA", 46, "semiconductors", 58, "SMH and QQQ", 12100, 4, 920, 18, 44,
              34, 75000, 36000, 22.5, "1,100 shares of NVDA", "$150,000 of BND"),
    Portfolio(389765, 2, 9, 23, 40, "Johnson & Johnson", "JNJ", 11, "government bonds", 62, "GOVT and TLT", 41000, 10,
              260, 20, 9, 82, 30000, 28000, -0.6, "$66,000 of TLT", "$66,000 of VT"),
    Portfolio(92050, 3, 8, 64, 60, "Ford", "F", 12, "industrials", 30, "VIS and IWM", 5200, 2, 133, 28, 25, 58, 42000,
              27000, 2.4, "$3,700 of IWM", "$3,700 of BNDX"),
    Portfolio(2750000, 7, 48, 77, 70, "Berkshire Hathaway", "BRK.B", 29, "financial services", 37, "VTV and XLF",
              310000, 5, 6400, 9, 29, 97, 80000, 118000, -6.9, "400 shares of XLF", "$190,000 of VCIT"),
    Portfolio(15890, 1, 2, 40, 60, "Disney", "DIS", 40, "communication", 40, "VOX and DIS", 9500, 0, 0, 30, 20, 21,
              36000, 9000, 0.3, "$1,000 of VOX", "30 shares of VTI"),
    Portfolio(530400, 3, 12, 93, 80, "Amazon", "AMZN", 16, "technology", 44, "VGT, VTI and AMZN", 2600, 1, 505, 22, 36,
              66, 65000, 41000, 11.3, "140 shares of VGT", "$69,000 of SCHZ"),
    Portfolio(211300, 2, 6, 58, 60, "Coca-Cola", "KO", 14, "consumer staples", 32, "VDC and KO", 48000, 15, 190, 16,
              22, 74, 33000, 25000, 3.9, "90 shares of KO", "$4,200 of VXUS"),
    Portfolio(77000, 4, 11, 81, 75, "Exxon Mobil", "XOM", 22, "energy", 38, "VDE and XLE", 880, 0, 96, 33, 34, 52,
              45000, 26000, -8.1, "95 shares of XOM", "$5,000 of BIV"),
    Portfolio(998001, 6, 27, 69, 55, "Alphabet", "GOOGL", 19, "technology", 39, "VOO and QQQM", 20400, 4, 730, 14, 27,
              79, 62000, 51000, 5.5, "210 shares of QQQM", "$140,000 of VTEB"),
    Portfolio(34600, 1, 5, 90, 90, "Starbucks", "SBUX", 15, "consumer goods", 35, "VCR and SBUX", 700, 2, 38, 38, 35,
              60, 30000, 19000, -1.4, "8 shares of SBUX", "$900 of IAGG"),
    Portfolio(163250, 3, 10, 74, 60, "Pfizer", "PFE", 17, "health care", 42, "XLV and VHT", 13700, 6, 240, 19, 30, 45,
              50000, 29000, 0.9, "600 shares of PFE", "$22,000 of BSV"),
    Portfolio(442900, 2, 14, 61, 75, "Walmart", "WMT", 12, "real estate", 34, "VNQ and SCHH", 71000, 5, 870, 26, 26,
              88, 35000, 37000, 7.2, "$40,000 of VNQ", "$62,000 of ITOT"),
    Portfolio(58750, 2, 7, 96, 70, "Meta Platforms", "META", 38, "communication", 47, "XLC and VOX", 1250, 0, 71, 31,
              42, 39, 48000, 21000, 14.6, "26 shares of META", "$15,200 of FBND"),
    Portfolio(1875400, 8, 40, 45, 50, "Procter & Gamble", "PG", 10, "corporate bonds", 30, "LQD and VCIT", 150000, 8,
              2950, 7, 16, 91, 90000, 94000, -2.3, "$90,000 of LQD", "$90,000 of SCHD"),
    Portfolio(120000, 1, 3, 50, 50, "Boeing", "BA", 25, "industrials", 43, "ITA and BA", 30000, 25, 310, 10, 21, 68,
              27000, 22000, 1.1, "40 shares of BA", "$11,000 of VTIP"),
    Portfolio(805610, 5, 19, 79, 65, "Eli Lilly", "LLY", 24, "health care", 45, "IHE and XLV", 8800, 3, 1120, 15, 32,
              57, 85000, 52000, -4.7, "60 shares of LLY", "$112,000 of SCHO"),
)  # fmt: skip
