"""Stands in for the reporter: stores its input in the database."""

import json
import os
from typing import Any

from functions.shared.database import Database, Statement
from functions.shared.database.settings import DatabaseSettings

STORE = Statement("INSERT INTO stored (name, event) VALUES (:name, :event)", idempotent=False)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    database = Database(DatabaseSettings.of(os.environ), retry_budget_s=5)
    database.rows(STORE, {"name": event["user"], "event": json.dumps(event)})
    return {"stored": event["user"]}
