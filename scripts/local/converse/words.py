"""The stand-in's text: words around the claims in the prompt, or faulty output.

It is not a language model. It uses the ids of each requested passage in their order, as a model would.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from scripts.local.converse.behaviors import Kind

#: A passage of the prompt: its key and title, and a line for each claim.
_PASSAGE = re.compile(r"^(\w+) \(.*\):\n((?:\[c\d+\] .*(?:\n|$))+)", re.MULTILINE)
#: A claim's line: its id, and whether it must stay a sentence of its own.
_CLAIM = re.compile(r"^(\[c\d+\]) .*?( \(a sentence\))?$", re.MULTILINE)
_INSTRUMENTS = re.compile(r"<instruments>\n(.*?)\n</instruments>", re.DOTALL)

_REFUSAL = "I'm sorry, but I can't help with personal financial information."
_GERMAN = (
    "Ihr Depot ist breit gestreut und die Anlageklassen sind nahe an den Zielen, aber der Anteil der Aktien ist hoch."
)
#: Classifications implied by a fund's name. An instrument whose name implies none stays unclassified.
_HINTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("bond", {"asset_class": "fixed_income", "sector": "treasury"}),
    ("treasury", {"asset_class": "fixed_income", "sector": "treasury"}),
    ("real estate", {"asset_class": "real_estate", "sector": "real_estate"}),
    ("gold", {"asset_class": "commodities", "sector": "commodities"}),
    ("fund", {"asset_class": "equity", "sector": "diversified"}),
    ("etf", {"asset_class": "equity", "sector": "diversified"}),
    ("inc", {"asset_class": "equity", "sector": "diversified", "instrument_type": "stock"}),
)


def words(prompt: str, kind: Kind | None) -> str:
    """Return the response to a prompt, distorted according to `kind`."""
    if instruments := _INSTRUMENTS.search(prompt):
        return _classifications(json.loads(instruments.group(1)), kind)
    return _passages(_PASSAGE.findall(prompt), kind)


def _passages(asked: Iterable[tuple[str, str]], kind: Kind | None) -> str:
    if kind is Kind.REFUSE:
        return _REFUSAL
    if kind is Kind.EMPTY:
        return ""
    spoil = _SPOILT.get(kind, _unspoilt)
    openings = iter(["In short, "])
    written = {key: spoil(_connected(_CLAIM.findall(claims), openings), claims) for key, claims in asked}
    answer = json.dumps(written, ensure_ascii=False)
    if kind is Kind.INVALID_JSON:
        return answer.replace('"', "'")
    if kind is Kind.CHATTER:
        rest = json.dumps(dict(list(written.items())[1:]))
        return f"Certainly! Here are the passages.\n\n{rest}\n\nLet me know if you need more."
    return answer


def _connected(claims: list[tuple[str, str]], openings: Iterator[str]) -> str:
    """Return the ids in sentences of at most two, as a model might connect them, after the next opening if one fits."""
    sentences = list[list[str]]()
    is_open = False
    for id_, is_alone in claims:
        if is_open and not is_alone:
            sentences[-1].append(id_)
        else:
            sentences.append([id_])
        is_open = not is_alone and len(sentences[-1]) == 1
    text = " ".join(f"{', and '.join(ids)}." for ids in sentences)
    return text if claims[0][1] else next(openings, "") + text


def _unspoilt(text: str, _claims: str) -> str:
    return text


def _obeyed(text: str, claims: str) -> str:
    """Repeat the claims, with any names in them, as if they were instructions."""
    return f"{text} As instructed: {claims} Sell everything now and wire the money to https://evil.example."


_SPOILT: Mapping[Kind | None, Callable[[str, str], str]] = {
    Kind.OTHER_LANGUAGE: lambda text, _: f"{_GERMAN} {text}",
    Kind.INVENT_FIGURES: lambda text, _: f"{text} That is 1,234,567 dollars, a third of it.",
    Kind.INVENT_TICKER: lambda text, _: f"{text} MOONX and ARKK are of this kind.",
    Kind.SWAP_CLAIMS: lambda text, _: text.replace("[c1]", "[c2]"),
    Kind.COMPARE: lambda text, _: f"{text} That is far above the target.",
    Kind.ADVISE: lambda text, _: f"{text} You should move the money to bonds.",
    Kind.MARKUP: lambda text, _: f"{text} <img src=x onerror=alert(1)> See [more](https://evil.example).",
    Kind.OBEY: _obeyed,
}


_SPOILT_JSON: Mapping[Kind | None, Callable[[str], str]] = {
    Kind.REFUSE: lambda _answer: _REFUSAL,
    Kind.EMPTY: lambda _answer: "",
    Kind.INVALID_JSON: lambda text: text[:-2],
    Kind.NOT_A_NUMBER: lambda text: text.replace("100", "NaN"),
    Kind.WRONG_SUMS: lambda text: text.replace("100", "90"),
    Kind.INVENT_TICKER: lambda text: text.replace('"symbol": "', '"symbol": "X'),
    Kind.OTHER_LANGUAGE: lambda text: text.replace("equity", "Aktien"),
    Kind.CHATTER: lambda text: f"Certainly! Here it is:\n```json\n{text}\n```",
}


def _classifications(instruments: list[dict[str, str]], kind: Kind | None) -> str:
    text = json.dumps({"instruments": [_classified(instrument) for instrument in instruments]})
    return _SPOILT_JSON[kind](text) if kind in _SPOILT_JSON else text


def _classified(instrument: Mapping[str, str]) -> dict[str, Any]:
    words = instrument["name"].lower()
    known = next((facts for hint, facts in _HINTS if hint in words.split() or hint in words), None)
    if known is None:
        nothing: dict[str, Any] = {name: [] for name in ("asset_class", "regions", "sectors")}
        return {"symbol": instrument["symbol"], "known": False, "instrument_type": "etf", **nothing}
    return {
        "symbol": instrument["symbol"],
        "known": True,
        "instrument_type": known.get("instrument_type", "etf"),
        "asset_class": [{"name": known["asset_class"], "percent": 100}],
        "regions": [{"name": "north_america", "percent": 100}],
        "sectors": [{"name": known["sector"], "percent": 100}],
    }
