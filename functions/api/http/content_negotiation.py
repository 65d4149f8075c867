"""Content negotiation (RFC 9110, section 12.5.1)."""

import re

_QUALITY = re.compile(r"\s*q\s*=\s*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*", re.IGNORECASE)


def prefers(media_type: str, default: str, accept: str) -> bool:
    """Return whether the Accept header prefers `media_type` to `default`.

    On equal weights, `default` wins only if the header names it explicitly.
    """
    ranges = dict(map(_quality, accept.lower().split(",")))
    wanted = ranges.get(media_type, 0.0)
    kind = default.partition("/")[0]
    otherwise = next((ranges[named] for named in (default, f"{kind}/*", "*/*") if named in ranges), 0.0)
    return wanted > otherwise or (0 < wanted == otherwise and default not in ranges)


def weight(name: str, accepted: str) -> float:
    """Return the weight, 0 to 1, of `name` in a header such as Accept-Encoding; 0 if neither `name` nor * is listed."""
    ranges = dict(map(_quality, accepted.lower().split(",")))
    return ranges.get(name, ranges.get("*", 0.0))


def _quality(part: str) -> tuple[str, float]:
    """Return a media range and its weight, ignoring all other parameters."""
    media_range, *parameters = part.split(";")
    weights = [float(found[1]) for found in map(_QUALITY.fullmatch, parameters) if found]
    return media_range.strip(), weights[-1] if weights else 1.0
