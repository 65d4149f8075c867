"""Examples, by name, of the schemas that people read or write most. A test validates each against its model."""

from typing import Any, Final

_ID, _JOB = "8f1c1f0e-0d57-4a44-9a0b-1d9f2a3b4c5d", "5f0c2b3a-7f0e-4f64-9c1d-2f6f7a8b9c0d"
_AT = "2026-11-22T10:00:00Z"

EXAMPLES: Final[dict[str, dict[str, Any]]] = {
    "UserChanges": {"display_name": "Ada", "target_retirement_income": 60000},
    "NewAccount": {"account_name": "Roth IRA", "account_purpose": "Retirement", "cash_balance": 2500},
    "AccountChanges": {"cash_balance": 1200.5},
    "NewPosition": {"account_id": _ID, "symbol": "VTI", "quantity": 80},
    "PositionChanges": {"quantity": 85},
    "JobChanges": {"name": "After the rollover"},
    "AnalysisRequest": {"analysis_type": "portfolio", "options": {}},
    "Account": {
        "id": _ID,
        "account_name": "Roth IRA",
        "account_purpose": "Retirement",
        "cash_balance": 2500,
        "cash_interest": 0,
        "total_value": 26592,
        "created_at": _AT,
        "updated_at": _AT,
    },
    "Started": {"job_id": _JOB, "message": "The analysis has started."},
    "Message": {"message": "The import has been undone."},
    "Problem": {
        "type": "about:blank",
        "title": "Unprocessable Entity",
        "status": 422,
        "detail": "quantity should be greater than or equal to 0.",
        "errors": [{"field": "quantity", "message": "Input should be greater than or equal to 0"}],
    },
    "GatewayMessage": {"message": "Unauthorized"},
    "Event": {
        "seq": 7,
        "at": _AT,
        "kind": "progress",
        "agent": "reporter",
        "progress_percent": 45,
        "message": "Drafting 3 of 7 sections",
    },
    "StreamedEvent": {
        "seq": 7,
        "at": _AT,
        "kind": "progress",
        "agent": "reporter",
        "progress_percent": 45,
        "message": "Drafting 3 of 7 sections",
        "job": None,
    },
    "Progress": {
        "stage": "running",
        "current_agent": "reporter",
        "progress_percent": 45,
        "percent_in_4s": 48.4,
        "message": "Running Reporter...",
        "estimated_completion": "2026-11-22T10:00:41Z",
        "estimated_range": ["2026-11-22T10:00:36Z", "2026-11-22T10:00:55Z"],
        "basis": "estimated",
        "started_at": _AT,
        "updated_at": "2026-11-22T10:00:18Z",
        "current": 2,
        "total": 5,
        "attempt": 1,
        "agents": [
            {
                "name": "setup",
                "status": "completed",
                "progress_percent": 100,
                "message": "The portfolio has been read",
                "started_at": _AT,
                "completed_at": "2026-11-22T10:00:07Z",
                "expected_seconds": 7.0,
                "slow_reason": None,
            }
        ],
    },
}
