"""Portfolios for tests, and the builders that make them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from functions.shared.portfolio import Account, Instrument, InstrumentType, Position, Profile, Snapshot

TAKEN_AT = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
PRICED_ON = date(2026, 11, 20)

EXPORTS = Path(__file__).with_name("portfolios")
"""Made-up portfolios in brokers' export formats: `<broker>_export.csv`."""

CASES = EXPORTS / "cases"
"""Files with one error-prone feature each, and their correct readings in `cases.json` and `more_cases.json`."""

Shares = Mapping[str, object]

_US_SECTORS: Shares = {"technology": 35, "financials": 25, "healthcare": 20, "industrials": 20}
_ABROAD: Shares = {"asia": 42.5, "europe": 40, "north_america": 8, "oceania": 5, "latin_america": 2.5, "africa": 2}


def instrument(
    symbol: str,
    price: str | None = "100",
    *,
    kind: str = "etf",
    asset_class: Shares | str = "equity",
    regions: Shares | str = "north_america",
    sectors: Shares | str = "diversified",
    name: str = "",
    price_as_of: date | None = PRICED_ON,
) -> Instrument:
    """A key in place of shares means 100% of it."""
    return Instrument.model_validate(
        {
            "symbol": symbol,
            "name": name or f"Fund {symbol}",
            "instrument_type": kind,
            "current_price": price,
            "price_as_of": price_as_of if price else None,
            "allocation_asset_class": _shares(asset_class),
            "allocation_regions": _shares(regions),
            "allocation_sectors": _shares(sectors),
        }
    )


def stock(symbol: str, price: str | None, sector: str = "technology", name: str = "") -> Instrument:
    return instrument(symbol, price, kind="stock", sectors=sector, name=name or f"Company {symbol}")


def position(of: Instrument, quantity: str) -> Position:
    return Position(symbol=of.symbol, quantity=Decimal(quantity), instrument=of)


def account(name: str, *positions: Position, cash: str = "0", interest: str = "0") -> Account:
    return Account(name=name, cash_balance=Decimal(cash), cash_interest=Decimal(interest), positions=positions)


def profile(**changes: Any) -> Profile:
    """A profile with every goal set, with changes."""
    return Profile.model_validate(
        {
            "current_age": 40,
            "years_until_retirement": 25,
            "target_retirement_income": 60000,
            "annual_contribution": 10000,
            "asset_class_targets": {"equity": 70, "fixed_income": 30},
            "region_targets": {"north_america": 50, "international": 50},
        }
        | changes
    )


#: The goals of a new user.
NO_GOALS: dict[str, None] = dict.fromkeys(Profile.model_fields.keys() - {"is_example"})


def snapshot(*accounts: Account, **changes: Any) -> Snapshot:
    """`changes` are to the profile."""
    return Snapshot(taken_at=TAKEN_AT, profile=profile(**changes), accounts=accounts)


def sample(**changes: Any) -> Snapshot:
    """The sample portfolio: three accounts, 17 holdings, cash in each. VTI is held twice."""
    vti = instrument("VTI", "301.15", sectors=_US_SECTORS, name="Vanguard Total Stock Market ETF")
    return snapshot(
        account(
            "401k Long-term",
            position(instrument("SPY", "612.40", sectors=_US_SECTORS, name="SPDR S&P 500 ETF Trust"), "150"),
            position(vti, "100"),
            position(instrument("BND", "73.80", asset_class="fixed_income", sectors="treasury"), "200"),
            position(instrument("QQQ", "548.90", sectors={"technology": 70, "communication": 30}), "75"),
            position(instrument("IWM", "228.35", sectors=_US_SECTORS), "50"),
            cash="5000",
        ),
        account(
            "Roth IRA",
            position(vti, "80"),
            position(instrument("VXUS", "71.25", regions=_ABROAD, sectors=_US_SECTORS), "60"),
            position(instrument("VNQ", "91.60", asset_class="real_estate", sectors="real_estate"), "40"),
            position(
                instrument("GLD", "312.70", asset_class="commodities", regions="global", sectors="commodities"), "25"
            ),
            position(instrument("TLT", "88.95", asset_class="fixed_income", sectors="treasury"), "30"),
            position(instrument("VIG", "209.10", sectors=_US_SECTORS), "45"),
            cash="2500",
        ),
        account(
            "Brokerage",
            position(stock("TSLA", "341.20", "consumer_discretionary"), "15"),
            position(stock("AAPL", "238.45"), "50"),
            position(stock("AMZN", "226.80", "consumer_discretionary"), "10"),
            position(stock("NVDA", "171.30"), "25"),
            position(stock("MSFT", "507.15"), "30"),
            position(stock("GOOGL", "201.40", "communication"), "20"),
            cash="10000",
            interest="4.25",
        ),
        **changes,
    )


def empty(**changes: Any) -> Snapshot:
    return snapshot(**changes)


def all_cash(**changes: Any) -> Snapshot:
    return snapshot(account("Savings", cash="50000", interest="4"), **changes)


def one_stock(**changes: Any) -> Snapshot:
    return snapshot(account("Brokerage", position(stock("TSLA", "341.20", "consumer_discretionary"), "15")), **changes)


def unknown(**changes: Any) -> Snapshot:
    """A known fund, an unknown symbol, one with an old price, and one without a price."""
    mystery = Instrument.unclassified("ZZZZ").model_copy(
        update={"current_price": Decimal("12.50"), "price_as_of": PRICED_ON}
    )
    return snapshot(
        account(
            "Brokerage",
            position(instrument("VT", "120", regions="global"), "100"),
            position(mystery, "300"),
            position(instrument("OLD", "40", price_as_of=date(2024, 12, 31)), "50"),
            position(instrument("NOPE", None), "10"),
        ),
        **changes,
    )


def many(number: int = 500, **changes: Any) -> Snapshot:
    """This many holdings, in two accounts, of every instrument type and in many regions."""
    kinds = [kind.value for kind in InstrumentType]
    regions = ["north_america", "europe", "asia", "latin_america", "africa", "oceania"]
    sectors = ["technology", "healthcare", "financials", "energy", "utilities", "industrials", "materials"]
    classes = ["equity", "equity", "equity", "fixed_income", "real_estate", "commodities", "alternatives"]
    positions = [
        position(
            instrument(
                f"H{n:03}",
                f"{10 + n % 37}.{n % 100:02}",
                kind=kinds[n % len(kinds)],
                asset_class=classes[n % len(classes)],
                regions=regions[n % len(regions)],
                sectors=sectors[n % len(sectors)],
            ),
            f"{1 + n % 13}.{n % 1000:03}",
        )
        for n in range(number)
    ]
    half = number // 2
    accounts = account("First", *positions[:half], cash="1234.56"), account("Second", *positions[half:])
    return snapshot(*accounts, **changes)


def _shares(of: Shares | str) -> dict[str, object]:
    return {of: 100} if isinstance(of, str) else {key: str(share) for key, share in of.items()}
