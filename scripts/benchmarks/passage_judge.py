"""Judges a rendered passage by reading it, without any of the product's code.

A foreign figure is a digit, a number word or a multiple outside of the claims; a foreign entity is a name, a ticker or
a kind of asset that no claim mentions; a foreign direction is a word for where something stands or moves.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_NUMBER = (
    r"\d|[\u00bc-\u00be\u2150-\u218f%$\u20ac\u00a3]|\b(?:zero|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"(?:thir|four|fif|six|seven|eigh|nine)teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|"
    r"thousands?|millions?|billions?|trillions?|dozens?|half|halves|thirds?|quarters?|twice|thrice|doubl\w+|tripl\w+|"
    r"percent|percentage)\b"
)
_FIGURE = re.compile(_NUMBER, re.IGNORECASE)
_DIRECTION = re.compile(
    r"\b(?:above|below|beneath|higher|highest|lower|lowest|more|less|fewer|most of|rises?|rising|rose|risen|falls?"
    r"|falling|fell|fallen|gain\w*|los(?:e|es|t|ing|s|ses)|increas\w+|decreas\w+|grow\w*|grew|shr[aiu]nk\w*|drop\w*|exceed\w*|better"
    r"|worse|best|worst|climb\w*|declin\w+|too (?:much|many|few|little)|under target|over target|short of)\b",
    re.IGNORECASE,
)
_ASSET = re.compile(
    r"\b(?:bonds?|cash|gold|silver|crypto\w*|bitcoin|real estate|commodit\w+|annuit\w+|options|futures contracts?"
    r"|insurance|treasur\w+|stocks?|equit\w+)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"\b(?:[A-Z]{2,}[A-Z.]*|[a-z]+[A-Z]\w*)\b|(?<=[a-z,;] )[A-Z]\w+")
_OPENING = re.compile(r"(?:^|(?<=[.?:] ))[A-Z][a-z]+")
#: Words that may start a sentence; any other capitalized word could be a name.
_STARTS = frozenset(
    """
    a according across added adding after afterwards all also although among an and another any as at because before
    behind besides both businesses but by carried cash companies compare compared costs diversification each even
    every fees first for from funds given here history how however if imagine in indeed inside it its just keeping
    knowing let like looked looking market markets meanwhile measured mix money most much next no note now of on once
    or other our over overall owning part people prices put results retirement right risk savings seen simulations
    since so some spending spread start still such taken taxes that the their then there therefore these they think
    this those though through time to today together trades translated under underneath until we what when whether
    which while with without years yet you your
    """.split()
)


@dataclass(frozen=True)
class Verdict:
    """What is foreign in a passage; empty lists if nothing is. `missing` are claims that it does not state verbatim."""

    figures: Sequence[str]
    entities: Sequence[str]
    directions: Sequence[str]
    missing: Sequence[str]

    @property
    def is_clean(self) -> bool:
        return not (self.figures or self.entities or self.directions or self.missing)


def judge(text: str, claims: Iterable[str]) -> Verdict:
    """Judge a rendered passage that should state these claims, each once, and nothing else of substance."""
    own, missing = text, []
    stated = list(claims)
    for claim in sorted(stated, key=len, reverse=True):
        found = re.search(_either_case(claim), own)
        if found is None:
            missing.append(claim)
        else:
            own = f"{own[: found.start()]}\u25a0{own[found.end() :]}"
    said = " ".join(stated).lower()
    starts = [word.lower() for word in _OPENING.findall(own)]
    entities = [
        *_NAME.findall(own),
        *(asset for asset in _ASSET.findall(own) if asset.lower().rstrip("s") not in said),
        *(word for word in starts if word not in _STARTS),
    ]
    return Verdict(_FIGURE.findall(own), entities, _DIRECTION.findall(own), missing)


def _either_case(claim: str) -> str:
    first = re.match(r"(\**)(\w)", claim)
    if first is None:
        return re.escape(claim)
    letter = first[2]
    rest = re.escape(claim[first.end() :])
    return f"{re.escape(first[1])}[{letter.lower()}{letter.upper()}]{rest}"
