"""The logger of every function: one JSON object a line, whose `message` is readable on its own.

Nothing personal and nothing from a portfolio goes in: ids, states, counts and durations only. The service's name and
the level come from the variables that Powertools defines (POWERTOOLS_SERVICE_NAME, LOG_LEVEL).
"""

from aws_lambda_powertools import Logger

logger = Logger()
