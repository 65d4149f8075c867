"""A portfolio as a whole: from a file, from the sample, or none."""

from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response

from functions.api.bodies import file_body
from functions.api.documentation import FILE_CONTENT, WITH_BODY, answers
from functions.api.exchange import Routes, answer, caller, no_content
from functions.api.imports import import_portfolio
from functions.api.portfolio_csv import parse_portfolio_csv
from functions.api.repositories.accounts import Accounts
from functions.api.repositories.portfolio import Portfolio
from functions.api.resources import database
from functions.api.sample_portfolio import sample_portfolio

router = Routes()
_TAGS = ["portfolio"]
_FORMATS = """\
Takes the plain format, `account,symbol,quantity,price` with `CASH` for cash, and what brokers export. Columns are
known by their names, in any order; they may be separated by commas, semicolons or tabs, in UTF-8. A price
that is missing is worked out from the value, or is the one known here; prices are of the day that the file says.
Money-market funds count as cash. Of an account's number the last four characters are kept, as in `ROTH IRA (…6789)`.

A file is imported whole or not at all. Lines that list no holding (titles, totals, pending activity, notes, other
tables) are answered in `skipped`. With status 422, `errors` names each line to change, and nothing was changed: what
can't be read, amounts that contradict each other, and what can't be analysed (short positions, options, margin debts,
other currencies), which is never left out silently. At most 1 MB and 1,000 positions."""


@router.post(
    "/api/portfolio/import",
    tags=_TAGS,
    summary="Replace the accounts that a CSV file names",
    description=_FORMATS,
    responses=answers(200, "Imported", *WITH_BODY),
    openapi_extensions={"requestBody": {"required": True, "content": FILE_CONTENT}},
)
def import_file() -> Response[Any]:
    portfolio = parse_portfolio_csv(file_body(router.current_event))
    return answer(import_portfolio(Portfolio(database()), caller(router), portfolio))


@router.post(
    "/api/populate-test-data",
    tags=_TAGS,
    summary="Have the sample portfolio",
    responses=answers(200, "Imported", *WITH_BODY),
)
def import_sample() -> Response[Any]:
    return answer(import_portfolio(Portfolio(database()), caller(router), sample_portfolio()))


@router.delete(
    "/api/reset-accounts", tags=_TAGS, summary="Remove all accounts and positions", responses=answers(204, None)
)
def remove_accounts() -> Response[Any]:
    Accounts(database()).delete_all(caller(router))
    return no_content()
