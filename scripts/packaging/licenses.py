"""The licenses of third-party code as SPDX expressions, and those that a zip may contain.

https://spdx.github.io/spdx-spec/v3.0.1/annexes/spdx-license-expressions/
"""

from __future__ import annotations

import re
from email.message import Message
from typing import Final

from scripts.packaging.errors import PackagingError

ALLOWED: Final = frozenset(
    {
        *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0", "ISC", "MIT", "MIT-0"),
        *("PSF-2.0", "Python-2.0", "Unlicense", "Zlib"),
    }
)
_BY_CLASSIFIER: Final = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "MIT No Attribution License (MIT-0)": "MIT-0",
    "Python Software Foundation License": "PSF-2.0",
}
_CLASSIFIER: Final = "License :: OSI Approved :: "


def license_of(metadata: Message) -> str:
    """Return an installed package's SPDX expression from its core metadata. Raises PackagingError if there is none."""
    if expression := metadata.get("License-Expression"):
        return str(expression)
    classifiers = [str(value) for value in metadata.get_all("Classifier", []) if str(value).startswith(_CLASSIFIER)]
    known = [_BY_CLASSIFIER.get(value.removeprefix(_CLASSIFIER)) for value in classifiers]
    if known and None not in known:
        return " AND ".join(filter(None, known))
    raise PackagingError(f"{metadata['Name']} does not declare its license in a known form.")


def check_license(name: str, expression: str) -> None:
    """Raises PackagingError unless an alternative of the expression consists only of allowed licenses."""
    alternatives = re.split(r"\s+OR\s+", re.sub(r"[()]", " ", expression).strip())
    nested = "(" in expression.strip().strip("()")
    if nested or not any(_is_allowed(alternative) for alternative in alternatives):
        raise PackagingError(
            f"{name} is under {expression}, which scripts/packaging/licenses.py does not allow in a zip."
        )


def _is_allowed(alternative: str) -> bool:
    return all(part.strip() in ALLOWED for part in re.split(r"\s+AND\s+", alternative))
