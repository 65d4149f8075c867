"""Reports on portfolios that are mostly missing from the reference data, from the file to the text."""

from decimal import Decimal

import pytest

from functions.api.portfolio_csv import parse_portfolio_csv
from functions.planner.portfolio import with_rules
from functions.reporter.declaration import Report
from functions.reporter.report import write_report
from functions.shared.portfolio import Account, Instrument, Position, Snapshot
from tests.portfolios import NO_GOALS, PRICED_ON, TAKEN_AT, instrument, profile

BILLS_AND_CDS = """\
account,symbol,name,quantity,price
IRA,912797KY4,US TREASURY BILL DUE 12/24/26,100000,99.42
IRA,91282CFV8,UNITED STATES TREASURY 4.125% 11/15/2032,100000,100.00
IRA,46632FQ29,JPMORGAN CHASE BK 4.5% CD FDIC INS DUE 06/01/27,100000,100.00
IRA,VTI,Vanguard Total Stock Market ETF,300,301.15
"""
ALL_CRYPTO = "account,symbol,name,quantity,price\nWallet,BTC,Bitcoin,0.5,90000\nWallet,ETH,Ethereum,10,3000\n"
UNKNOWN = "account,symbol,name,quantity,price\nBrokerage,ZZQQX,,6,100\n"


def report_on(file: str) -> Report:
    vti = instrument("VTI", "301.15")
    accounts = tuple(
        Account(
            name=account.name,
            cash_balance=account.cash,
            positions=tuple(
                Position(
                    symbol=held.symbol,
                    quantity=held.quantity,
                    instrument=(
                        vti if held.symbol == "VTI" else Instrument.unclassified(held.symbol, held.name or "")
                    ).model_copy(update={"current_price": held.price, "price_as_of": PRICED_ON}),
                )
                for held in account.holdings
            ),
        )
        for account in parse_portfolio_csv(file.encode()).accounts
    )
    snapshot = Snapshot(taken_at=TAKEN_AT, profile=profile(**NO_GOALS), accounts=accounts)
    return write_report(with_rules(snapshot), TAKEN_AT, lambda _fraction, _message: None)


def amounts(report: Report) -> dict[str, Decimal]:
    return {name: Decimal(str(part["amount"])) for name, part in report.figures["asset_classes"].items()}


def test_treasuries_and_cds_are_not_equity() -> None:
    report = report_on(BILLS_AND_CDS)

    assert amounts(report).keys() == {"equity", "cash", "fixed_income"}
    assert amounts(report)["equity"] == Decimal("90345.00")
    assert report.figures["data_quality"]["unclassified"] == []
    assert report.figures["outlook"]["volatility"] < 9


@pytest.mark.parametrize(
    ("file", "asset_class", "volatility"), [(ALL_CRYPTO, "crypto", 60), (UNKNOWN, "unclassified", 25)]
)
def test_other_asset_classes_have_higher_volatility_than_equity(file: str, asset_class: str, volatility: int) -> None:
    report = report_on(file)

    assert amounts(report).keys() == {asset_class}
    assert report.figures["outlook"]["volatility"] > volatility
    assert "| Stocks |" not in report.content
    assert "Share of stocks" not in report.content
