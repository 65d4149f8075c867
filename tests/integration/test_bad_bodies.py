"""Malformed bodies, through the gateway: each is refused with an explanation, and changes nothing."""

from __future__ import annotations

import gzip
import json

import pytest

from tests.integration.http_client import CSV, JSON, HttpClient

HEADER = b"account,symbol,quantity,price\n"

pytestmark = pytest.mark.usefixtures("nothing_is_written")


BODIES: dict[str, tuple[int, bytes]] = {
    "none": (422, b""),
    "no JSON": (400, b"account_name=IRA"),
    "cut off": (400, b'{"account_name": "I'),
    "more after it": (400, b'{"account_name": "IRA"} {}'),
    "a NUL behind it": (400, b'{"account_name": "IRA"}\0'),
    "a byte order mark": (400, b'\xef\xbb\xbf{"account_name": "IRA"}'),
    "no UTF-8": (400, b'{"account_name": "IRA \xff"}'),
    "compressed": (400, gzip.compress(b'{"account_name": "IRA"}', mtime=0)),
    "nested arrays": (400, b"[" * 100_000),
    "nested objects": (400, b'{"account_name":' * 50_000),
    "one name twice": (400, b'{"account_name": "IRA", "account_name": "401k"}'),
    "over 1 MB": (413, b'{"account_name": "%s"}' % (b"x" * 1_000_000)),
    "null": (422, b"null"),
    "an array": (422, b'[{"account_name": "IRA"}]'),
    "a number for a text": (422, b'{"account_name": 5}'),
    "an object for a text": (422, b'{"account_name": {"$ne": null}}'),
    "a text for an amount": (422, b'{"account_name": "IRA", "cash_balance": "5"}'),
    "NaN": (422, b'{"account_name": "IRA", "cash_balance": NaN}'),
    "infinity": (422, b'{"account_name": "IRA", "cash_balance": -Infinity}'),
    "beyond any number": (422, b'{"account_name": "IRA", "cash_balance": 1e999999999}'),
    "next to nothing": (422, b'{"account_name": "IRA", "cash_balance": 1e-999999999}'),
    "a negative exponent of zero": (422, b'{"account_name": "IRA", "cash_balance": 0e-999999}'),
    "a large exponent of zero": (422, b'{"account_name": "IRA", "cash_balance": 0e999999999999}'),
    "an exponent of 20 digits": (422, b'{"account_name": "IRA", "cash_balance": 1e-99999999999999999999}'),
    "an exponent in capitals": (422, b'{"account_name": "IRA", "cash_balance": 1E+1000000}'),
    "an exponent full of zeros": (422, b'{"account_name": "IRA", "cash_balance": 1e%s1}' % (b"0" * 100_000)),
    "a monstrous rate": (422, b'{"account_name": "IRA", "cash_interest": 1e1000000}'),
    "a hexadecimal number": (400, b'{"account_name": "IRA", "cash_balance": 0x10}'),
    "a number with a plus sign": (400, b'{"account_name": "IRA", "cash_balance": +5}'),
    "a number with leading zeros": (400, b'{"account_name": "IRA", "cash_balance": 007}'),
    "a number with separators": (400, b'{"account_name": "IRA", "cash_balance": 1_000}'),
    "a bare decimal point": (400, b'{"account_name": "IRA", "cash_balance": .5}'),
    "80,000 fields": (422, b"{%s}" % b",".join(b'"k%d":1' % number for number in range(80_000))),
    "300,000 empty arrays": (400, b'{"account_name": [%s[]]}' % (b"[]," * 300_000)),
    "300,000 empty objects": (422, b'{"account_name": [%s{}]}' % (b"{}," * 300_000)),
    "400,000 numbers": (422, b'{"account_name": [%s1]}' % (b"1," * 400_000)),
    "a name of 900,000 characters": (422, b'{"account_name": "%s"}' % (b"x" * 900_000)),
    "a field's name of 900,000 characters": (422, b'{"%s": 1}' % (b"x" * 900_000)),
    "a million digits": (422, b'{"account_name": "IRA", "cash_balance": %s}' % (b"9" * 900_000)),
    "a NUL in a text": (422, b'{"account_name": "IRA\\u0000"}'),
    "half a character": (422, b'{"account_name": "IRA \\ud800"}'),
    "text that runs backwards": (422, '{"account_name": "IRA \u202e"}'.encode()),
    "a zero-width space": (422, '{"account_name": "IRA\u200b"}'.encode()),
    "a zero-width joiner between letters": (422, '{"account_name": "I\u200dRA"}'.encode()),
    "a soft hyphen": (422, b'{"account_name": "I\\u00adRA"}'),
    "a byte order mark in a text": (422, b'{"account_name": "IRA\\ufeff"}'),
    "a private-use character": (422, b'{"account_name": "IRA \\ue000"}'),
    "a tag character": (422, b'{"account_name": "IRA\\udb40\\udc41"}'),
    "a blank letter": (422, b'{"account_name": "\\u3164"}'),
    "an isolate that turns text around": (422, b'{"account_name": "IRA \\u2067"}'),
    "a noncharacter": (422, b'{"account_name": "IRA \\uffff"}'),
    "an escape sequence of terminals": (422, b'{"account_name": "\\u001b[31mIRA"}'),
    "UTF-16": (400, '{"account_name": "IRA"}'.encode("utf-16")),
    "UTF-32": (400, '{"account_name": "IRA"}'.encode("utf-32")),
    "an overlong encoding": (400, b'{"account_name": "\xc0\xafIRA"}'),
    "half a character in UTF-8": (400, b'{"account_name": "IRA \xed\xa0\x80"}'),
    "one name twice, once escaped": (400, b'{"account_name": "IRA", "account\\u005fname": "401k"}'),
    "one nested name twice": (400, b'{"account_name": {"a": 1, "a": 2}}'),
    "a comment": (400, b'{"account_name": "IRA" /* mine */}'),
    "a trailing comma": (400, b'{"account_name": "IRA",}'),
    "single quotation marks": (400, b"{'account_name': 'IRA'}"),
    "a line break in a text": (400, b'{"account_name": "I\nRA"}'),
    "an unknown escape": (400, b'{"account_name": "I\\x52A"}'),
    "NaN in lower case": (400, b'{"account_name": "IRA", "cash_balance": nan}'),
    "an exponent without digits": (400, b'{"account_name": "IRA", "cash_balance": 1e}'),
    "a number that ends with its point": (400, b'{"account_name": "IRA", "cash_balance": 5.}'),
    "a sign on its own": (400, b'{"account_name": "IRA", "cash_balance": - 5}'),
    "full-width digits": (400, '{"account_name": "IRA", "cash_balance": \uff15}'.encode()),
    "Arabic digits": (400, '{"account_name": "IRA", "cash_balance": \u0665}'.encode()),
    "a negative amount": (422, b'{"account_name": "IRA", "cash_balance": -0.01}'),
    "a fraction of a cent": (422, b'{"account_name": "IRA", "cash_balance": 0.001}'),
    "101 digits": (422, b'{"account_name": "IRA", "cash_balance": 1%s}' % (b"0" * 100)),
    "101 decimals": (422, b'{"account_name": "IRA", "cash_balance": 0.%s1}' % (b"0" * 100)),
    "true for an amount": (422, b'{"account_name": "IRA", "cash_balance": true}'),
    "nothing for an amount": (422, b'{"account_name": "IRA", "cash_balance": null}'),
    "an array for an amount": (422, b'{"account_name": "IRA", "cash_balance": [5]}'),
    "a rate over 100": (422, b'{"account_name": "IRA", "cash_interest": 100.001}'),
    "a blank text": (422, '{"account_name": " \u3000\u00a0 "}'.encode()),
    "101 characters": (422, b'{"account_name": "%s"}' % (b"x" * 101)),
    "a line separator": (422, '{"account_name": "I\u2028RA"}'.encode()),
    "a lone joiner": (422, '{"account_name": "\u200d"}'.encode()),
    "a field that is none": (422, b'{"account_name": "IRA", "__proto__": {"is_admin": true}}'),
    "another's field": (422, b'{"account_name": "IRA", "user_id": "other-user"}'),
}


