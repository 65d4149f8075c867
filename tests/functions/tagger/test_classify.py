"""The tagger's classification of unknown symbols, with and without a model."""

import json
from collections.abc import Callable
from uuid import uuid4

import pytest

from functions.shared.narration.bedrock import Model
from functions.shared.portfolio import AssetClass, Instrument, InstrumentType
from functions.shared.tasks import TaggerAnswer, TaggerTask
from functions.tagger.classify import MOST_SYMBOLS, classify
from functions.tagger.prompt import prompt, read_answer
from scripts.local.converse import STUB_MODEL_ID, ConverseControl, Kind
from tests.functions.shared.narration.injections import INJECTIONS

NAMES = {"ZBND": "Zenith Total Bond Fund", "ZGLD": "Zenith Gold Trust", "ZZZZ": "ZZZZ"}


def task(names: dict[str, str]) -> TaggerTask:
    return TaggerTask(job_id=uuid4(), attempt=1, symbols=tuple(names), names=names)


def by_symbol(response: TaggerAnswer) -> dict[str, Instrument]:
    return {instrument.symbol: instrument for instrument in response.instruments}


def test_tagger_without_model_guesses_nothing() -> None:
    response = classify(task(NAMES), None)

    assert [instrument.symbol for instrument in response.instruments] == list(NAMES)
    assert all(instrument.is_unclassified for instrument in response.instruments)
    assert response.usage is None


def test_model_classifies_known_symbols_in_one_call(model: Callable[..., Model], control: ConverseControl) -> None:
    response = classify(task(NAMES), model())

    found = by_symbol(response)
    assert found["ZBND"].allocation_asset_class == {AssetClass.FIXED_INCOME: 100}
    assert found["ZBND"].instrument_type is InstrumentType.ETF
    assert found["ZGLD"].allocation_asset_class == {AssetClass.COMMODITIES: 100}
    assert {found[symbol].classified_by for symbol in ("ZBND", "ZGLD")} == {STUB_MODEL_ID}
    assert found["ZZZZ"].is_unclassified
    assert found["ZZZZ"].classified_by is None
    assert all(instrument.current_price is None for instrument in response.instruments)
    assert len(control.calls()) == 1
    assert response.usage is not None
    assert response.usage.input_tokens > 0


BAD = [
    Kind.INVALID_JSON,
    Kind.NOT_A_NUMBER,
    Kind.WRONG_SUMS,
    Kind.INVENT_TICKER,
    Kind.OTHER_LANGUAGE,
    Kind.REFUSE,
    Kind.EMPTY,
    Kind.SILENT,
    Kind.CUT_OFF,
    Kind.STREAM_ERROR,
    Kind.DISCONNECT,
    Kind.ACCESS_DENIED,
]


@pytest.mark.parametrize("kind", BAD)
def test_invalid_response_is_requested_once_more(
    model: Callable[..., Model], control: ConverseControl, kind: Kind
) -> None:
    control.arm(kind)

    found = by_symbol(classify(task({"ZEQY": "Zenith Growth Fund"}), model()))

    assert found["ZEQY"].allocation_asset_class == {AssetClass.EQUITY: 100}
    assert len(control.calls()) == 2


@pytest.mark.parametrize("kind", BAD)
def test_repeatedly_invalid_response_leaves_symbol_unclassified(
    model: Callable[..., Model], control: ConverseControl, kind: Kind
) -> None:
    control.arm(kind, times=9)

    response = classify(task({"ZEQY": "Zenith Growth Fund"}), model())

    assert [instrument.symbol for instrument in response.instruments] == ["ZEQY"]
    assert response.instruments[0].is_unclassified
    assert len(control.calls()) == 2


