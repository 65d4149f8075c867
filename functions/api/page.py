"""The files of the page (web/dist, which `web` builds into): chosen, in the form that a client takes, and told apart.

Every file but index.html has a hash of its content in its name.
"""

import hashlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from functions.api.accepted import weight

DIST = Path(__file__).parent / "web" / "dist"
INDEX = "index.html"
#: The suffix of each compressed form, the smallest first. What is not compressed is there too.
_ENCODINGS = {"br": ".br", "gzip": ".gz"}
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


class File(NamedTuple):
    content: bytes
    media_type: str
    encoding: str | None
    etag: str


def file(name: str, accept_encoding: str) -> File | None:
    """A file by its path below web/dist; None for what the build did not make (all of it, where nothing was built)."""
    media_type = _MEDIA_TYPES.get(Path(name).suffix)
    if media_type is None or name not in _names():
        return None
    for encoding, suffix in _ENCODINGS.items():
        if name + suffix in _names() and weight(encoding, accept_encoding) > 0:
            return _read(name, suffix, media_type, encoding)
    return _read(name, "", media_type, None)


@cache
def _names() -> frozenset[str]:
    """What was built, so that nothing that a client names is looked for on the disk."""
    return frozenset(path.relative_to(DIST).as_posix() for path in DIST.rglob("*") if path.is_file())


@cache
def _read(name: str, suffix: str, media_type: str, encoding: str | None) -> File:
    content = (DIST / (name + suffix)).read_bytes()
    return File(content, media_type, encoding, f'"{hashlib.sha256(content).hexdigest()[:32]}"')
