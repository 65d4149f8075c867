"""Static files built with the zip: the page (web/dist) and the documentation (docs), with compressed versions.

Every file that browsers may cache has a content hash in its name.
"""

import base64
import hashlib
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

from aws_lambda_powertools.event_handler.api_gateway import Response

from functions.api.http.content_negotiation import weight

INDEX = "index.html"
A_YEAR = "public, max-age=31536000, immutable"
#: The suffix of each compressed version, smallest first.
_ENCODINGS = {"br": ".br", "gzip": ".gz"}
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}


class File(NamedTuple):
    content: str
    """In base64, as Lambda returns it."""
    media_type: str
    encoding: str | None
    etag: str


class StaticFiles:
    """Serves the files below a folder and reads each once. A folder that wasn't built contains no files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read = cache(_read)

    def response(self, name: str, request: Mapping[str, str], headers: dict[str, str]) -> Response[Any] | None:
        """Return a file in an encoding accepted by the request, or 304 if the client has it.

        `name` is the path below the folder. Returns None if there is no such file.
        """
        found = self._file(name, request.get("accept-encoding", ""))
        if found is None:
            return None
        headers |= {"ETag": found.etag, "Vary": "Accept-Encoding"}
        if found.etag in request.get("if-none-match", ""):
            return Response(304, None, "", headers)
        if found.encoding:
            headers["Content-Encoding"] = found.encoding
        response: Response[Any] = Response(200, found.media_type, found.content, headers)
        response.base64_encoded = True
        return response

    def _file(self, name: str, accepted: str) -> File | None:
        media_type = _MEDIA_TYPES.get(Path(name).suffix)
        forms = {encoding: suffix for encoding, suffix in _ENCODINGS.items() if name + suffix in self._names}
        if media_type is None or not (forms or name in self._names):
            return None
        wanted = next((encoding for encoding in forms if weight(encoding, accepted) > 0), None)
        if wanted is None and name not in self._names:
            wanted = next(iter(forms))  # large files exist only compressed
        return self._read(self.folder / (name + forms.get(wanted or "", "")), media_type, wanted)

    @cached_property
    def _names(self) -> frozenset[str]:
        """The built files, so that client-supplied names never reach the file system."""
        return frozenset(path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file())


def _read(path: Path, media_type: str, encoding: str | None) -> File:
    content = path.read_bytes()
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    return File(base64.b64encode(content).decode(), media_type, encoding, etag)
