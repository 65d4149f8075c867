"""Documents longer than a row of the Data API: cut in the database, joined in the client."""

import pytest

from functions.shared.database import Database, Statement
from tests.rows import Rows

ROW = 12_000
EMOJI = "\N{GRINNING FACE}"
READ = Statement("SELECT text_rows(:document), 7, 'more'", idempotent=True)


@pytest.mark.parametrize("length", [0, 1, ROW - 1, ROW, ROW + 1, 5 * ROW + 1])
@pytest.mark.parametrize("character", ["x", EMOJI], ids=["one byte", "four bytes"])
def test_text_is_cut_into_rows_and_joined_again(database: Database, length: int, character: str) -> None:
    document = character * max(length - 1, 0) + "e" * min(length, 1)

    rows = database.rows(READ, {"document": document})

    assert len(rows) == max(1, -(-length // ROW))
    assert all(len(row[0]) <= ROW for row in rows)
    assert database.record(READ, document=document) == [document, 7, "more"]


def test_null_has_no_rows(database: Database) -> None:
    assert database.rows(READ, {"document": None}) == []
    assert database.document(READ, document=None) is None


def test_rows_keep_their_order_among_other_columns(rows: Rows) -> None:
    found = rows.run(
        "SELECT part FROM (SELECT string_agg(lpad(n::text, 6, '0'), '' ORDER BY n) AS document"
        " FROM generate_series(1, 20000) AS n) AS made LEFT JOIN LATERAL text_rows(document) AS part ON true"
    )

    numbers = "".join(part for (part,) in found)
    assert numbers == "".join(f"{n:06}" for n in range(1, 20_001))
