"""The reference data of the migrations, parsed with PostgreSQL's own parser, so that no database is needed."""

import json
from collections.abc import Iterator
from typing import Any

from pglast.parser import parse_sql_json

from functions.shared.portfolio import Instrument
from scripts.manifest import ROOT

SEED = (ROOT / "migrations" / "003_seed_instruments.sql").read_text(encoding="utf-8")
JSON_COLUMNS = {"allocation_asset_class", "allocation_regions", "allocation_sectors"}


def _value(constant: dict[str, Any]) -> str | None:
    """Return the text of a literal in pglast's JSON: {"sval": {"sval": "VTI"}}, or {"isnull": true}."""
    for kind in ("sval", "fval", "ival"):
        if kind in constant:
            return str(constant[kind][kind])
    assert constant["isnull"]
    return None


def _rows() -> Iterator[dict[str, Any]]:
    for statement in json.loads(parse_sql_json(SEED))["stmts"]:
        insert = statement["stmt"]["InsertStmt"]
        assert insert["relation"]["relname"] == "instruments"
        columns = [column["ResTarget"]["name"] for column in insert["cols"]]
        for values in insert["selectStmt"]["SelectStmt"]["valuesLists"]:
            texts = [_value(item["A_Const"]) for item in values["List"]["items"]]
            row = dict(zip(columns, texts, strict=True))
            yield {name: json.loads(text) if name in JSON_COLUMNS and text else text for name, text in row.items()}


ROWS = list(_rows())
INSTRUMENTS = {row["symbol"]: Instrument.model_validate_json(json.dumps(row)) for row in ROWS}
