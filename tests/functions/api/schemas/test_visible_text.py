"""Which characters names may contain, for every text field of the API."""

import sys
import unicodedata

import pytest

from functions.api.portfolio_csv import UnreadableCsv, parse_portfolio_csv
from functions.api.schemas.visible_text import visible
from tests.functions.api.calling import Api

HIDDEN = {
    "zero-width space": "\u200b",
    "zero-width joiner between Latin letters": "I\u200dRA",
    "zero-width non-joiner between Latin letters": "I\u200cRA",
    "joiner at the end of an emoji": "\N{BANK}\u200d",
    "two joiners": "\N{BANK}\u200d\u200d\N{BANK}",
    "word joiner": "\u2060",
    "byte order mark": "\ufeff",
    "soft hyphen": "I\u00adRA",
    "combining grapheme joiner": "I\u034fRA",
    "variation selector on a Latin letter": "I\ufe0f",
    "two variation selectors": "\N{HEAVY BLACK HEART}\ufe0f\ufe0f",
    "rare variation selector": "A\ufe00",
    "supplementary variation selector": "A\U000e0100",
    "tag characters": "IRA\U000e0041",
    "private use": "\ue000",
    "private use in a high plane": "\U0010fffd",
    "noncharacter": "\uffff",
    "noncharacter in the middle": "\ufdd0",
    "right-to-left override": "\u202e",
    "left-to-right embedding": "\u202a",
    "right-to-left isolate": "\u2067",
    "right-to-left mark": "\u200f",
    "Arabic letter mark": "\u061c",
    "deprecated format character": "\u206a",
    "interlinear annotation": "\ufff9",
    "Hangul filler": "\u3164",
    "halfwidth Hangul filler": "\uffa0",
    "blank Braille pattern": "\u2800",
    "Khmer inherent vowel": "\u17b4",
    "Mongolian vowel separator": "\u180e",
    "musical format character": "\U0001d173",
    "line separator": "\u2028",
    "next line": "\x85",
    "delete": "\x7f",
    "escape": "\x1b[31m",
}
SEEN = [
    "401(k) \u2013 Ann & Bob's", "Sparkonto Ö",
    "401k 🏦", "👨‍👩‍👧 Family", "❤️ Savings", "🏳️‍🌈 Fund", "👍🏽 Joint", "حساب توفیر", "می‌خواهم",
    "क्‍ष", "退職口座", "퇴직 계좌", "☂️ Rainy day",
]  # fmt: skip


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize(
    ("method", "path", "field", "rest"),
    [
        ("POST", "/api/accounts", "account_name", {}),
        ("POST", "/api/accounts", "account_purpose", {"account_name": "IRA"}),
        ("PUT", "/api/user", "display_name", {}),
    ],
)
def test_invisible_character_is_refused(
    api: Api, method: str, path: str, field: str, rest: dict[str, str], hidden: str
) -> None:
    response = api(method, path, {**rest, field: f"Name {HIDDEN[hidden]} end"})

    assert response.status == 422
    assert response.fields() == {field}


@pytest.mark.parametrize("hidden", HIDDEN)
def test_hidden_character_in_imported_account_is_refused(hidden: str) -> None:
    with pytest.raises(UnreadableCsv) as raised:
        parse_portfolio_csv(f"account,symbol,quantity,price\nName {HIDDEN[hidden]} end,VTI,1,1\n".encode())

    assert {error.field for error in raised.value.errors} <= {"account", "file"}
    assert raised.value.errors[0].line == 2


@pytest.mark.parametrize("hidden", [name for name, text in HIDDEN.items() if unicodedata.category(text[0]) != "Cc"])
def test_hidden_character_in_imported_fund_name_becomes_space(hidden: str) -> None:
    """A file with control characters is refused."""
    file = f"Account,Symbol,Description,Quantity,Price\nIRA,VTI,A{HIDDEN[hidden]}B fund,1,1\n"

    (account,) = parse_portfolio_csv(file.encode()).accounts

    (holding,) = account.holdings
    assert holding.name is not None
    assert is_kept(holding.name)
    assert holding.name.endswith("B fund")


@pytest.mark.parametrize("name", SEEN)
def test_imported_name_may_use_any_script_and_emoji(name: str) -> None:
    (account,) = parse_portfolio_csv(f"account,symbol,quantity,price\n{name},VTI,1,1\n".encode()).accounts

    assert account.name == name


@pytest.mark.parametrize("hidden", ["zero-width space", "right-to-left override", "private use"])
def test_analysis_options_are_visible_text(api: Api, hidden: str) -> None:
    assert api.post("/api/analyze", {"options": {"note": HIDDEN[hidden]}}).fields() == {"options"}


@pytest.mark.parametrize("name", SEEN)
def test_name_may_use_any_script_and_emoji(api: Api, name: str) -> None:
    response = api.post("/api/accounts", {"account_name": name})

    assert (response.status, response.json()["account_name"]) == (201, name)


def test_every_format_private_and_control_character_is_refused() -> None:
    joiners = {"\u200c", "\u200d"}
    hidden = [
        character
        for character in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(character) in {"Cc", "Cf", "Co", "Zl", "Zp"} and character not in joiners
    ]

    assert len(hidden) > 137_000
    assert [f"U+{ord(character):04X}" for character in hidden if is_kept(character)] == []


def is_kept(text: str) -> bool:
    try:
        return visible(text) == text
    except ValueError:
        return False