@pytest.mark.parametrize("wrong", BODIES)
def test_malformed_body_is_refused(ask: HttpClient, wrong: str) -> None:
    status, body = BODIES[wrong]

    assert ask("POST", "/api/accounts", body, JSON).refuses(status)


@pytest.mark.parametrize(
    "media_type",
    [
        "text/plain",
        "text/csv",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/json, text/csv",
        "application/vnd.api+json",
        "text/json",
        "application/json/../csv",
        "x" * 900,
    ],
)
def test_unsupported_media_type_is_refused(ask: HttpClient, media_type: str) -> None:
    assert ask("POST", "/api/accounts", b'{"account_name": "IRA"}', [("Content-Type", media_type)]).refuses(415)


@pytest.mark.parametrize("depth", [20, 260, 900])
def test_deeply_nested_options_are_refused(ask: HttpClient, depth: int) -> None:
    nested = b"[" * depth + b"]" * depth

    assert ask("POST", "/api/analyze", b'{"options": {"a": %s}}' % nested, JSON).refuses(422)


FILES = {
    "empty": b"",
    "only a header": HEADER,
    "binary": bytes(range(256)) * 100,
    "a spreadsheet": b"PK\x03\x04" + bytes(2_000),
    "no UTF-8": HEADER + b"Caf\xe9,VTI,1,1\n",
    "a NUL": HEADER + b"IRA,VTI,1,1\0\n",
    "empty lines alone": b"\n" * 100_000,
    "one huge line": b"x" * 900_000,
    "a huge field": HEADER + b'"' + b"x" * 300_000 + b'",VTI,1,1\n',
    "a huge number": HEADER + b"IRA,VTI," + b"9" * 200_000 + b",1\n",
    "no number": HEADER + b"IRA,VTI,NaN,1\n",
    "an infinite number": HEADER + b"IRA,VTI,inf,1\n",
    "a hexadecimal number": HEADER + b"IRA,VTI,0x10,1\n",
    "an exponent of 20 digits": HEADER + b"IRA,VTI,1e-99999999999999999999,1\n",
    "a monstrous price": HEADER + b"IRA,VTI,1,1e1000000\n",
    "two points": HEADER + b"IRA,VTI,1..5,1\n",
    "a quantity beyond any portfolio": HEADER + b"IRA,VTI,1000000001,1\n",
    "text that runs backwards": HEADER + "I\u202eRA,VTI,1,1\n".encode(),
    "a zero-width space": HEADER + "I\u200bRA,VTI,1,1\n".encode(),
    "a symbol of look-alike letters": HEADER + "IRA,\u0412\u0422\u0406,1,1\n".encode(),
    "beyond any number": HEADER + b"IRA,VTI,1e999999,1\n",
    "a formula for a quantity": HEADER + b"IRA,VTI,=1+1,1\n",
    "an open quotation": HEADER + b'"IRA,VTI,1,1\n',
    "more than 1,000 positions": HEADER + b"".join(b"IRA,S%d,1,1\n" % number for number in range(1_001)),
}


