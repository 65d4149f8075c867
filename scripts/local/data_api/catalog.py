"""Catalog lookups for responses: user-defined types and column metadata."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from psycopg.pq.abc import PGresult

from scripts.local.data_api.connections import Connection, execute
from scripts.local.data_api.parameters import Bound
from scripts.local.data_api.values import FIRST_USER_OID, UserType, UserTypes

TIMEOUT_S = 10.0
OID_ARRAY = 1028
INT8_ARRAY = 1016

USER_TYPES = """
SELECT t.oid, t.typname, t.typtype, CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE 0 END
  FROM pg_type t
 WHERE t.oid = ANY ($1) OR t.oid IN (SELECT typelem FROM pg_type WHERE oid = ANY ($1) AND typcategory = 'A')
"""

COLUMNS = """
SELECT t.typname, coalesce(n.nspname, ''), coalesce(c.relname, ''), coalesce(a.attnotnull, false),
       coalesce(a.attidentity <> '' OR pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%', false),
       CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE 0 END
  FROM unnest($1, $2, $3) WITH ORDINALITY AS f(type_oid, table_oid, attribute, place)
  JOIN pg_type t ON t.oid = f.type_oid
  LEFT JOIN pg_class c ON c.oid = f.table_oid
  LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_attribute a ON a.attrelid = f.table_oid AND a.attnum = f.attribute
  LEFT JOIN pg_attrdef d ON d.adrelid = f.table_oid AND d.adnum = f.attribute
 ORDER BY f.place
"""

# PostgreSQL type -> (java.sql.Types code, precision). Types not listed are OTHER.
JDBC_ARRAY, JDBC_OTHER = 2003, 1111
JDBC = {
    16: (-7, 1),
    17: (-2, 2147483647),
    20: (-5, 19),
    21: (5, 5),
    23: (4, 10),
    25: (12, 2147483647),
    700: (7, 8),
    701: (8, 17),
    1042: (1, 0),
    1043: (12, 0),
    1082: (91, 13),
    1083: (92, 15),
    1114: (93, 29),
    1184: (93, 35),
    1700: (2, 0),
}
SIGNED = {20, 21, 23, 700, 701, 1700}
CASE_SENSITIVE = {25, 114, 1042, 1043, 3802}
NUMERIC, BPCHAR, VARCHAR = 1700, 1042, 1043


def user_types(connection: Connection, oids: Iterable[int]) -> UserTypes:
    """Return the user-defined types among `oids`, and the types of their array elements."""
    user_oids = {oid for oid in oids if oid >= FIRST_USER_OID}
    if not user_oids:
        return {}
    rows = _rows(execute(connection, USER_TYPES, [_array(OID_ARRAY, user_oids)], TIMEOUT_S))
    return {int(oid): UserType(name, kind, int(element)) for oid, name, kind, element in rows}


def column_metadata(connection: Connection, result: PGresult) -> list[dict[str, Any]]:
    columns = range(result.nfields)
    parameters = [
        _array(OID_ARRAY, map(result.ftype, columns)),
        _array(OID_ARRAY, map(result.ftable, columns)),
        _array(INT8_ARRAY, map(result.ftablecol, columns)),
    ]
    rows = _rows(execute(connection, COLUMNS, parameters, TIMEOUT_S))
    return [_column(result, column, row) for column, row in enumerate(rows)]


def _column(result: PGresult, column: int, catalog: list[str]) -> dict[str, Any]:
    type_name, schema, table, not_null, automatic, element = catalog
    name, oid = (result.fname(column) or b"").decode(), result.ftype(column)
    precision, scale = _precision(oid, result.fmod(column))
    return {
        "arrayBaseColumnType": JDBC.get(int(element), (JDBC_OTHER, 0))[0] if element != "0" else 0,
        "isAutoIncrement": automatic == "t",
        "isCaseSensitive": oid in CASE_SENSITIVE,
        "isCurrency": False,
        "isSigned": oid in SIGNED,
        "label": name,
        "name": name,
        "nullable": 0 if not_null == "t" else 1,
        "precision": precision,
        "scale": scale,
        "schemaName": schema,
        "tableName": table,
        "type": JDBC_ARRAY if element != "0" else JDBC.get(oid, (JDBC_OTHER, 0))[0],
        "typeName": type_name,
    }


def _precision(oid: int, modifier: int) -> tuple[int, int]:
    """Unpack numeric(p, s) or varchar(n) from the type modifier, which PostgreSQL offsets by 4; -1 if undeclared."""
    if oid == NUMERIC and modifier >= 0:
        return (modifier - 4) >> 16, (modifier - 4) & 0xFFFF
    if oid in (BPCHAR, VARCHAR) and modifier >= 0:
        return modifier - 4, 0
    return JDBC.get(oid, (JDBC_OTHER, 0))[1], 0


def _array(oid: int, values: Iterable[int]) -> Bound:
    return Bound(oid, ("{" + ",".join(map(str, values)) + "}").encode())


def _rows(result: PGresult) -> list[list[str]]:
    return [
        [(result.get_value(row, column) or b"").decode() for column in range(result.nfields)]
        for row in range(result.ntuples)
    ]
