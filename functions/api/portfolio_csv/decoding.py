"""Decodes uploaded files to text. Rejects other file types, naming the type."""

import re

from functions.api.portfolio_csv.errors import Errors

# ruff: noqa: E501 - a message on one line is easier to read and to change

_EXPORT = "Export the positions as CSV and upload that file."
#: Signatures of files that aren't CSV.
_KINDS = (
    ((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"),
     "This is an Excel workbook or a zip archive. Open it, save the sheet of holdings as CSV, and upload that file."),
    ((b"\xd0\xcf\x11\xe0",), "This is an Excel workbook. Open it, save the sheet of holdings as CSV, and upload that file."),
    ((b"%PDF",), f"This is a PDF. Numbers can't be read from it reliably. {_EXPORT}"),
    ((b"{\\rtf",), f"This is a rich-text document, not a CSV file. {_EXPORT}"),
    ((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM\x00"), f"This is a picture, not a CSV file. {_EXPORT}"),
    ((b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh"), "This is a compressed archive. Unpack it and upload the CSV file in it."),
)  # fmt: skip
#: The same for text files, after a byte order mark and spaces.
_TEXT_KINDS = (
    (re.compile(r"(?:<!doctype html|<html|<table|<head|<body|<meta|<div|<style)", re.IGNORECASE),
     "This is a web page (HTML), though its name may end in .xls or .csv. Open it in a spreadsheet, save it as CSV, and "
     "upload that file."),
    (re.compile(r"(?:OFXHEADER|<OFX|<\?OFX)", re.IGNORECASE), f"This is an OFX or QFX file for accounting programs. {_EXPORT}"),
    (re.compile(r"!(?:type|account|option)", re.IGNORECASE), f"This is a QIF file for Quicken. {_EXPORT}"),
    (re.compile(r"<\?xml|<FlexQuery", re.IGNORECASE), f"This is an XML file. {_EXPORT}"),
    (re.compile(r'[{\[]\s*["{\[]'), f"This is a JSON file. {_EXPORT}"),
    (re.compile(r"From: |MIME-Version:|Content-Type:", re.IGNORECASE), f"This is an email or a saved web page. {_EXPORT}"),
)  # fmt: skip
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
#: Make up at least one character in twenty of a Japanese text.
_KANA_OR_KANJI = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
#: Control characters that never occur in text.
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_NO_TEXT_MESSAGE = (
    "holds characters that no text has, so this is not a CSV file, or it is damaged. Export the positions again as CSV."
)


def decode(body: bytes, errors: Errors) -> str:
    """Decode a file in UTF-8, UTF-16, Windows-1252, or Shift-JIS. Raises UnreadableCsv for anything else."""
    for beginnings, message in _KINDS:
        if body.startswith(beginnings):
            errors.refuse("file", message)
    text = _decoded(body, errors).removeprefix("\N{BYTE ORDER MARK}")
    start = text[:200].lstrip()
    for pattern, message in _TEXT_KINDS:
        if pattern.match(start):
            errors.refuse("file", message)
    # API Gateway decodes text as UTF-8 and puts this character in place of invalid bytes.
    if (damage := text.find("\N{REPLACEMENT CHARACTER}")) >= 0:
        line = text.count("\n", 0, damage) + 1
        errors.refuse(
            "file",
            f"Line {line}: a character was lost on the way. Send the file with the header "
            "Content-Type: application/octet-stream, or save it as CSV in UTF-8.",
            line,
        )
    if damaged := _NO_TEXT.search(text):
        line = text.count("\n", 0, damaged.start()) + 1
        errors.refuse("file", f"Line {line}: it {_NO_TEXT_MESSAGE}", line)
    return text


def _decoded(body: bytes, errors: Errors) -> str:
    if body.startswith(_UTF_16):
        return _strictly(body, "utf-16", errors)
    if encoding := _utf_16_without_mark(body[:400]):
        return _strictly(body, encoding, errors)
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            body = body[: error.start]
            errors.refuse("file", "The file ends in the middle of a character. Export it again.", body.count(b"\n") + 1)
        # UTF-8 text with one damaged byte would also decode as Windows-1252, with wrong characters.
        if re.search(rb"[\xc3\xe2][\x80-\xbf]", body[: error.start]):
            line = body.count(b"\n", 0, error.start) + 1
            errors.refuse("file", f"Line {line}: it {_NO_TEXT_MESSAGE}", line)
        return _japanese(body) or _strictly(body, "cp1252", errors)


def _japanese(body: bytes) -> str | None:
    """Decode Shift-JIS, in which Japanese brokers export. None for text that is also valid in Windows-1252."""
    try:
        body.decode("cp1252")
    except UnicodeDecodeError:
        try:
            text = body.decode("cp932")
        except UnicodeDecodeError:
            return None
        return text if len(_KANA_OR_KANJI.findall(text)) * 20 > len(text) else None
    return None


def _utf_16_without_mark(beginning: bytes) -> str | None:
    """Detect UTF-16 by its zeros: every other byte of Latin text is zero."""
    pairs = len(beginning) // 2
    if pairs < 4:
        return None
    if beginning[1::2].count(0) > pairs * 0.8:
        return "utf-16-le"
    return "utf-16-be" if beginning[::2].count(0) > pairs * 0.8 else None


def _strictly(body: bytes, encoding: str, errors: Errors) -> str:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        errors.refuse(
            "file", f"Line {line}: the text is damaged or in an unknown encoding. Save the file as CSV in UTF-8.", line
        )
