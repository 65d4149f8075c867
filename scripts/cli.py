"""Runs a script's main function and exits."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NoReturn

INTERRUPTED = 130
"""Shells' exit status for a program ended by Ctrl-C."""


def run(main: Callable[[], int]) -> NoReturn:
    """Exit with the status that `main` returns. Ctrl-C exits without a traceback."""
    try:
        status = main()
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        status = INTERRUPTED
    sys.exit(status)
