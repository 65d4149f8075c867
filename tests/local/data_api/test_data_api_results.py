"""Conformance of the local Data API, cases 5 to 12 and 17: what comes out."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scripts.local.data_api.values import array_elements, compact_json

Run = Callable[..., dict[str, Any]]
Value = Callable[..., Any]
Refusal = Callable[..., tuple[int, str, str]]

MIB = 1024 * 1024


@pytest.mark.parametrize("number", [-(2**63), 2**63 - 1])
def test_case_05_the_extremes_of_int8_go_in_and_come_out(value: Value, number: int) -> None:
    assert value("SELECT :n", n={"longValue": number}) == {"longValue": number}


def test_case_05_longs_are_strings_on_request(run: Run) -> None:
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
    ],
)
def test_each_type_has_its_field(value: Value, literal: str, field: dict[str, Any]) -> None:
    assert value(f"SELECT {literal}") == field


def test_an_enum_is_a_string_and_so_are_those_in_an_array(run: Run) -> None:
    run("CREATE TYPE mood AS ENUM ('calm', 'very calm')")
    try:
        records = run("SELECT 'calm'::mood, ARRAY['calm', 'very calm']::mood[]")["records"]
    finally:
        run("DROP TYPE mood")

    assert records == [[{"stringValue": "calm"}, {"arrayValue": {"stringValues": ["calm", "very calm"]}}]]


def test_case_06_numeric_is_text_with_every_digit(value: Value) -> None:
    assert value("SELECT 12345678901234567890.1200") == {"stringValue": "12345678901234567890.1200"}


def test_case_06_numeric_is_a_number_on_request_long_without_a_scale(run: Run) -> None:
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
def test_case_07_a_timestamptz_is_utc_without_offset_and_with_0_3_or_6_digits(
    value: Value, literal: str, text: str
) -> None:
    assert value(f"SELECT timestamptz '{literal}'") == {"stringValue": text}


def test_case_07_a_session_s_time_zone_does_not_change_that(run: Run, client: Any, cluster: dict[str, Any]) -> None:
    transaction = {"transactionId": client.begin_transaction(**cluster)["transactionId"]}
    run("SET TIME ZONE 'Asia/Kolkata'", transaction)
    records = run("SELECT timestamptz '2024-01-15 12:34:56+00'", transaction)["records"]
    client.rollback_transaction(resourceArn=cluster["resourceArn"], secretArn=cluster["secretArn"], **transaction)

    assert records == [[{"stringValue": "2024-01-15 12:34:56"}]]


def test_case_08_bytes_come_back_as_they_went(value: Value) -> None:
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
def test_case_09_an_array_keeps_nulls_and_what_was_escaped(value: Value, literal: str, array: dict[str, Any]) -> None:
    assert value(f"SELECT {literal}") == {"arrayValue": array}


def test_case_10_a_two_dimensional_array_is_refused(run: Run, refusal: Refusal) -> None:
    assert refusal(run, "SELECT ARRAY[[1, 2], [3, 4]]")[:2] == (400, "UnsupportedResultException")


@pytest.mark.parametrize(
    "literal",
    [
        "interval '1 day'",
        "'a'::\"char\"",
        "'pg_class'::regclass",
        "NULL::xml",
        "'1'::money",
        "point '(1,2)'",
        "macaddr '08:00:2b:01:02:03'",
        "int4range(1, 2)",
        "timetz '12:00+00'",
        "ARRAY[interval '1 day']",
        "ROW(1, 2)",
    ],
)
def test_case_11_an_interval_and_its_like_are_refused(run: Run, refusal: Refusal, literal: str) -> None:
    assert refusal(run, f"SELECT {literal}")[:2] == (400, "UnsupportedResultException")


@pytest.mark.parametrize("literal", ["timestamptz 'infinity'", "timestamp '-infinity'", "date 'infinity'"])
def test_case_12_infinity_is_an_internal_failure(run: Run, refusal: Refusal, literal: str) -> None:
    assert refusal(run, f"SELECT {literal}")[:2] == (500, "InternalFailure")


def test_case_17_a_result_may_have_almost_1_mib_and_no_more(run: Run, refusal: Refusal) -> None:
    nearly = run(f"SELECT repeat('x', {MIB} - 100)")["records"][0][0]["stringValue"]

    assert len(nearly) == MIB - 100
    assert refusal(run, f"SELECT repeat('x', {MIB})") == (
        400,
        "UnsupportedResultException",
        "Database returned more than the allowed response size limit",
    )


def test_case_17_a_request_may_have_almost_4_mib_and_no_more(run: Run, value: Value, refusal: Refusal) -> None:
    assert value("SELECT length(:x)", x={"stringValue": "x" * (4 * MIB - 1000)}) == {"longValue": 4 * MIB - 1000}
    assert refusal(run, "SELECT length(:x)", x={"stringValue": "x" * 4 * MIB})[:2] == (400, "BadRequestException")


def test_case_17_a_statement_may_have_65536_characters_and_no_more(run: Run, value: Value, refusal: Refusal) -> None:
    longest = "SELECT 1 --".ljust(65_536, "x")

    assert value(longest) == {"longValue": 1}
    assert refusal(run, longest + "x")[:2] == (400, "ValidationException")


def test_jsonb_is_compact_and_keeps_its_digits_and_spaces_in_strings(value: Value) -> None:
    assert value("""SELECT '{"a b": [1.10, "x \\" : y"], "c": {}}'::jsonb""") == {
        "stringValue": r'{"c":{},"a b":[1.10,"x \" : y"]}'
    }


@settings(deadline=None, max_examples=50)
@given(
    st.recursive(
        st.none() | st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_compacting_json_changes_nothing_but_its_spaces(document: Any) -> None:
    spacious = json.dumps(document, ensure_ascii=False)

    assert compact_json(spacious) == json.dumps(document, ensure_ascii=False, separators=(",", ":"))


@settings(deadline=None)
@given(st.lists(st.none() | st.text()))
def test_array_elements_are_what_was_quoted(elements: list[str | None]) -> None:
    quoted = ["NULL" if x is None else '"' + x.replace("\\", r"\\").replace('"', r"\"") + '"' for x in elements]

    assert array_elements("{" + ",".join(quoted) + "}") == elements
