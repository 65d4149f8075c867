"""Renders the report as a document to read and print, and its Content-Security-Policy."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from html import escape
from importlib.resources import files
from string import Template

from functions.api.report_page import text
from functions.api.report_page.chapters import read
from functions.api.report_page.facts import covered
from functions.api.report_page.first_page import first_page
from functions.api.report_page.results import Results
from functions.api.report_page.sections import sections
from functions.shared.analysis.wording import day, plain

_PAGE = Template("""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="$policy">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>$title, $date</title>
<style>$style</style>
<style>$running</style>
</head>
<body>
<header>
<div class="letterhead"><p class="sender">$sender</p><p>$date</p></div>
<h1>$title</h1>
$about</header>
<main>
$sections
</main>
</body>
</html>
""")
#: Repeated on every page by the browser; the first page has a header of its own.
_RUNNING = Template("""\
@page {
  @top-left { content: "$title"; }
  @top-right { content: "$date"; }
  @bottom-left { content: "$footer"; }
  @bottom-right { content: "$page" counter(page) "$of" counter(pages); }
}
@page :first { @top-left { content: none; } @top-right { content: none; } }
""")
#: The most characters that the API accepts.
_LONGEST_NAME = 100
_UNSAFE = re.compile(r"[^A-Za-z0-9 ,]")


def render(results: Results) -> str:
    """Return the available results as one HTML document, with markup in names and texts escaped."""
    report = read(results.report.content if results.report else "")
    retirement = read(results.retirement.analysis if results.retirement else "")
    parts = [first_page(results, report, retirement), *sections(results, report, retirement)]
    return _PAGE.substitute(
        policy=escape(_policy(results)),
        style=_style(),
        running=_running(results),
        title=escape(_title(results)),
        sender=text.SENDER,
        date=day(results.as_of),
        about="".join(f"<p>{escape(line)}</p>\n" for line in (_prepared_for(results), covered(results)) if line),
        sections="\n".join(part for part in parts if part),
    )


def content_security_policy(results: Results) -> str:
    """Allow only the document's own styles: no scripts, images, fonts, or framing."""
    return f"{_policy(results)}; frame-ancestors 'none'"


def file_name(results: Results) -> str:
    return f"portfolio-report-{results.as_of.date().isoformat()}.html"


@cache
def _style() -> str:
    return (files("functions.api.report_page") / "style.css").read_text(encoding="utf-8")


def _running(results: Results) -> str:
    """Return the style with the running header and footer. CSS offers no other way to repeat text in the margins."""
    words = {"title": _title(results), "date": day(results.as_of), "footer": text.RUNNING_FOOTER}
    return _RUNNING.substitute(
        {name: _css_text(value) for name, value in {**words, "page": text.PAGE, "of": text.OF_PAGES}.items()}
    )


def _css_text(value: str) -> str:
    """Escape text for a CSS string inside HTML: all but letters, digits, spaces, and commas become code points."""
    return _UNSAFE.sub(lambda found: f"\\{ord(found.group()):06x}", value)


def _title(results: Results) -> str:
    return plain(results.name) if results.name else text.TITLE


def _prepared_for(results: Results) -> str:
    """Return the line with the user's name; empty without one, or if it is an email address: reports are passed on."""
    if not results.reader or "@" in results.reader:
        return ""
    return text.PREPARED_FOR.format(name=plain(results.reader, _LONGEST_NAME))


def _policy(results: Results) -> str:
    """Return the part of the policy that also works in a meta tag, for a document opened as a file."""
    nothing = [f"{what} 'none'" for what in ("default-src", "script-src", "img-src", "base-uri", "form-action")]
    digests = [
        base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() for style in (_style(), _running(results))
    ]
    return "; ".join([*nothing, "style-src " + " ".join(f"'sha256-{digest}'" for digest in digests)])
