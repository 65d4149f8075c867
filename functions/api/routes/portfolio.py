"""Routes for a whole portfolio: import a file, add the sample, or remove everything."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.http.bodies import file_body
from functions.api.http.openapi import FILE_CONTENT, WITH_BODY, openapi_responses
from functions.api.http.routing import Routes, json_response, parse_id
from functions.api.logic.imports import import_portfolio, import_sample
from functions.api.portfolio_csv import parse_portfolio_csv
from functions.api.repositories.accounts import Accounts
from functions.api.repositories.portfolio import Existing, Portfolio

router = Routes("portfolio")
_FORMATS = """\
Reads the plain format, `account,symbol,quantity,price` with `CASH` for cash, and broker exports. Columns are recognized
by their names, in any order, separated by commas, semicolons, tabs, or pipes. The file may be in UTF-8, UTF-16, or
Windows-1252; send it as `application/octet-stream` unless it is in UTF-8.

A missing price is calculated from the value, or the last known price is used. For a holding with only a value, that
value becomes its quantity (`is_value_only`). Money-market funds count as cash. Account numbers are shortened to their
last characters, as in `ROTH IRA (…6789)`.

A file is imported completely or not at all. Every line with an amount becomes part of a holding or of cash, or is
listed in `skipped`. With status 422, `errors` lists each line to change. With `dry_run=true`, nothing is written.
Limits: 1 MB and 1,000 positions."""

ExistingAccounts = Annotated[
    Existing,
    Query(
        description="What to do with existing accounts whose names occur in the file: `replace` them, `keep` them and "
        "import the file's as new accounts, such as `Roth IRA (2)`, or keep them and `skip` the file's."
    ),
]
DryRun = Annotated[bool, Query(description="Return what the import would change, without writing anything.")]


@router.post(
    "/api/portfolio/import",
    summary="Import the accounts of a CSV file",
    description=_FORMATS,
    responses=openapi_responses(200, "Imported", *WITH_BODY),
    openapi_extensions={"requestBody": {"required": True, "content": FILE_CONTENT}},
)
def import_file(dry_run: DryRun = False, existing: ExistingAccounts = Existing.REPLACE) -> Response[Any]:
    portfolio = parse_portfolio_csv(file_body(router.current_event))
    repository = Portfolio(router.database)
    return json_response(import_portfolio(repository, router.user_id, portfolio, existing=existing, dry_run=dry_run))


@router.post(
    "/api/portfolio/imports/<import_id>/undo",
    summary="Restore what an import replaced",
    description="Repeating the request changes nothing. 409 if the imported accounts have changed since.",
    responses=openapi_responses(200, "Message", *WITH_BODY, 404, 409),
)
def undo(import_id: str) -> Response[Any]:
    Portfolio(router.database).undo(router.user_id, parse_id(import_id))
    return json_response({"message": "The import has been undone."})


@router.post(
    "/api/populate-test-data",
    summary="Add the sample portfolio's accounts",
    description="Existing accounts are left unchanged. To analyze the sample without adding it to your accounts, "
    'send `"options": {"portfolio": "sample"}` to `/api/analyze`.',
    responses=openapi_responses(200, "SampleImported", *WITH_BODY),
)
def add_sample() -> Response[Any]:
    return json_response(import_sample(Portfolio(router.database), router.user_id))


@router.delete(
    "/api/reset-accounts", summary="Delete all accounts and positions", responses=openapi_responses(200, "Message")
)
def remove_accounts() -> Response[Any]:
    """The profile and past analyses stay."""
    Accounts(router.database).delete_all(router.user_id)
    return json_response({"message": "All accounts and their positions have been deleted."})
