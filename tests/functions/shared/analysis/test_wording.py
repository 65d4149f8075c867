from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from functions.shared.analysis.wording import (
    amount_in_short,
    count,
    day,
    distance,
    dollars,
    estimate,
    label,
    listed,
    markdown,
    money,
    percent,
    plain,
    points,
    portion,
)


def test_exact_amounts_have_cents_only_below_ten_dollars() -> None:
    assert [money(Decimal(amount)) for amount in ("301580.37", "1234.5", "10", "9.5", "5", "-0.5", "0")] == [
        "$301,580",
        "$1,234",
        "$10",
        "$9.50",
        "$5",
        "-$0.50",
        "$0",
    ]
    assert (dollars(1234.5), dollars(-1235.5)) == ("$1,234", "-$1,236")


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (94_321, "$94,000"),
        (1_249, "$1,200"),
        (37.4, "$37"),
        (4.4, "$4"),
        (0.4, "$0"),
        (-31_499, "-$31,000"),
        (995, "$1,000"),
    ],
)
def test_estimates_have_two_digits(amount: float, shown: str) -> None:
    assert estimate(amount) == shown


def test_percentages_and_points_read_naturally() -> None:
    assert percent(Decimal("5.65")) == "5.6%"
    assert percent(-0.04) == "0.0%"
    assert (points(14.6), points(-0.6), points(0.4), points(-0.4)) == ("+15", "-1", "0", "0")
    assert (distance(-4.2), distance(1.0)) == ("4 points", "1 point")


@pytest.mark.parametrize(
    ("amount", "whole", "shown"),
    [
        ("84.6", "100", "85%"),
        ("0.4", "100", "<1%"),
        ("99.7", "100", ">99%"),
        ("100", "100", "100%"),
        ("0", "7", "0%"),
        ("0", "0", "0%"),
    ],
)
def test_partial_share_is_never_shown_as_0_or_100_percent(amount: str, whole: str, shown: str) -> None:
    assert portion(Decimal(amount), Decimal(whole)) == shown


def test_numbers_and_lists_are_grammatical() -> None:
    assert (count(1, "account"), count(2, "account"), count(1000, "company", "companies")) == (
        "1 account",
        "2 accounts",
        "1,000 companies",
    )
    assert (listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])) == ("a", "a and b", "a, b and c")
    assert listed(["a", "b", "c", "d"], limit=2) == "a, b and 2 more"
    assert (label("etf"), label("fixed_income"), label("north_america")) == ("ETF", "Bonds", "North America")


def test_name_is_one_short_printable_line() -> None:
    assert plain("  401k\r\n\x00Long\u202e-term\u200b ") == "401k Long-term"
    assert plain("\x00\u200b") == "(unnamed)"
    assert len(plain("x" * 200)) == 60


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "**bold** _it_ ~~no~~ `code`",
    "a | b | c",
    "# heading",
    "1. item\n\n- item\n\n---\n\n> quote",
    "&lt;b&gt; &#60;",
    "https://evil.example www.evil.example mail@evil.example <https://evil.example>",
    "back\\*slash\\",
    "[^1] [a]: https://evil.example",
]


def shown(text: str) -> tuple[set[str], str]:
    """The kinds of inline tokens found by a Markdown parser, and the text that a reader sees."""
    parser = MarkdownIt("gfm-like", {"linkify": False, "html": True})
    (_, inline, _) = parser.parse(f"Account {text} here")
    children = inline.children or []
    return {child.type for child in children}, "".join(child.content for child in children)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_name_is_shown_unchanged(name: str) -> None:
    kinds, text = shown(markdown(name))

    assert kinds == {"text"}
    assert text.replace("\u2060", "") == f"Account {plain(name)} here"


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("\\`*_[]()<>&|~#!:/@.")), max_size=60))
def test_no_name_becomes_markup(name: str) -> None:
    kinds, text = shown(markdown(name))

    assert kinds == {"text"}
    assert text.replace("\u2060", "") == f"Account {plain(name)} here"


def test_addresses_are_broken_for_renderers_that_autolink() -> None:
    written = markdown("https://www.evil.example and me@evil.example")

    assert "://" not in written
    assert "www." not in written
    assert "@evil" not in written


@pytest.mark.parametrize(
    ("amount", "short"),
    [
        ("0", "$0"),
        ("0.4", "$0"),
        ("-0.4", "$0"),
        ("950", "$950"),
        ("999.7", "$1K"),
        ("1234", "$1.23K"),
        ("-44064", "-$44.1K"),
        ("142948.25", "$143K"),
        ("1250000", "$1.25M"),
        ("20000000", "$20M"),
        ("3e9", "$3B"),
        ("5e12", "$5T"),
    ],
)
def test_amounts_are_abbreviated_for_small_spaces(amount: str, short: str) -> None:
    assert amount_in_short(Decimal(amount)) == short


def test_dates_are_in_american_format() -> None:
    assert day(date(2026, 11, 5)) == "November 5, 2026"
    assert day(datetime(2024, 1, 31, 23, 59, tzinfo=UTC)) == "January 31, 2024"
