"""The privileges of the functions' database users, by table and column: those that their statements need.

A test derives the required privileges from the statements, and compares them in both directions. Cascades and the
guards of the migrations run with the privileges of the tables' owner.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Grant:
    """Privileges on one table. `select`, `insert` and `update` are column names, separated by whitespace.

    PostgreSQL's system columns need a grant, too: statements detect changed rows by `xmin`, and new ones by `xmax`.
    """

    select: str = ""
    insert: str = ""
    update: str = ""
    delete: bool = False

    @property
    def columns(self) -> dict[str, list[str]]:
        """The columns of each privilege."""
        listed = {"SELECT": self.select, "INSERT": self.insert, "UPDATE": self.update}
        return {privilege: columns.split() for privilege, columns in listed.items() if columns}

    def privileges(self) -> str:
        """Return the privileges in the syntax of GRANT."""
        by_column = [f"{privilege} ({', '.join(columns)})" for privilege, columns in self.columns.items()]
        return ", ".join([*by_column, "DELETE"] if self.delete else by_column)


@dataclass(frozen=True)
class Role:
    """A database user, and its grants by table."""

    username: str
    grants: Mapping[str, Grant]


API = Role(
    "alex_api",
    {
        "users": Grant(
            select="""
                id display_name birth_year years_until_retirement target_retirement_income annual_contribution
                income_streams asset_class_targets region_targets created_at updated_at xmax""",
            insert="id",
            update="""
                id display_name birth_year years_until_retirement target_retirement_income annual_contribution
                income_streams asset_class_targets region_targets updated_at""",
            delete=True,
        ),
        "accounts": Grant(
            select="id user_id account_name account_purpose cash_balance cash_interest created_at updated_at",
            insert="user_id account_name account_purpose cash_balance cash_interest",
            update="account_name account_purpose cash_balance cash_interest updated_at",
            delete=True,
        ),
        "positions": Grant(
            select="id account_id symbol quantity name price price_as_of is_value_only cost_basis updated_at",
            insert="account_id symbol quantity name price price_as_of is_value_only cost_basis",
            update="account_id symbol quantity name price price_as_of is_value_only cost_basis updated_at",
            delete=True,
        ),
        "classifications": Grant(
            select="""
                user_id symbol instrument_type allocation_asset_class allocation_regions allocation_sectors
                updated_at""",
            insert="""
                user_id symbol instrument_type allocation_asset_class allocation_regions allocation_sectors""",
            update="instrument_type allocation_asset_class allocation_regions allocation_sectors updated_at",
            delete=True,
        ),
        "priced_positions": Grant(
            select="""
                id account_id user_id symbol quantity is_value_only cost_basis name instrument_type classified_by
                current_price price_as_of allocation_asset_class allocation_regions allocation_sectors created_at
                updated_at"""
        ),
        "imports": Grant(
            select="id user_id created_at undone_at replaced",
            insert="id user_id accounts warnings replaced",
            update="undone_at",
            delete=True,
        ),
        "instruments": Grant(select="symbol name instrument_type current_price price_as_of"),
        "jobs": Grant(
            select="""
                id user_id name job_type sections status request_payload idempotency_key request_hash round attempt
                error_message created_at queued_at started_at completed_at updated_at version event_seq
                is_tracked progress_data""",
            insert="id user_id job_type sections request_payload idempotency_key request_hash event_seq",
            update="""
                name status round failures worker lease_expires_at stalled_since error_message queued_at started_at
                completed_at updated_at version event_seq is_tracked progress_data""",
            delete=True,
        ),
        "daily_usage": Grant(
            select="user_hash day rounds", insert="user_hash day rounds", update="day rounds", delete=True
        ),
        "job_results": Grant(select="job_id section payload duration_ms model created_at"),
        "job_events": Grant(
            select="job_id seq at kind agent progress_percent message",
            insert="job_id seq kind progress_percent message",
            delete=True,
        ),
    },
)
WORKERS = Role(
    "alex_workers",
    {
        "users": Grant(
            select="""
                id birth_year years_until_retirement target_retirement_income annual_contribution income_streams
                asset_class_targets region_targets"""
        ),
        "accounts": Grant(select="id user_id account_name account_purpose cash_balance cash_interest xmin"),
        "positions": Grant(select="id account_id xmin"),
        "classifications": Grant(select="user_id xmin"),
        "priced_positions": Grant(
            select="""
                account_id symbol quantity is_value_only cost_basis name instrument_type classified_by current_price
                price_as_of allocation_asset_class allocation_regions allocation_sectors expense_ratio"""
        ),
        "imports": Grant(select="id user_id accounts warnings created_at undone_at"),
        "instruments": Grant(
            select="""
                symbol name instrument_type current_price price_as_of allocation_asset_class allocation_regions
                allocation_sectors expense_ratio"""
        ),
        "jobs": Grant(
            select="""
                id user_id job_type sections status request_payload round attempt failures worker lease_expires_at
                stalled_since error_message created_at queued_at started_at completed_at version event_seq
                progress_data""",
            update="""
                status attempt failures worker lease_expires_at stalled_since error_message started_at completed_at
                updated_at version event_seq is_tracked progress_data""",
        ),
        "job_results": Grant(
            select="job_id section payload duration_ms model created_at",
            insert="job_id section attempt payload started_at duration_ms model delays",
        ),
        "job_events": Grant(select="job_id seq agent", insert="job_id seq kind agent progress_percent message details"),
    },
)

#: By the user's name in functions/functions.yaml.
ROLES = {"api": API, "workers": WORKERS}
