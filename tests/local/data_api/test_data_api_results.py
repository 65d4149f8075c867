"""Types and sizes of results, and the size of requests."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
import urllib3
from hypothesis import given, settings
from hypothesis import strategies as st

from scripts.local.data_api import DataApi
from scripts.local.data_api.values import array_elements, compact_json
from scripts.local.data_api.wire import to_json
from tests.local.data_api.fixture_types import Count, ErrorOf, Run, Value

KB = 1024
MIB = 1024 * 1024


@pytest.mark.parametrize("number", [-(2**63), 2**63 - 1])
def test_int8_extremes_round_trip(value: Value, number: int) -> None:
    assert value("SELECT :n", n={"longValue": number}) == {"longValue": number}


def test_longs_are_strings_on_request(run: Run) -> None:
    as_strings = {"resultSetOptions": {"longReturnType": "STRING"}}

    assert run("SELECT 9223372036854775807, ARRAY[1, 2]", as_strings)["records"] == [
        [{"stringValue": "9223372036854775807"}, {"arrayValue": {"stringValues": ["1", "2"]}}]
    ]


@pytest.mark.parametrize(
    ("literal", "field"),
    [
        ("1::int2", {"longValue": 1}),
        ("1::int4", {"longValue": 1}),
        ("1.5::float4", {"doubleValue": 1.5}),
        ("0.1::float8", {"doubleValue": 0.1}),
        ("false", {"booleanValue": False}),
        ("'x'::varchar", {"stringValue": "x"}),
        ("NULL::jsonb", {"isNull": True}),
        ("DATE '2024-02-29'", {"stringValue": "2024-02-29"}),
        ("TIME '12:00'", {"stringValue": "12:00:00"}),
        ("pg_sleep(0)", {"stringValue": ""}),
        ("'192.0.2.1'::inet", {"stringValue": "192.0.2.1"}),
        ("int4range(1, 10)", {"stringValue": "[1,10)"}),
        ("int4range(1, NULL)", {"stringValue": "[1,)"}),
        ("numrange(0.0, 1.0)", {"stringValue": "[0.0,1.0)"}),
    ],
)
def test_each_type_maps_to_its_field(value: Value, literal: str, field: dict[str, Any]) -> None:
    assert value(f"SELECT {literal}") == field


@pytest.mark.parametrize("special", ["NaN", "Infinity", "-Infinity"])
def test_float_that_is_not_finite_is_a_json_string(data_api: DataApi, cluster: dict[str, Any], special: str) -> None:
    """Compares the response itself, because botocore turns these strings into floats."""

    def field(expression: str, **options: Any) -> Any:
        request = {**cluster, "sql": f"SELECT {expression} AS x", **options}
        response = urllib3.request("POST", f"{data_api.url}/Execute", json=request)
        body = json.loads(response.data, parse_constant=pytest.fail)
        return body["formattedRecords"] if "formattedRecords" in body else body["records"][0][0]

    assert field(f"'{special}'::float8") == {"doubleValue": special}
    assert field(f"'{special}'::float4") == {"doubleValue": special}
    assert field(f"ARRAY['{special}', 1.5]::float8[]") == {"arrayValue": {"doubleValues": [special, 1.5]}}
    assert field(f"'{special}'::numeric") == {"stringValue": special}
    as_numbers = {"decimalReturnType": "DOUBLE_OR_LONG"}
    assert field(f"'{special}'::numeric", resultSetOptions=as_numbers) == {"doubleValue": special}
    assert field(f"'{special}'::float8", formatRecordsAs="JSON") == f'[{{"x":"{special}"}}]'


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_float_that_is_not_finite_round_trips(value: Value, number: float) -> None:
    assert value("SELECT :x", x={"doubleValue": number}) == {"doubleValue": pytest.approx(number, nan_ok=True)}


def test_response_without_valid_json_is_never_sent() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json({"doubleValue": float("nan")})


def test_enums_and_their_arrays_are_strings(run: Run) -> None:
    run("CREATE TYPE mood AS ENUM ('calm', 'very calm')")
    try:
        records = run("SELECT 'calm'::mood, ARRAY['calm', 'very calm']::mood[]")["records"]
    finally:
        run("DROP TYPE mood")

    assert records == [[{"stringValue": "calm"}, {"arrayValue": {"stringValues": ["calm", "very calm"]}}]]


def test_numeric_is_a_string_with_every_digit(value: Value) -> None:
    assert value("SELECT 12345678901234567890.1200") == {"stringValue": "12345678901234567890.1200"}


def test_numeric_is_a_number_on_request(run: Run) -> None:
    as_numbers = {"resultSetOptions": {"decimalReturnType": "DOUBLE_OR_LONG"}}

    assert run("SELECT 12::numeric, 12.50", as_numbers)["records"] == [[{"longValue": 12}, {"doubleValue": 12.5}]]


@pytest.mark.parametrize(
    ("literal", "text"),
    [
        ("2024-01-15 12:34:56+09", "2024-01-15 03:34:56"),
        ("2024-01-15 12:34:56.5+00", "2024-01-15 12:34:56.500"),
        ("2024-01-15 12:34:56.120000+00", "2024-01-15 12:34:56.120"),
        ("2024-01-15 12:34:56.1234+00", "2024-01-15 12:34:56.123400"),
        ("2024-01-15 12:34:56.123456-05:30", "2024-01-15 18:04:56.123456"),
    ],
)
def test_timestamptz_is_utc_text_with_0_3_or_6_digits(value: Value, literal: str, text: str) -> None:
    assert value(f"SELECT timestamptz '{literal}'") == {"stringValue": text}


def test_timestamptz_ignores_time_zone_of_session(run: Run, client: Any, cluster: dict[str, Any]) -> None:
    transaction = {"transactionId": client.begin_transaction(**cluster)["transactionId"]}
    run("SET TIME ZONE 'Asia/Kolkata'", transaction)
    records = run("SELECT timestamptz '2024-01-15 12:34:56+00'", transaction)["records"]
    client.rollback_transaction(resourceArn=cluster["resourceArn"], secretArn=cluster["secretArn"], **transaction)

    assert records == [[{"stringValue": "2024-01-15 12:34:56"}]]


def test_bytes_round_trip(value: Value) -> None:
    every_byte = bytes(range(256))

    assert value("SELECT :b", b={"blobValue": every_byte}) == {"blobValue": every_byte}


@pytest.mark.parametrize(
    ("literal", "array"),
    [
        ("ARRAY[1, NULL, 3]", {"longValues": [1, None, 3]}),
        ("ARRAY[]::text[]", {"stringValues": []}),
        ("ARRAY[1.5, 2]::float8[]", {"doubleValues": [1.5, 2.0]}),
        ("ARRAY[true, false]", {"booleanValues": [True, False]}),
        ("'[0:1]={7,8}'::int[]", {"longValues": [7, 8]}),
        (r"""ARRAY['a,b', '{c}', 'd"e', E'f\\g', '', 'NULL', NULL]""",
         {"stringValues": ["a,b", "{c}", 'd"e', "f\\g", "", "NULL", None]}),
        ("ARRAY[timestamptz '2024-01-15 12:34:56.5+01']", {"stringValues": ["2024-01-15 11:34:56.500"]}),
    ],
)  # fmt: skip
def test_array_preserves_nulls_and_escaped_characters(value: Value, literal: str, array: dict[str, Any]) -> None:
    assert value(f"SELECT {literal}") == {"arrayValue": array}


def test_two_dimensional_array_is_an_error(run: Run, error_of: ErrorOf) -> None:
    assert error_of(run, "SELECT ARRAY[[1, 2], [3, 4]]") == (
        400,
        "UnsupportedResultException",
        "The result contains a multidimensional array.",
    )


@pytest.mark.parametrize(
    ("literal", "name"),
    [
        ("interval '1 day'", "INTERVAL"),
        ("'a'::\"char\"", '"CHAR"'),
        ("'pg_class'::regclass", "regclass"),
        ("NULL::xml", "XML"),
        ("'1'::money", "MONEY"),
        ("point '(1,2)'", "POINT"),
        ("macaddr '08:00:2b:01:02:03'", "MACADDR"),
        ("daterange('2024-01-01', '2024-12-31')", "DATERANGE"),
        ("tsrange('2024-01-01', '2024-12-31')", "TSRANGE"),
        ("timetz '12:00+00'", "TIMETZ"),
        ("ARRAY[interval '1 day']", "INTERVAL"),
        ("ROW(1, 2)", "RECORD"),
    ],
)
def test_unsupported_type_is_an_error_that_names_it(run: Run, error_of: ErrorOf, literal: str, name: str) -> None:
    assert error_of(run, f"SELECT {literal}") == (
        400,
        "UnsupportedResultException",
        f"The result contains the unsupported data type {name}.",
    )


def test_composite_type_is_an_error_that_names_it(run: Run, error_of: ErrorOf) -> None:
    run("CREATE TYPE place AS (x int, y int)")
    try:
        message = error_of(run, "SELECT ROW(1, 2)::place")[2]
    finally:
        run("DROP TYPE place")

    assert message == "The result contains the unsupported data type place."


@pytest.mark.parametrize("literal", ["timestamptz 'infinity'", "timestamp '-infinity'", "date 'infinity'"])
def test_infinite_timestamp_is_an_internal_failure(run: Run, error_of: ErrorOf, literal: str) -> None:
    assert error_of(run, f"SELECT {literal}")[:2] == (500, "InternalFailure")


def test_row_is_limited_to_64_kb(value: Value, run: Run, error_of: ErrorOf) -> None:
    fits = 64 * KB - len('[{"stringValue":""}]')

    assert value(f"SELECT repeat('x', {fits})") == {"stringValue": "x" * fits}
    assert error_of(run, f"SELECT repeat('x', {fits + 1})") == (
        400,
        "UnsupportedResultException",
        "The result contains a row that exceeds the size limit 64 KB.",
    )


def test_row_size_includes_every_field_in_bytes(run: Run, error_of: ErrorOf) -> None:
    a_third = "repeat('é', 11000)"  # 22,000 bytes

    assert len(run(f"SELECT {a_third}, {a_third}")["records"][0]) == 2
    assert error_of(run, f"SELECT {a_third}, {a_third}, {a_third}")[1] == "UnsupportedResultException"


def test_row_limit_applies_to_every_row_and_format(run: Run, error_of: ErrorOf) -> None:
    second_row = "SELECT 'small' AS x UNION ALL SELECT repeat('x', 65536)"

    assert error_of(run, second_row)[1] == "UnsupportedResultException"
    assert error_of(run, second_row, {"formatRecordsAs": "JSON"})[1] == "UnsupportedResultException"


def test_response_is_limited_to_1_mib(run: Run, error_of: ErrorOf) -> None:
    row = len('[{"stringValue":""}],') + 10_000
    rows = (MIB - 1) // row  # the list adds two brackets and has no comma after its last row
    many = "SELECT repeat('x', 10000) FROM generate_series(1, :rows)"

    assert len(run(many, rows={"longValue": rows})["records"]) == rows
    assert error_of(run, many, rows={"longValue": rows + 1}) == (
        400,
        "UnsupportedResultException",
        "The result exceeds the size limit 1 MB.",
    )


def test_oversized_returning_clause_without_transaction_still_commits(
    run: Run, error_of: ErrorOf, numbers: Count
) -> None:
    insert = "INSERT INTO numbers VALUES (1, repeat('x', 65536)) RETURNING text"

    assert error_of(run, insert)[1] == "UnsupportedResultException"
    assert numbers() == 1


def test_request_is_limited_to_4_mib(run: Run, value: Value, error_of: ErrorOf) -> None:
    assert value("SELECT length(:x)", x={"stringValue": "x" * (4 * MIB - 1000)}) == {"longValue": 4 * MIB - 1000}
    assert error_of(run, "SELECT length(:x)", x={"stringValue": "x" * 4 * MIB})[:2] == (400, "BadRequestException")


def test_statement_is_limited_to_65536_characters(run: Run, value: Value, error_of: ErrorOf) -> None:
    longest = "SELECT 1 --".ljust(65_536, "x")

    assert value(longest) == {"longValue": 1}
    assert error_of(run, longest + "x")[:2] == (400, "ValidationException")


def test_jsonb_is_compact_and_preserves_digits_and_strings(value: Value) -> None:
    assert value("""SELECT '{"a b": [1.10, "x \\" : y"], "c": {}}'::jsonb""") == {
        "stringValue": r'{"c":{},"a b":[1.10,"x \" : y"]}'
    }


@settings(max_examples=50)
@given(
    st.recursive(
        st.none() | st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_compact_json_removes_only_whitespace_between_tokens(document: Any) -> None:
    spacious = json.dumps(document, ensure_ascii=False)

    assert compact_json(spacious) == json.dumps(document, ensure_ascii=False, separators=(",", ":"))


@given(st.lists(st.none() | st.text()))
def test_array_elements_reverses_quoting(elements: list[str | None]) -> None:
    quoted = ["NULL" if x is None else '"' + x.replace("\\", r"\\").replace('"', r"\"") + '"' for x in elements]

    assert array_elements("{" + ",".join(quoted) + "}") == elements
