"""A progress document at the start of a job."""

import pytest

from functions.shared.database import Database
from tests.functions.shared.progress.document import Document


@pytest.fixture
def document(database: Database) -> Document:
    return Document(database)
