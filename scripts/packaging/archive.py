"""Writes deterministic zips: the same content gives the same bytes."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Final

_SAME_DATE: Final = (1980, 1, 1, 0, 0, 0)
_READABLE: Final = 0o100644 << 16  # Lambda runs the code as a different user from the one that unpacks it
_UNIX: Final = 3
_SMALLEST: Final = 9


def write_zip(target: Path | IO[bytes], files: Mapping[str, Path | bytes]) -> None:
    """Write a zip of `files`, a mapping from the path in the zip to the content. Ignores order, dates and
    permissions.
    """
    with zipfile.ZipFile(target, "w") as archive:
        for path, content in sorted(files.items()):
            entry = zipfile.ZipInfo(path, _SAME_DATE)
            entry.create_system = _UNIX
            entry.external_attr = _READABLE
            entry.compress_type = zipfile.ZIP_DEFLATED
            data = content if isinstance(content, bytes) else content.read_bytes()
            archive.writestr(entry, data, compresslevel=_SMALLEST)