ENTRY = {
    "symbol": "ZEQY",
    "known": True,
    "instrument_type": "etf",
    "asset_class": [{"name": "equity", "percent": 60}, {"name": "cash", "percent": 40}],
    "regions": [{"name": "global", "percent": 100}],
    "sectors": [{"name": "diversified", "percent": 100}],
}
REFUSED = {
    "sum below 100": {"asset_class": [{"name": "equity", "percent": 60}]},
    "sum above 100": {"asset_class": [{"name": "equity", "percent": 60}, {"name": "cash", "percent": 60}]},
    "negative share": {"asset_class": [{"name": "equity", "percent": 140}, {"name": "cash", "percent": -40}]},
    "no shares": {"regions": []},
    "name twice": {"sectors": [{"name": "energy", "percent": 50}, {"name": "energy", "percent": 50}]},
    "unknown class": {"asset_class": [{"name": "hedge_funds", "percent": 100}]},
    "unknown region": {"regions": [{"name": "atlantis", "percent": 100}]},
    "unknown sector": {"sectors": [{"name": "alchemy", "percent": 100}]},
    "unknown type": {"instrument_type": "lottery_ticket"},
    "unclassified type": {"instrument_type": "unclassified"},
    "other symbol": {"symbol": "AAPL"},
    "invented ticker": {"symbol": "ZEQYX"},
}


def test_valid_entry_is_read() -> None:
    answered = read_answer(json.dumps({"instruments": [ENTRY]}), ["ZEQY"])

    assert answered["ZEQY"] is not None
    assert answered["ZEQY"].asset_class == {AssetClass.EQUITY: 60, AssetClass.CASH: 40}


@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED.keys())
def test_contradictory_or_invented_entry_is_refused(change: dict[str, object]) -> None:
    assert read_answer(json.dumps({"instruments": [ENTRY | change]}), ["ZEQY"]) == {}


def test_first_entry_of_a_symbol_counts() -> None:
    other = ENTRY | {"asset_class": [{"name": "crypto", "percent": 100}]}

    answered = read_answer(json.dumps({"instruments": [ENTRY, other]}), ["ZEQY"])

    assert answered["ZEQY"] is not None
    assert AssetClass.CRYPTO not in answered["ZEQY"].asset_class


def test_example_follows_its_own_rules() -> None:
    example = prompt({"ZEQY": "Zenith Growth Fund"}).example
    assert example
    question, response = example
    symbols = [entry["symbol"] for entry in json.loads(response)["instruments"]]

    assert all(f'"{symbol}"' in question for symbol in symbols)
    assert all(read_answer(response, symbols)[symbol] for symbol in symbols)


def test_words_around_response_are_ignored(model: Callable[..., Model], control: ConverseControl) -> None:
    control.arm(Kind.CHATTER)

    assert not by_symbol(classify(task(NAMES), model()))["ZBND"].is_unclassified


def test_throttled_model_is_given_up_in_time(model: Callable[..., Model], control: ConverseControl) -> None:
    control.arm(Kind.THROTTLE, times=1000)

    response = classify(task(NAMES), model(left_s=10))

    assert all(instrument.is_unclassified for instrument in response.instruments)


def test_symbols_beyond_response_limit_stay_unclassified(model: Callable[..., Model], control: ConverseControl) -> None:
    names = {f"B{n:03}": "A bond fund" for n in range(MOST_SYMBOLS + 3)}

    response = classify(task(names), model())

    assert [instrument.is_unclassified for instrument in response.instruments] == [False] * MOST_SYMBOLS + [True] * 3


@pytest.mark.parametrize("name", INJECTIONS)
def test_name_affects_only_its_own_classification(
    model: Callable[..., Model], control: ConverseControl, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    response = classify(task({"HURT": name, "ZBND": NAMES["ZBND"]}), model())

    prompt = control.calls()[0]["request"]["messages"][-1]["content"][0]["text"]
    assert prompt.count("<instruments>") == prompt.count("</instruments>") == 1
    assert [instrument.symbol for instrument in response.instruments] == ["HURT", "ZBND"]
    assert response.instruments[1].allocation_asset_class == {AssetClass.FIXED_INCOME: 100}
    logged = " ".join(str(value) for record in caplog.records for value in vars(record).values())
    assert name[:20] not in logged
