"""JSON bodies of up to 1 MB that are as expensive as possible to read or to reject. import_files.py has the files.

Those whose names begin with "options" are for `POST /api/analyze`, the others for `PUT /api/user`.
"""

from functions.api.limits import MAX_BODY_BYTES


def filled(start: bytes, unit: bytes, end: bytes) -> bytes:
    """Repeat the unit up to 1 MB."""
    return start + unit * ((MAX_BODY_BYTES - len(start) - len(end)) // len(unit)) + end


def names(start: bytes, count: int, end: bytes) -> bytes:
    return start + b",".join(b'"k%d":1' % number for number in range(count)) + end


BODIES: dict[str, bytes] = {
    "80,000 fields": names(b"{", 80_000, b"}"),
    "80,000 targets": names(b'{"asset_class_targets":{', 80_000, b"}}"),
    "integers": filled(b'{"current_age":[', b"1,", b"1]}"),
    "fractions": filled(b'{"current_age":[', b"1.5,", b"1]}"),
    "exponents": filled(b'{"current_age":[', b"1e9,", b"1]}"),
    "constants": filled(b'{"current_age":[', b"NaN,", b"1]}"),
    "nulls": filled(b'{"current_age":[', b"null,", b"1]}"),
    "strings": filled(b'{"current_age":[', b'"",', b"1]}"),
    "arrays": filled(b'{"current_age":[', b"[],", b"1]}"),
    "objects": filled(b'{"current_age":[', b"{},", b"1]}"),
    "objects with a field": filled(b'{"current_age":[', b'{"a":1},', b"1]}"),
    "nested arrays": filled(b"", b"[", b""),
    "nested objects": filled(b"", b'{"a":', b""),
    "a million digits": filled(b'{"current_age":', b"9", b"}"),
    "a million decimals": filled(b'{"target_retirement_income":0.', b"9", b"}"),
    "a million digits of an exponent": filled(b'{"target_retirement_income":1e', b"9", b"}"),
    "a long name": filled(b'{"display_name":"', b"x", b'"}'),
    "a long name of spaces": filled(b'{"display_name":"x', b" ", b'x"}'),
    "a long name of escapes": filled(b'{"display_name":"', b"\\u0041", b'"}'),
    "a long name of emoji": filled(b'{"display_name":"', "\N{BANK}".encode(), b'"}'),
    "a long name of joiners": filled(b'{"display_name":"', "\N{BANK}\u200d".encode(), b'"}'),
    "a long field name": filled(b'{"', b"x", b'":1}'),
    "quotation marks": filled(b"", b'"', b""),
    "an open string of escapes": filled(b'{"a":"', b"\\\\", b""),
    "spaces": filled(b"", b" ", b"{}"),
    "options: fractions": filled(b'{"options":{"a":[', b"1.5,", b"1]}}"),
    "options: objects": filled(b'{"options":{"a":[', b"{},", b"1]}}"),
    "options: 80,000 names": names(b'{"options":{', 80_000, b"}}"),
    "options: a long text": filled(b'{"options":{"a":"', b"\\u0000", b'"}}'),
}
