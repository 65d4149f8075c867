"""The seed data, parsed with PostgreSQL's own parser, so that no database is needed."""

import csv
import json
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pglast
import pytest

from functions.reporter.words.appendix import method
from functions.shared.analysis.fees import FUND_TYPES
from functions.shared.portfolio import AssetClass, Instrument, InstrumentType, Region, Sector
from functions.shared.sample import SAMPLE_PORTFOLIO, sample_lines
from scripts.packaging.reference_data import INSTRUMENTS, JSON_COLUMNS, ROWS, SEED

LARGEST_STATEMENT = 65_536


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["symbol"])
def test_every_row_is_an_instrument_in_shared_vocabulary(row: dict[str, Any]) -> None:
    instrument = Instrument.model_validate_json(json.dumps(row))

    assert instrument.symbol == row["symbol"], "the key must have the form that lookups use"
    assert 1 <= len(instrument.name) <= 200
    assert instrument.instrument_type is not InstrumentType.UNCLASSIFIED
    assert AssetClass.UNCLASSIFIED not in instrument.allocation_asset_class
    assert Region.UNCLASSIFIED not in instrument.allocation_regions
    assert all(isinstance(share, int | float) and share > 0 for name in JSON_COLUMNS for share in row[name].values())


def test_symbols_are_unique_and_many() -> None:
    assert len(INSTRUMENTS) == len(ROWS) >= 280
    assert sum(row["expense_ratio"] is not None for row in ROWS) >= 147


def test_every_figure_has_a_source_and_a_date() -> None:
    header = SEED[: SEED.index("INSERT INTO")]
    for row in ROWS:
        for source in filter(None, (row["allocation_source"], row["expense_ratio_source"])):
            publisher = source.split(",")[0]
            assert f'"{publisher}' in header, f"the header has to describe {publisher}"
        assert date(2021, 12, 31) <= date.fromisoformat(row["allocation_as_of"]) < date(2026, 11, 20)
        ratio = {row["expense_ratio"] is None, row["expense_ratio_source"] is None, row["expense_ratio_as_of"] is None}
        assert len(ratio) == 1


def test_fees_of_the_sample_portfolio_are_known() -> None:
    funds = {line["symbol"] for line in sample_lines() if INSTRUMENTS[line["symbol"]].instrument_type in FUND_TYPES}

    assert len(funds) == 10
    assert {symbol for symbol in funds if INSTRUMENTS[symbol].expense_ratio is None} == set()


def test_report_states_the_years_of_expense_ratios() -> None:
    years = sorted({row["expense_ratio_as_of"][:4] for row in ROWS if row["expense_ratio_as_of"]})

    assert f"published from {years[0]} to {years[-1]}" in method()


def test_price_and_date_come_together() -> None:
    assert {row["symbol"] for row in ROWS if (row["current_price"] is None) != (row["price_as_of"] is None)} == set()
    assert {instrument.price_as_of for instrument in INSTRUMENTS.values()} == {
        None,
        date(2024, 12, 31),
        date(2026, 11, 20),
    }


def test_sample_portfolio_has_its_own_prices_in_the_seed() -> None:
    lines = [
        line
        for line in csv.DictReader(SAMPLE_PORTFOLIO.read_text(encoding="utf-8").splitlines())
        if line["symbol"] != "CASH"
    ]

    assert len(lines) == 17
    assert {line["symbol"]: Decimal(line["price"]) for line in lines} == {
        line["symbol"]: INSTRUMENTS[line["symbol"]].current_price for line in lines
    }
    assert {INSTRUMENTS[line["symbol"]].price_as_of for line in lines} == {date(2026, 11, 20)}


@pytest.mark.parametrize(
    ("symbol", "price"),
    [("VTSAX", "145.02"), ("VTIAX", "38.44"), ("VTIVX", "33.91"), ("FXAIX", "213.07"), ("SPAXX", "1"), ("VMFXX", "1")],
)
def test_funds_of_broker_samples_are_in_the_seed(symbol: str, price: str) -> None:
    assert INSTRUMENTS[symbol].current_price == Decimal(price)
    assert INSTRUMENTS[symbol].price_as_of == date(2026, 11, 20)


def test_money_market_funds_are_cash_at_a_dollar() -> None:
    funds = [i for i in INSTRUMENTS.values() if i.instrument_type is InstrumentType.MONEY_MARKET]

    assert {fund.symbol for fund in funds} >= {"SPAXX", "VMFXX"}
    assert {fund.current_price for fund in funds} == {Decimal(1)}
    assert all(fund.allocation_asset_class == {AssetClass.CASH: 100} for fund in funds)


def test_only_crypto_funds_have_no_sector() -> None:
    crypto = {s for s, i in INSTRUMENTS.items() if i.allocation_asset_class == {AssetClass.CRYPTO: 100}}

    assert {s for s, i in INSTRUMENTS.items() if Sector.UNCLASSIFIED in i.allocation_sectors} == crypto


@pytest.mark.parametrize("instrument", INSTRUMENTS.values(), ids=lambda instrument: instrument.symbol)
def test_sectors_agree_with_asset_classes(instrument: Instrument) -> None:
    kinds = {
        AssetClass.FIXED_INCOME: {Sector.TREASURY, Sector.CORPORATE, Sector.MORTGAGE, Sector.GOVERNMENT_RELATED},
        AssetClass.COMMODITIES: {Sector.COMMODITIES},
        AssetClass.CASH: {Sector.CASH},
    }
    for asset_class, sectors in kinds.items():
        in_sectors = sum(instrument.allocation_sectors.get(sector, Decimal()) for sector in sectors)
        unknown = instrument.allocation_sectors.get(Sector.DIVERSIFIED, Decimal())
        # Each sector of a mixed fund is rounded to a tenth, and the largest absorbs the rest.
        rest = instrument.allocation_asset_class.get(asset_class, Decimal()) - in_sectors
        assert Decimal("-0.5") <= rest <= unknown + Decimal("0.5")


def test_statements_fit_the_data_api_and_contain_no_parameters() -> None:
    outside_quotes = re.sub(r"--[^\n]*|'(?:[^']|'')*'", "", SEED)

    assert max(map(len, pglast.split(SEED))) < LARGEST_STATEMENT / 2
    assert ":" not in outside_quotes
