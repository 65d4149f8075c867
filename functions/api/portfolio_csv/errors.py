"""Everything wrong with a file, collected so that one response lists all of it."""

from dataclasses import dataclass
from typing import NoReturn

MAX_ERRORS = 100
"""Errors listed in full; a response with a sentence for each of 10,000 lines would help nobody."""
_ENOUGH = 1_000
"""Errors after which the rest of the file is not read."""


@dataclass(frozen=True, slots=True)
class LineError:
    """What to change in a line; `line` counts from 1, `field` is a column's name, `header`, or `file`.

    `message` says what is wrong, where, and what to do. It never repeats what the line holds.
    """

    line: int
    field: str
    message: str


class UnreadableCsv(Exception):
    """The file can't be imported. `errors` lists what to change; `more` counts the errors beyond the first 100."""

    def __init__(self, errors: list[LineError], more: int = 0) -> None:
        super().__init__(f"The file can't be imported: {len(errors) + more} things to correct.")
        self.errors = errors
        self.more = more


class Errors:
    """Collects errors while the rest of the file is read."""

    def __init__(self) -> None:
        self._listed: list[LineError] = []
        self._more = 0

    def add(self, line: int, field: str, message: str) -> None:
        """`message` follows "Line 3: " and ends with a period."""
        if not message.startswith("Alex"):
            message = message[0].lower() + message[1:]
        self._add(LineError(line, field, f"Line {line}: {message}"))

    def refuse(self, field: str, message: str, line: int = 1) -> NoReturn:
        """Raises UnreadableCsv at once, because nothing after this can be understood."""
        self._add(LineError(line, field, message))
        raise UnreadableCsv(self._listed, self._more)

    def raise_if_any(self) -> None:
        """Raises UnreadableCsv with everything that was added."""
        if self._listed:
            raise UnreadableCsv(sorted(self._listed, key=lambda error: error.line), self._more)

    def _add(self, error: LineError) -> None:
        if len(self._listed) < MAX_ERRORS:
            self._listed.append(error)
        else:
            self._more += 1
            if self._more > _ENOUGH:
                self.raise_if_any()
