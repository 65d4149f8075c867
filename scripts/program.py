"""How a program of ours ends."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NoReturn

INTERRUPTED = 130
"""What shells say of a program that Ctrl-C has ended."""


def run(main: Callable[[], int]) -> NoReturn:
    """Ends with the status that `main` answers; Ctrl-C that it leaves to us is no error, and shows no traceback."""
    try:
        status = main()
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        status = INTERRUPTED
    sys.exit(status)
