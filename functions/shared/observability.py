"""The logger of every function: one JSON object per line, whose `message` is readable on its own.

No personal or portfolio data is logged, only ids, states, counts, and durations. Powertools variables set the service
name and the level (POWERTOOLS_SERVICE_NAME, LOG_LEVEL).
"""

import traceback

from aws_lambda_powertools import Logger

logger = Logger()


def error_location(error: BaseException) -> str:
    """Return the file and line that raised an error, for logs: its message may contain user input."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "unknown"
