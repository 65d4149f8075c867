"""Runs a script's main function and exits."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import NoReturn

from botocore.exceptions import BotoCoreError, ClientError

from functions.shared.database import DatabaseError
from scripts.aws_errors import in_words

#: Exit statuses that shells report for programs that a signal has ended.
INTERRUPTED, BROKEN_PIPE = 128 + signal.SIGINT, 128 + signal.SIGPIPE


def run(main: Callable[[], int]) -> NoReturn:
    """Exit with the status that `main` returns.

    Ctrl-C, a closed pipe (`costs.py | head`), and a service that fails or can't be reached exit without a traceback.
    """
    try:
        status = main()
        sys.stdout.flush()
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        status = INTERRUPTED
    except BrokenPipeError:
        # The interpreter flushes standard output at exit, which would fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = BROKEN_PIPE
    except (BotoCoreError, ClientError) as error:
        print(in_words(error), file=sys.stderr)
        status = 1
    except DatabaseError as error:
        print(f"The database is not available: {error}", file=sys.stderr)
        status = 1
    sys.exit(status)
