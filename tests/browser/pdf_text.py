"""Reads the texts of a PDF printed by Chromium, with their positions. Supports only what Skia writes."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import normalize

_OBJECT = re.compile(rb"(\d+) 0 obj\s*(.*?)\s*endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*)\r?\nendstream", re.DOTALL)
_OPERATION = re.compile(
    rb"(?P<save>\bq\b)|(?P<restore>\bQ\b)|(?P<concat>(?:-?[\d.]+ ){6}cm)|/(?P<font>F\d+ [\d.]+) Tf"
    rb"|(?P<at>(?:-?[\d.]+ ){6}Tm)|<(?P<glyphs>[0-9A-F]+)> Tj|(?P<end>\bET\b)"
)


@dataclass(frozen=True)
class Line:
    """A piece of a line of text. Its place is in points from the page's top left, its size in CSS pixels."""

    text: str
    x: float
    y: float
    size: float


@dataclass(frozen=True)
class PdfPage:
    """The size in points, and the texts in the order in which they were written."""

    width: float
    height: float
    lines: list[Line]


def pages(pdf: bytes) -> list[PdfPage]:
    objects = {int(number): content for number, content in _OBJECT.findall(pdf)}
    return [_page(content, objects) for content in objects.values() if re.search(rb"/Type /Page\b", content)]


def _page(page: bytes, objects: dict[int, bytes]) -> PdfPage:
    width, height = map(float, _one(rb"/MediaBox \[0 0 ([\d. ]+)\]", page).split())
    return PdfPage(width, height, list(_lines(page, height, objects)))


def _lines(page: bytes, height: float, objects: dict[int, bytes]) -> Iterator[Line]:
    fonts = {name: _letters(objects, int(at)) for name, at in re.findall(rb"/(F\d+) (\d+) 0 R", page)}
    content = _inflated(objects[int(_one(rb"/Contents (\d+) 0 R", page))])
    stack: list[tuple[float, ...]] = []
    places: tuple[float, ...] = (1, 1, 0, 0)  # scale x, scale y, move x, move y: nothing is rotated
    letters: dict[bytes, str] = {}
    at, text, size = (0.0, 0.0), "", b""
    for found in _OPERATION.finditer(content):
        match found.lastgroup:
            case "save":
                stack.append(places)
            case "restore":
                places = stack.pop()
            case "concat":
                places = _moved(places, _numbers(found["concat"]))
            case "font":
                name, size = found["font"].split()
                letters = fonts[name]
            case "at":
                *_, x, y = _numbers(found["at"])
                at = places[0] * x + places[2], height - (places[1] * y + places[3])
            case "glyphs":
                glyphs = found["glyphs"]
                text += "".join(letters.get(glyphs[n : n + 4], "?") for n in range(0, len(glyphs), 4))
            case "end":
                yield Line(" ".join(normalize("NFKC", text).split()), *at, float(size))  # NFKC splits ligatures
                text = ""


def _moved(outer: tuple[float, ...], by: list[float]) -> tuple[float, ...]:
    a, _, _, d, e, f = by
    return outer[0] * a, outer[1] * d, outer[0] * e + outer[2], outer[1] * f + outer[3]


def _letters(objects: dict[int, bytes], font: int) -> dict[bytes, str]:
    """Read a font's glyphs from its ToUnicode map."""
    table = _inflated(objects[int(_one(rb"/ToUnicode (\d+) 0 R", objects[font]))])
    found: dict[bytes, str] = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for glyph, letters in re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>", block):
            found[glyph] = bytes.fromhex(letters.decode()).decode("utf-16-be")
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for first, last, letter in re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]{4})> <([0-9A-F]{4})>", block):
            for n in range(int(last, 16) - int(first, 16) + 1):
                found[b"%04X" % (int(first, 16) + n)] = chr(int(letter, 16) + n)
    return found


def _inflated(stream: bytes) -> bytes:
    found = _STREAM.search(stream)
    assert found
    return zlib.decompress(found.group(1))


def _one(pattern: bytes, content: bytes) -> bytes:
    found = re.search(pattern, content)
    assert found, pattern
    return bytes(found.group(1))


def _numbers(operation: bytes) -> list[float]:
    return [float(number) for number in operation.split()[:-1]]
