"""The seed data, parsed with PostgreSQL's own parser, so that no database is needed."""

import csv
import json
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pglast
import pytest

from functions.shared.portfolio import AssetClass, Instrument, InstrumentType, Region, Sector
from functions.shared.sample import SAMPLE_PORTFOLIO
from tests.seed_instruments import INSTRUMENTS, JSON_COLUMNS, ROWS, SEED

LARGEST_STATEMENT = 65_536


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["symbol"])
def test_every_row_is_an_instrument_in_shared_vocabulary(row: dict[str, Any]) -> None:
    instrument = Instrument.model_validate_json(json.dumps(row))

    assert instrument.symbol == row["symbol"], "the key must be written as it is looked up"
    assert 1 <= len(instrument.name) <= 200
    assert instrument.instrument_type is not InstrumentType.UNCLASSIFIED
    assert AssetClass.UNCLASSIFIED not in instrument.allocation_asset_class
    assert Region.UNCLASSIFIED not in instrument.allocation_regions
    assert all(isinstance(share, int | float) and share > 0 for name in JSON_COLUMNS for share in row[name].values())


def test_symbols_are_unique_and_most_have_sources() -> None:
    assert len(INSTRUMENTS) == len(ROWS)
    assert sum(row["allocation_source"] is not None for row in ROWS) >= 240
    assert sum(row["expense_ratio"] is not None for row in ROWS) >= 95


def test_figure_and_its_source_and_date_come_together() -> None:
    for row in ROWS:
        assert (row["allocation_source"] is None) == (row["allocation_as_of"] is None)
        ratio = {row["expense_ratio"] is None, row["expense_ratio_source"] is None, row["expense_ratio_as_of"] is None}
        assert len(ratio) == 1


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
        # Each sector of a mixed fund is rounded to a tenth, and the largest absorbs the rest.
        assert abs(in_sectors - instrument.allocation_asset_class.get(asset_class, Decimal())) <= Decimal("0.5")


def test_statements_fit_the_data_api_and_contain_no_parameters() -> None:
    outside_quotes = re.sub(r"--[^\n]*|'(?:[^']|'')*'", "", SEED)

    assert max(map(len, pglast.split(SEED))) < LARGEST_STATEMENT / 2
    assert ":" not in outside_quotes
