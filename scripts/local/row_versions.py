"""Detects writes: each committed write creates new row versions, even if it changes no value."""

from functions.shared.database import Database, Statement

_TABLES = Statement("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename", True)
_VERSIONS = "SELECT '{0}', md5(coalesce(string_agg(concat(xmin, ctid), ' ' ORDER BY ctid), '')) FROM {0}"


def row_versions(database: Database) -> dict[str, str]:
    """Return a fingerprint of each table. Equal fingerprints mean that no row was inserted, updated or deleted in
    between.
    """
    tables = [name for (name,) in database.rows(_TABLES)]
    return dict(database.rows(Statement(" UNION ALL ".join(map(_VERSIONS.format, tables)), idempotent=True)))
