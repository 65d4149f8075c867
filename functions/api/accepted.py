"""Which of two forms of an answer a client would rather have (RFC 9110, section 12.5.1)."""

import re

_QUALITY = re.compile(r"\s*q\s*=\s*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*", re.IGNORECASE)


def prefers(media_type: str, default: str, accept: str) -> bool:
    """Whether the header `accept` names `media_type` and does not rank it below `default`.

    Between equals it is `default` only where that one is named too.
    """
    ranges = dict(map(_quality, accept.lower().split(",")))
    wanted = ranges.get(media_type, 0.0)
    kind = default.partition("/")[0]
    otherwise = next((ranges[named] for named in (default, f"{kind}/*", "*/*") if named in ranges), 0.0)
    return wanted > otherwise or (0 < wanted == otherwise and default not in ranges)


def weight(name: str, accepted: str) -> float:
    """What a header such as Accept-Encoding gives to `name`, 0 to 1; what it names neither by name nor by * has 0."""
    ranges = dict(map(_quality, accepted.lower().split(",")))
    return ranges.get(name, ranges.get("*", 0.0))


def _quality(part: str) -> tuple[str, float]:
    """A media range and its weight; parameters other than the weight do not count."""
    media_range, *parameters = part.split(";")
    weights = [float(found[1]) for found in map(_QUALITY.fullmatch, parameters) if found]
    return media_range.strip(), weights[-1] if weights else 1.0
