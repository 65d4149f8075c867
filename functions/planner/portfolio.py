"""Reads a user's whole portfolio with one query, to be frozen as the job's snapshot."""

from collections.abc import Mapping

from functions.shared.database import Database, Statement
from functions.shared.portfolio import Instrument, Snapshot, Symbol

# Decimals travel as text, so that not a digit is lost between here and the agents.
_LOAD = Statement(
    """
    SELECT jsonb_build_object(
        'taken_at', iso8601(now()),
        'profile', jsonb_build_object(
            'current_age', users.current_age, 'years_until_retirement', users.years_until_retirement,
            'target_retirement_income', users.target_retirement_income::text,
            'annual_contribution', users.annual_contribution::text,
            'asset_class_targets', users.asset_class_targets, 'region_targets', users.region_targets),
        'accounts', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'name', accounts.account_name, 'purpose', accounts.account_purpose,
                       'cash_balance', accounts.cash_balance::text, 'cash_interest', accounts.cash_interest::text,
                       'positions', (
                           SELECT coalesce(jsonb_agg(jsonb_build_object(
                                      'symbol', held.symbol, 'quantity', held.quantity::text,
                                      'instrument', jsonb_build_object(
                                          'symbol', held.symbol, 'name', held.name,
                                          'instrument_type', held.instrument_type,
                                          'current_price', held.current_price::text, 'price_as_of', held.price_as_of,
                                          'allocation_asset_class', held.allocation_asset_class,
                                          'allocation_regions', held.allocation_regions,
                                          'allocation_sectors', held.allocation_sectors)) ORDER BY held.symbol), '[]')
                             FROM priced_positions AS held WHERE held.account_id = accounts.id)
                       ) ORDER BY accounts.account_name), '[]')
              FROM accounts WHERE accounts.user_id = users.id))
      FROM users WHERE users.id = :user_id
    """,
    idempotent=True,
)


def load_snapshot(database: Database, user_id: str) -> Snapshot | None:
    """The portfolio as it is now; None when the user has gone, and his jobs with him."""
    document = database.document(_LOAD, user_id=user_id)
    return Snapshot.model_validate_json(document) if document else None


def unclassified_names(snapshot: Snapshot) -> dict[Symbol, str]:
    """The symbols that nobody has classified yet, in alphabetical order, each with the name it has in the portfolio."""
    found = {
        position.symbol: position.instrument.name
        for account in snapshot.accounts
        for position in account.positions
        if position.instrument.is_unclassified
    }
    return dict(sorted(found.items()))


def with_classifications(snapshot: Snapshot, instruments: Mapping[Symbol, Instrument]) -> Snapshot:
    """The snapshot with what the tagger says of these symbols; prices and names stay the user's."""

    def classified(instrument: Instrument) -> Instrument:
        known = instruments.get(instrument.symbol)
        if known is None:
            return instrument
        return known.model_copy(
            update={
                "name": instrument.name,
                "current_price": instrument.current_price,
                "price_as_of": instrument.price_as_of,
            }
        )

    return snapshot.model_copy(
        update={
            "accounts": tuple(
                account.model_copy(
                    update={
                        "positions": tuple(
                            position.model_copy(update={"instrument": classified(position.instrument)})
                            for position in account.positions
                        )
                    }
                )
                for account in snapshot.accounts
            )
        }
    )
