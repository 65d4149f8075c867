"""Routes for a whole portfolio: import a file, add the sample, or remove everything."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.bodies import file_body
from functions.api.documentation import FILE_CONTENT, WITH_BODY, answers
from functions.api.exchange import Id, Routes, answer, caller, identity, no_content
from functions.api.imports import import_portfolio, import_sample, undo_import
from functions.api.portfolio_csv import parse_portfolio_csv
from functions.api.repositories.accounts import Accounts
from functions.api.repositories.portfolio import Existing, Portfolio
from functions.api.resources import database

router = Routes()
_TAGS = ["portfolio"]
_FORMATS = """\
Reads the plain format, `account,symbol,quantity,price` with `CASH` for cash, and broker exports. Columns are recognized
by their names, in any order, separated by commas, semicolons, tabs, or pipes. The file may be in UTF-8, UTF-16, or
Windows-1252; send it as `application/octet-stream` unless it is in UTF-8.

A missing price is worked out from the value, or is the last known one. A holding with only a value has that value as
its quantity (`is_value_only`). Money-market funds count as cash. Account numbers are reduced to their last characters,
as in `ROTH IRA (…6789)`.

A file is imported whole or not at all. Every line that carries an amount becomes part of a holding or of cash, or is
listed in `skipped`. With status 422, `errors` names each line to change. With `dry_run=true` nothing is written.
At most 1 MB and 1,000 positions."""

ExistingAccounts = Annotated[
    Existing,
    Query(
        description="What becomes of accounts that have a name from the file: `replace` them, `keep` them and import "
        "the file's as new accounts, such as `Roth IRA (2)`, or keep them and `skip` the file's."
    ),
]
DryRun = Annotated[bool, Query(description="Return what the import would change, and write nothing.")]


@router.post(
    "/api/portfolio/import",
    tags=_TAGS,
    summary="Import the accounts of a CSV file",
    description=_FORMATS,
    responses=answers(200, "Imported", *WITH_BODY),
    openapi_extensions={"requestBody": {"required": True, "content": FILE_CONTENT}},
)
def import_file(dry_run: DryRun = False, existing: ExistingAccounts = Existing.REPLACE) -> Response[Any]:
    portfolio = parse_portfolio_csv(file_body(router.current_event))
    repository = Portfolio(database())
    return answer(import_portfolio(repository, caller(router), portfolio, existing=existing, dry_run=dry_run))


@router.post(
    "/api/portfolio/imports/<import_id>/undo",
    tags=_TAGS,
    summary="Restore what an import replaced",
    description="Repeating it changes nothing. 409 if the accounts of the import were edited since.",
    responses=answers(200, "Message", *WITH_BODY, 404, 409),
)
def undo(import_id: Id) -> Response[Any]:
    undo_import(Portfolio(database()), caller(router), identity(import_id))
    return answer({"message": "The import was undone."})


@router.post(
    "/api/populate-test-data",
    tags=_TAGS,
    summary="Add the sample portfolio's accounts",
    description="Accounts that exist are left as they are. To analyze the sample without adding it to your accounts, "
    'send `"options": {"portfolio": "sample"}` to `/api/analyze`.',
    responses=answers(200, "SampleImported", *WITH_BODY),
)
def add_sample() -> Response[Any]:
    return answer(import_sample(Portfolio(database()), caller(router)))


@router.delete(
    "/api/reset-accounts", tags=_TAGS, summary="Remove all accounts and positions", responses=answers(204, None)
)
def remove_accounts() -> Response[Any]:
    Accounts(database()).delete_all(caller(router))
    return no_content()
