"""Files to import, and requests that import and undo."""

from typing import Any

from tests.functions.api.calling import Api, ApiResponse

HEADER = "account,symbol,quantity,price\n"
TWO_ACCOUNTS = HEADER + "Roth IRA,VTI,10,301.15\nRoth IRA,CASH,100.50,\nBrokerage,ZZNEW,3,7.25\nTotal,,,\n"


def post(api: Api, text: str) -> ApiResponse:
    return api.post_csv("/api/portfolio/import", text)


def undo(api: Api, import_id: str) -> ApiResponse:
    return api.post(f"/api/portfolio/imports/{import_id}/undo")


def held(api: Api) -> dict[str, dict[str, Any]]:
    """Cash and quantities by account and symbol."""
    return {
        account["account_name"]: {"CASH": account["cash_balance"]}
        | {
            position["symbol"]: position["quantity"]
            for position in api.get(f"/api/accounts/{account['id']}/positions").json()["positions"]
        }
        for account in api.get("/api/accounts").json()
    }