@pytest.mark.parametrize("path", ["/api/portfolio/import", "/api/analyze"])
@pytest.mark.parametrize("wrong", FILES)
def test_malformed_file_is_refused(ask: HttpClient, path: str, wrong: str) -> None:
    response = ask("POST", path, FILES[wrong], CSV)

    assert response.refuses(422)
    assert response.json()["errors"]


PROFILES = [
    *('"current_age": 1e1000000', '"current_age": 1e2147483648', '"current_age": 40.5', '"current_age": "40"'),
    *('"current_age": true', '"current_age": 0e-999999', '"years_until_retirement": 81', '"current_age": -1'),
    *('"target_retirement_income": 1e400', '"annual_contribution": 1e-400', '"annual_contribution": -1'),
    *('"asset_class_targets": {"equity": 1e400}', '"asset_class_targets": {"equity": NaN}'),
    *('"asset_class_targets": {"equity": "100"}', '"asset_class_targets": {"equity": 101}'),
    *('"region_targets": {"north_america": -1}', '"region_targets": {"the moon": 100}', '"region_targets": []'),
]


@pytest.mark.parametrize("fields", PROFILES)
def test_invalid_number_in_profile_is_refused(ask: HttpClient, fields: str) -> None:
    assert ask("PUT", "/api/user", f"{{{fields}}}".encode(), JSON).refuses(422)


HIDDEN = ["\u202e", "\u2066", "\u200b", "\u00ad", "\ufeff", "\ue000", "\U000e0041", "\u2062", "\u3164", "\x07"]


@pytest.mark.parametrize("hidden", HIDDEN, ids=ascii)
def test_hidden_character_is_refused_in_every_text(ask: HttpClient, hidden: str) -> None:
    own = ask("GET", "/api/accounts").json()[0]["id"]
    text = f"A{hidden}nn"

    for method, path, document in [
        ("PUT", "/api/user", {"display_name": text}),
        ("POST", "/api/accounts", {"account_name": "IRA", "account_purpose": text}),
        ("PUT", f"/api/accounts/{own}", {"account_name": text}),
        ("PUT", f"/api/accounts/{own}", {"account_purpose": text}),
        ("POST", "/api/positions", {"account_id": own, "symbol": text, "quantity": 1}),
        ("POST", "/api/analyze", {"options": {"note": text}}),
        ("POST", "/api/analyze", {"options": {text: "note"}}),
    ]:
        assert ask(method, path, json.dumps(document).encode(), JSON).refuses(422)


def test_repeated_content_type_is_refused(ask: HttpClient) -> None:
    assert ask("POST", "/api/accounts", b"{}", [*JSON, *CSV]).refuses(415)
