"""Unexpected errors are reported without internals, and logged without user data."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from functions.api import exchange
from functions.api.problems import NotFound
from functions.api.routes import accounts
from functions.shared.database import AccessRefused, Database, StatementFailed
from tests.functions.api.calling import Api


class Broken(Database):
    """Raises an exception for every statement."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def rows(self, *_: Any, **__: Any) -> Any:
        raise self._error


@pytest.mark.parametrize(
    "error",
    [
        StatementFailed('duplicate key: Key (account_name)=("My secret account")', "23999"),
        AccessRefused("AccessDeniedException: the secret is not readable"),
        ZeroDivisionError("My secret account"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_internal_error_reveals_no_details(
    api: Api, error: Exception, monkeypatch: pytest.MonkeyPatch, logged: Callable[[], list[str]]
) -> None:
    monkeypatch.setattr(accounts, "database", lambda: Broken(error))

    answer = api.get("/api/accounts")

    assert answer.status == 500
    assert answer.json().keys() == {"type", "title", "status", "detail"}
    line, _ = logged()
    assert "secret" not in answer.text + line
    assert json.loads(line)["kind"].startswith(type(error).__name__)
    assert "routes/accounts.py" in json.loads(line)["where"]


def test_id_has_one_accepted_form() -> None:
    canonical = "8f1c1f0e-0d57-4a44-9a0b-1d9f2a3b4c5d"

    assert str(exchange.identity(canonical.upper())) == canonical
    for other in (canonical.replace("-", ""), f"{{{canonical}}}", f"urn:uuid:{canonical}", "", "1", canonical + "0"):
        with pytest.raises(NotFound):
            exchange.identity(other)
