"""The shared reference data."""

# ruff: noqa: S608 - only constants of this file are interpolated

from functions.api.repositories.arrays import joined
from functions.shared.database import Database, Statement

#: An instrument is at most 1.1 KB as JSON, and the Data API returns at most 1 MiB.
_PAGE = 800

LIST_INSTRUMENTS = Statement(
    f"""
    SELECT text_rows(coalesce(jsonb_agg(jsonb_build_object(
               'symbol', symbol, 'name', name, 'instrument_type', instrument_type,
               'current_price', current_price, 'price_as_of', price_as_of) ORDER BY symbol), '[]')::text),
           CASE WHEN count(*) = {_PAGE} THEN max(symbol) END
      FROM (SELECT symbol, name, instrument_type, current_price, price_as_of
              FROM instruments WHERE symbol > :after ORDER BY symbol LIMIT {_PAGE}) AS instrument
    """,
    idempotent=True,
)


class Instruments:
    def __init__(self, database: Database) -> None:
        self._database = database

    def everything(self) -> str:
        """Return a JSON array, ordered by symbol. Takes one statement per 800 instruments."""
        return joined(self._database.pages(LIST_INSTRUMENTS))
