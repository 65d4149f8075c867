"""Converts PostgreSQL results to ExecuteStatement response bodies, within the service's size limits.

Limits: "Limitations for the Amazon RDS Data API" (Aurora User Guide) for rows and records, ExecuteStatementResponse
(RDS Data API Reference) for `formattedRecords`. The size of a row is that of its JSON record in bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

from scripts.local.data_api.catalog import column_metadata, user_types
from scripts.local.data_api.connections import Connection
from scripts.local.data_api.errors import ResultTooLarge, UnsupportedResultException
from scripts.local.data_api.values import Field, Options, decoder, plain
from scripts.local.data_api.wire import to_json

MAX_ROW_BYTES = 64 * 1024
MAX_RECORDS_BYTES = 1024 * 1024
MAX_FORMATTED_BYTES = 10 * 1024 * 1024
CHANGES_ROWS = (b"INSERT", b"UPDATE", b"DELETE", b"MERGE")


def response(connection: Connection, result: PGresult, request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the response body. Raises UnsupportedResultException for a type, ResultTooLarge for a size over the
    limit.
    """
    if result.status != ExecStatus.TUPLES_OK:
        command = (result.command_status or b"").split(b" ")[0]
        if command in CHANGES_ROWS:
            return {"numberOfRecordsUpdated": result.command_tuples or 0}
        return {"numberOfRecordsUpdated": 0, "generatedFields": []}

    as_json = request.get("formatRecordsAs") == "JSON"
    records = _records(connection, result, _options(request, as_json))
    sizes = [len(to_json(record)) for record in records]
    if max(sizes, default=0) > MAX_ROW_BYTES:
        raise ResultTooLarge("The result contains a row that exceeds the size limit 64 KB.")
    if as_json:
        return {"numberOfRecordsUpdated": 0, "formattedRecords": _formatted(result, records)}
    if sum(sizes) + len(sizes) + 1 > MAX_RECORDS_BYTES:  # plus the list's commas and brackets
        raise ResultTooLarge("The result exceeds the size limit 1 MB.")
    body: dict[str, Any] = {"numberOfRecordsUpdated": 0, "records": records}
    if request.get("includeResultMetadata"):
        body["columnMetadata"] = column_metadata(connection, result)
    return body


def _options(request: Mapping[str, Any], as_json: bool) -> Options:
    chosen = request.get("resultSetOptions") or {}
    default_decimal = "DOUBLE_OR_LONG" if as_json else "STRING"
    return Options(
        longs_as_strings=chosen.get("longReturnType") == "STRING",
        decimals_as_numbers=chosen.get("decimalReturnType", default_decimal) != "STRING",
    )


def _records(connection: Connection, result: PGresult, options: Options) -> list[list[Field]]:
    oids = [result.ftype(column) for column in range(result.nfields)]
    known = user_types(connection, oids)
    decoders = list(enumerate(decoder(oid, options, known) for oid in oids))
    return [[decode(result.get_value(row, column)) for column, decode in decoders] for row in range(result.ntuples)]


def _formatted(result: PGresult, records: list[list[Field]]) -> str:
    names = [(result.fname(column) or b"").decode() for column in range(result.nfields)]
    if len(set(names)) < len(names):
        raise UnsupportedResultException("The result contains columns of the same name")
    rows = to_json([dict(zip(names, map(plain, record), strict=True)) for record in records])
    if len(rows) > MAX_FORMATTED_BYTES:
        raise ResultTooLarge("The result exceeds the size limit 10 MB.")
    return rows.decode()
