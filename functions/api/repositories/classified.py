"""Positions with the classification that an analysis gives them where the reference data has none."""

import json
import re
from typing import Any

from functions.shared.classification_rules import classify
from functions.shared.portfolio import InstrumentType

#: Marks a number while it is a string, so that no digit is lost. Text in PostgreSQL cannot contain it.
_MARK = "\0"
_NUMBER = re.compile(r'"\\u0000([^"\\]*)\\u0000"')
_UNCLASSIFIED = InstrumentType.UNCLASSIFIED.value


def with_rules(document: str) -> str:
    """Return the JSON of a position, or of an object with a list of `positions`, after the rules are applied."""
    if f'"{_UNCLASSIFIED}"' not in document:
        return document
    content = json.loads(document, parse_float=_marked, parse_int=_marked)
    for position in content.get("positions", [content]):
        _classify(position)
    return _NUMBER.sub(r"\1", json.dumps(content, ensure_ascii=False, separators=(",", ":")))


def _marked(number: str) -> str:
    return f"{_MARK}{number}{_MARK}"


def _classify(position: dict[str, Any]) -> None:
    instrument = position["instrument"]
    if position["instrument_type"] != _UNCLASSIFIED or instrument["classified_by"]:
        return
    if known := classify(position["symbol"], position["instrument_name"]):
        kind = known.instrument_type.value
        position["instrument_type"] = instrument["instrument_type"] = kind
        instrument["classified_by"] = known.classified_by
        for name in ("allocation_asset_class", "allocation_regions", "allocation_sectors"):
            instrument[name] = {key.value: _marked(str(share)) for key, share in getattr(known, name).items()}
