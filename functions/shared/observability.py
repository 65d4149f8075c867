"""The logger of every function: one JSON object per line, whose `message` reads well on its own.

Nothing personal and nothing from a portfolio is logged: only ids, states, counts and durations. The service's name and
the level come from the variables that Powertools defines (POWERTOOLS_SERVICE_NAME, LOG_LEVEL).
"""

import traceback

from aws_lambda_powertools import Logger

logger = Logger()


def error_location(error: BaseException) -> str:
    """File and line that raised an error, for a log: its message may contain what a person sent."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "unknown"
