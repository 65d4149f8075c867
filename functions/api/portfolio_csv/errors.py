"""Collects every problem in a file, so that one response lists them all."""

from typing import NoReturn

from functions.api.errors import LineError, UnreadableCsv
from functions.api.limits import MAX_ERRORS, MAX_SKIPPED
from functions.api.schemas.visible_text import with_spaces_for_hidden

_ENOUGH = 1_000
"""Errors after which reading stops."""


def quoted(cell: str) -> str:
    """Format a column name for a message: visible and short."""
    text = " ".join(with_spaces_for_hidden(cell[:40]).split())
    return f'"{text}…"' if len(cell) > 40 else f'"{text}"'


class Errors:
    """Collects errors while reading continues."""

    def __init__(self) -> None:
        self._listed: list[LineError] = []
        self._more = 0

    def add(self, line: int, field: str, message: str) -> None:
        """Add an error. `message` follows "Line 3: " and ends with a period."""
        if not message.startswith("Alex"):
            message = message[0].lower() + message[1:]
        self._add(LineError(line, field, f"Line {line}: {message}"))

    def refuse(self, field: str, message: str, line: int = 1) -> NoReturn:
        """Raises UnreadableCsv at once, because nothing after this can be interpreted."""
        self._add(LineError(line, field, message))
        raise UnreadableCsv(self._listed, self._more)

    def refuse_skipped(self, line: int) -> NoReturn:
        """Raises UnreadableCsv for a file with more than MAX_SKIPPED lines to skip."""
        self.refuse("file", f"Over {MAX_SKIPPED:,} lines are not holdings. Export the holdings only.", line)

    def raise_if_any(self) -> None:
        """Raises UnreadableCsv with every error added so far."""
        if self._listed:
            raise UnreadableCsv(sorted(self._listed, key=lambda error: error.line), self._more)

    def _add(self, error: LineError) -> None:
        if len(self._listed) < MAX_ERRORS:
            self._listed.append(error)
        else:
            self._more += 1
            if self._more > _ENOUGH:
                self.raise_if_any()
