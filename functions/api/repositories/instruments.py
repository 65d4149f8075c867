"""The shared reference data."""

from functions.shared.database import Database, Statement

# About 150 bytes each: 7,000 of them fit into an answer of the Data API.
LIST_INSTRUMENTS = Statement(
    """
    SELECT coalesce(jsonb_agg(jsonb_build_object(
               'symbol', symbol, 'name', name, 'instrument_type', instrument_type,
               'current_price', current_price, 'price_as_of', price_as_of) ORDER BY symbol), '[]')
      FROM instruments
    """,
    idempotent=True,
)


class Instruments:
    def __init__(self, database: Database) -> None:
        self._database = database

    def everything(self) -> str:
        """An array, by symbol."""
        return self._database.document(LIST_INSTRUMENTS) or "[]"
