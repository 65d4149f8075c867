"""Conformance of the local Data API, case 19: the shapes of answers, and who is answered at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_rds_data import RDSDataServiceClient

Run = Callable[..., dict[str, Any]]
Count = Callable[[], int]
Value = Callable[..., Any]
Refusal = Callable[..., tuple[int, str, str]]


def test_case_19_a_select_answers_records_and_no_update_count(run: Run, numbers: Count) -> None:
    assert run("SELECT 1, 'a'") == {"numberOfRecordsUpdated": 0, "records": [[{"longValue": 1}, {"stringValue": "a"}]]}
    assert run("SELECT n FROM numbers") == {"numberOfRecordsUpdated": 0, "records": []}


def test_case_19_an_update_answers_how_many_and_no_records(run: Run, numbers: Count) -> None:
    assert run("INSERT INTO numbers VALUES (1), (2), (3)") == {"numberOfRecordsUpdated": 3}
    assert run("UPDATE numbers SET text = 'x' WHERE n < 3") == {"numberOfRecordsUpdated": 2}
    assert run("DELETE FROM numbers WHERE n > 9") == {"numberOfRecordsUpdated": 0}


def test_case_19_ddl_adds_empty_generated_fields(run: Run, numbers: Count) -> None:
    assert run("ALTER TABLE numbers ADD more int") == {"numberOfRecordsUpdated": 0, "generatedFields": []}


def test_case_19_returning_answers_records(run: Run, numbers: Count) -> None:
    expected = {"numberOfRecordsUpdated": 0, "records": [[{"longValue": 1}]]}

    assert run("INSERT INTO numbers VALUES (1) RETURNING n") == expected
    assert run("WITH gone AS (DELETE FROM numbers RETURNING n) SELECT n FROM gone") == expected


def test_case_19_a_batch_runs_once_a_set(client: RDSDataServiceClient, cluster: dict[str, Any], numbers: Count) -> None:
    answer = client.batch_execute_statement(
        **cluster,
        sql="INSERT INTO numbers VALUES (:n)",
        parameterSets=[[{"name": "n", "value": {"longValue": n}}] for n in (1, 2)],
    )

    assert answer["updateResults"] == [{"generatedFields": []}, {"generatedFields": []}]
    assert numbers() == 2


def test_case_19_a_batch_with_one_empty_set_runs_once_and_without_sets_not_at_all(
    client: RDSDataServiceClient, cluster: dict[str, Any], numbers: Count
) -> None:
    insert = "INSERT INTO numbers SELECT count(*) FROM numbers"

    assert client.batch_execute_statement(**cluster, sql=insert)["updateResults"] == []
    assert numbers() == 0
    assert len(client.batch_execute_statement(**cluster, sql=insert, parameterSets=[[]])["updateResults"]) == 1
    assert numbers() == 1


def test_case_19_a_batch_that_fails_leaves_nothing_and_harms_nobody_after_it(
    client: RDSDataServiceClient, cluster: dict[str, Any], refusal: Refusal, numbers: Count
) -> None:
    sets = [[{"name": "n", "value": {"longValue": n}}] for n in (1, 1)]

    failed = refusal(
        client.batch_execute_statement, **cluster, sql="INSERT INTO numbers VALUES (:n)", parameterSets=sets
    )

    assert failed[2].endswith("SQLState: 23505")
    assert numbers() == 0


def test_case_19_a_call_without_a_transaction_commits_itself(run: Run, value: Value, numbers: Count) -> None:
    first = value("SELECT txid_current()")["longValue"]
    run("INSERT INTO numbers VALUES (1)")

    assert value("SELECT txid_current()")["longValue"] == first + 2
    assert numbers() == 1


def test_case_19_a_constraint_that_fails_at_that_commit_fails_the_call(
    run: Run, refusal: Refusal, numbers: Count
) -> None:
    run("ALTER TABLE numbers ADD parent int REFERENCES numbers DEFERRABLE INITIALLY DEFERRED")

    assert refusal(run, "INSERT INTO numbers (n, parent) VALUES (1, 2)")[2].endswith("SQLState: 23503")
    assert refusal(run, "INSERT INTO numbers (n, parent) VALUES (1, 2) RETURNING n")[2].endswith("SQLState: 23503")
    assert numbers() == 0


def test_metadata_tells_where_a_column_comes_from(run: Run, numbers: Count) -> None:
    metadata = run("SELECT n AS key, 1.5::numeric(9, 2) AS x FROM numbers", {"includeResultMetadata": True})

    key, computed = metadata["columnMetadata"]
    assert (key["name"], key["typeName"], key["type"]) == ("key", "int4", 4)
    assert (key["schemaName"], key["tableName"], key["nullable"]) == ("public", "numbers", 0)
    assert (computed["typeName"], computed["precision"], computed["scale"]) == ("numeric", 9, 2)
    assert computed["tableName"] == ""


def test_records_as_json_are_a_list_of_objects_by_column(run: Run) -> None:
    answer = run("SELECT 1 AS a, NULL AS b, 2.5 AS c, ARRAY[1, 2] AS d, 'é' AS e", {"formatRecordsAs": "JSON"})

    assert answer == {"numberOfRecordsUpdated": 0, "formattedRecords": '[{"a":1,"b":null,"c":2.5,"d":[1,2],"e":"é"}]'}


def test_another_cluster_secret_or_database_is_not_served(run: Run, refusal: Refusal) -> None:
    other_cluster = {"resourceArn": "arn:aws:rds:us-east-1:000000000000:cluster:other"}
    other_secret = {"secretArn": "arn:aws:secretsmanager:us-east-1:000000000000:secret:other"}

    assert refusal(run, "SELECT 1", other_cluster)[:2] == (404, "DatabaseNotFoundException")
    assert refusal(run, "SELECT 1", other_secret)[:2] == (400, "SecretsErrorException")
    assert refusal(run, "SELECT 1", {"database": "other"}) == (
        400,
        "DatabaseErrorException",
        'FATAL: database "other" does not exist; SQLState: 3D000',
    )


def test_a_request_without_a_database_gets_the_application_s(
    client: RDSDataServiceClient, cluster: dict[str, Any]
) -> None:
    arns = {name: arn for name, arn in cluster.items() if name != "database"}

    answer = client.execute_statement(**arns, sql="SELECT current_database()::text || ' ' || current_user")

    assert answer["records"] == [[{"stringValue": "alex alex"}]]
