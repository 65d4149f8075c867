"""Parameters, the parsing of statements, and SQL errors."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.local.data_api.parameters import numbered
from tests.local.data_api.fixture_types import Count, ErrorOf, Run, Value

UUID = "6f8b7f30-7ad2-4f5c-9d6e-6d8dbb7b7c9b"


def test_sql_error_is_one_line_with_position_and_state(run: Run, error_of: ErrorOf) -> None:
    assert error_of(run, "SELECT nothing FROM nowhere") == (
        400,
        "DatabaseErrorException",
        'ERROR: relation "nowhere" does not exist; Position: 21; SQLState: 42P01',
    )


def test_sql_error_includes_its_detail(run: Run, error_of: ErrorOf, numbers: Count) -> None:
    run("INSERT INTO numbers VALUES (1)")

    assert error_of(run, "INSERT INTO numbers VALUES (1)")[2] == (
        'ERROR: duplicate key value violates unique constraint "numbers_pkey"; '
        "Detail: Key (n)=(1) already exists.; SQLState: 23505"
    )


def test_multiline_error_message_becomes_one_line(run: Run, error_of: ErrorOf) -> None:
    raising = "DO 'BEGIN RAISE EXCEPTION E''first\\nsecond''; END'"

    assert error_of(run, raising)[2] == "ERROR: first second; SQLState: P0001"


def test_string_binds_as_text_and_does_not_match_uuid(run: Run, error_of: ErrorOf) -> None:
    assert error_of(run, "SELECT gen_random_uuid() = :id", id={"stringValue": UUID}) == (
        400,
        "DatabaseErrorException",
        "ERROR: operator does not exist: uuid = text; Hint: No operator matches the given name and argument types. "
        "You might need to add explicit type casts.; Position: 26; SQLState: 42883",
    )


@pytest.mark.parametrize(
    ("field", "type_name"),
    [
        ({"stringValue": "x"}, "text"),
        ({"longValue": 1}, "bigint"),
        ({"doubleValue": 1.5}, "double precision"),
        ({"booleanValue": True}, "boolean"),
        ({"blobValue": b"\0"}, "bytea"),
    ],
)
def test_each_field_binds_as_one_type(value: Value, field: dict[str, Any], type_name: str) -> None:
    assert value("SELECT pg_typeof(:x)::text", x=field) == {"stringValue": type_name}


@pytest.mark.parametrize(
    ("hint", "text", "type_name"),
    [
        ("DATE", "2024-02-29", "date"),
        ("DECIMAL", "-12.50", "numeric"),
        ("JSON", '{"a": [1]}', "json"),
        ("TIME", "23:59:59.5", "time without time zone"),
        ("TIMESTAMP", "2024-01-15 12:34:56.789", "timestamp without time zone"),
        ("UUID", UUID, "uuid"),
    ],
)
def test_type_hint_sets_type_of_string_or_null(value: Value, hint: str, text: str, type_name: str) -> None:
    assert value("SELECT pg_typeof(:x)::text", x=({"stringValue": text}, hint)) == {"stringValue": type_name}
    assert value("SELECT pg_typeof(:x)::text", x=({"isNull": True}, hint)) == {"stringValue": type_name}


@pytest.mark.parametrize(
    ("hint", "text"),
    [
        ("DATE", "15.01.2024"),
        ("DECIMAL", "twelve"),
        ("JSON", "{a: 1}"),
        ("TIME", "noon"),
        ("TIMESTAMP", "2024-01-15T12:34:56Z"),
        ("UUID", "6f8b7f30"),
    ],
)
def test_string_that_violates_its_type_hint_is_an_error(run: Run, error_of: ErrorOf, hint: str, text: str) -> None:
    assert error_of(run, "SELECT :x::text", x=({"stringValue": text}, hint))[:2] == (400, "BadRequestException")


def test_well_formed_but_invalid_date_is_a_database_error(run: Run, error_of: ErrorOf) -> None:
    _, code, message = error_of(run, "SELECT :x::text", x=({"stringValue": "2023-02-29"}, "DATE"))

    assert code == "DatabaseErrorException"
    assert message.endswith("SQLState: 22008")


def test_unknown_type_hint_is_an_error(run: Run, error_of: ErrorOf) -> None:
    assert error_of(run, "SELECT :x", x=({"stringValue": "1"}, "INTEGER"))[:2] == (400, "ValidationException")


def test_cast_sets_type_of_null(value: Value) -> None:
    assert value("SELECT pg_typeof(:x::uuid)::text", x={"isNull": True}) == {"stringValue": "uuid"}
    assert value("SELECT :x::uuid", x={"isNull": True}) == {"isNull": True}


def test_null_without_cast_takes_type_of_its_context(run: Run, value: Value, numbers: Count) -> None:
    run("INSERT INTO numbers VALUES (1, :text)", text={"isNull": True})
    run("INSERT INTO numbers SELECT coalesce(:n, 2)", n={"isNull": True})

    assert value("SELECT array_agg(n ORDER BY n) FROM numbers WHERE text IS NULL") == {
        "arrayValue": {"longValues": [1, 2]}
    }


def test_null_without_any_type_context_is_an_error(run: Run, error_of: ErrorOf) -> None:
    assert error_of(run, "SELECT :x IS NULL", x={"isNull": True})[2].endswith("SQLState: 42P18")


@pytest.mark.parametrize(
    ("sql", "result"),
    [
        ("SELECT ':x' || :x", ":x!"),
        ("SELECT 'it''s :x' || :x", "it's :x!"),
        ('SELECT ":x" || :x FROM (SELECT 1::text AS ":x") AS t', "1!"),
        ("SELECT :x -- not :y", "!"),
        ("SELECT /* nor :y */ :x", "!"),
        ("SELECT :x::text", "!"),
        ("SELECT '1'::text || :x", "1!"),
    ],
)
def test_parser_skips_quotes_comments_and_casts(value: Value, sql: str, result: str) -> None:
    assert value(sql, x={"stringValue": "!"}) == {"stringValue": result}


def test_parser_finds_parameters_inside_dollar_quotes(run: Run, error_of: ErrorOf) -> None:
    assert error_of(run, "SELECT $$ :x $$") == (400, "BadRequestException", "Cannot find parameter: x")


def test_parser_reads_end_of_slice_as_a_parameter(run: Run, error_of: ErrorOf) -> None:
    assert error_of(run, "SELECT (ARRAY[1,2,3])[1:2]") == (400, "BadRequestException", "Cannot find parameter: 2")


def test_parser_preserves_text_outside_parameters() -> None:
    sql = "SELECT ':a' AS \":b\", c::text /* :d */ -- :e\n FROM f WHERE g = "

    assert numbered(f"{sql}:h") == (f"{sql}$1", ("h",))


def test_each_occurrence_of_name_binds_separately(value: Value, run: Run, error_of: ErrorOf) -> None:
    assert numbered("SELECT :a, :b, :a") == ("SELECT $1, $2, $3", ("a", "b", "a"))
    assert value("SELECT :a || :a", a={"stringValue": "x"}) == {"stringValue": "xx"}
    # If both occurrences shared one parameter, the cast would set the type of the other occurrence too.
    assert error_of(run, "SELECT :a::int, :a IS NULL", a={"isNull": True})[2].endswith("SQLState: 42P18")


def test_several_statements_in_one_call_are_an_error(run: Run, error_of: ErrorOf, numbers: Count) -> None:
    assert error_of(run, "DELETE FROM numbers; SELECT 1") == (
        400,
        "ValidationException",
        "Multistatements aren't supported.",
    )


def test_trailing_semicolon_is_allowed(value: Value) -> None:
    assert value("SELECT 1;") == {"longValue": 1}


def test_semicolon_in_string_does_not_end_statement(value: Value) -> None:
    assert value("SELECT 'a;b'") == {"stringValue": "a;b"}


def test_schema_member_is_an_error(run: Run, error_of: ErrorOf) -> None:
    assert error_of(run, "SELECT 1", {"schema": "public"})[:2] == (400, "ValidationException")


def test_array_parameter_is_an_error(run: Run, error_of: ErrorOf) -> None:
    assert error_of(run, "SELECT :x", x={"arrayValue": {"longValues": [1, 2]}}) == (
        400,
        "ValidationException",
        "Array parameters are not supported.",
    )


def test_array_binds_as_text_with_cast(value: Value) -> None:
    assert value("SELECT :x::int[]", x={"stringValue": "{1,2}"}) == {"arrayValue": {"longValues": [1, 2]}}


def test_string_with_nul_is_a_postgresql_error(run: Run, error_of: ErrorOf) -> None:
    assert error_of(run, "SELECT :x", x={"stringValue": "a\0b"}) == (
        400,
        "DatabaseErrorException",
        'ERROR: invalid byte sequence for encoding "UTF8": 0x00; SQLState: 22021',
    )


def test_long_over_eight_bytes_is_an_error(run: Run, error_of: ErrorOf) -> None:
    assert error_of(run, "SELECT :x", x={"longValue": 2**63})[:2] == (400, "SerializationException")
