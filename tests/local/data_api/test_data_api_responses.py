"""Response shapes, and the clusters, secrets and databases that the endpoint accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.local.data_api.fixture_types import Count, ErrorOf, Run, Value

if TYPE_CHECKING:
    from mypy_boto3_rds_data import RDSDataServiceClient


def test_select_returns_records_and_zero_update_count(run: Run, numbers: Count) -> None:
    assert run("SELECT 1, 'a'") == {"numberOfRecordsUpdated": 0, "records": [[{"longValue": 1}, {"stringValue": "a"}]]}
    assert run("SELECT n FROM numbers") == {"numberOfRecordsUpdated": 0, "records": []}


def test_update_returns_its_row_count_without_records(run: Run, numbers: Count) -> None:
    assert run("INSERT INTO numbers VALUES (1), (2), (3)") == {"numberOfRecordsUpdated": 3}
    assert run("UPDATE numbers SET text = 'x' WHERE n < 3") == {"numberOfRecordsUpdated": 2}
    assert run("DELETE FROM numbers WHERE n > 9") == {"numberOfRecordsUpdated": 0}


def test_ddl_returns_empty_generated_fields(run: Run, numbers: Count) -> None:
    assert run("ALTER TABLE numbers ADD more int") == {"numberOfRecordsUpdated": 0, "generatedFields": []}


def test_returning_clause_returns_records(run: Run, numbers: Count) -> None:
    expected = {"numberOfRecordsUpdated": 0, "records": [[{"longValue": 1}]]}

    assert run("INSERT INTO numbers VALUES (1) RETURNING n") == expected
    assert run("WITH gone AS (DELETE FROM numbers RETURNING n) SELECT n FROM gone") == expected


def test_batch_runs_once_per_parameter_set(
    client: RDSDataServiceClient, cluster: dict[str, Any], numbers: Count
) -> None:
    response = client.batch_execute_statement(
        **cluster,
        sql="INSERT INTO numbers VALUES (:n)",
        parameterSets=[[{"name": "n", "value": {"longValue": n}}] for n in (1, 2)],
    )

    assert response["updateResults"] == [{"generatedFields": []}, {"generatedFields": []}]
    assert numbers() == 2


def test_batch_runs_once_for_an_empty_set_and_never_without_sets(
    client: RDSDataServiceClient, cluster: dict[str, Any], numbers: Count
) -> None:
    insert = "INSERT INTO numbers SELECT count(*) FROM numbers"

    assert client.batch_execute_statement(**cluster, sql=insert)["updateResults"] == []
    assert numbers() == 0
    assert len(client.batch_execute_statement(**cluster, sql=insert, parameterSets=[[]])["updateResults"]) == 1
    assert numbers() == 1


def test_failed_batch_is_rolled_back(
    client: RDSDataServiceClient, cluster: dict[str, Any], error_of: ErrorOf, numbers: Count
) -> None:
    sets = [[{"name": "n", "value": {"longValue": n}}] for n in (1, 1)]

    failed = error_of(
        client.batch_execute_statement, **cluster, sql="INSERT INTO numbers VALUES (:n)", parameterSets=sets
    )

    assert failed[2].endswith("SQLState: 23505")
    assert numbers() == 0


def test_call_without_transaction_commits(run: Run, value: Value, numbers: Count) -> None:
    first = value("SELECT txid_current()")["longValue"]
    run("INSERT INTO numbers VALUES (1)")

    assert value("SELECT txid_current()")["longValue"] == first + 2
    assert numbers() == 1


def test_deferred_constraint_fails_call_without_transaction(run: Run, error_of: ErrorOf, numbers: Count) -> None:
    run("ALTER TABLE numbers ADD parent int REFERENCES numbers DEFERRABLE INITIALLY DEFERRED")

    assert error_of(run, "INSERT INTO numbers (n, parent) VALUES (1, 2)")[2].endswith("SQLState: 23503")
    assert error_of(run, "INSERT INTO numbers (n, parent) VALUES (1, 2) RETURNING n")[2].endswith("SQLState: 23503")
    assert numbers() == 0


def test_metadata_names_table_and_type_of_each_column(run: Run, numbers: Count) -> None:
    metadata = run("SELECT n AS key, 1.5::numeric(9, 2) AS x FROM numbers", {"includeResultMetadata": True})

    key, computed = metadata["columnMetadata"]
    assert (key["name"], key["typeName"], key["type"]) == ("key", "int4", 4)
    assert (key["schemaName"], key["tableName"], key["nullable"]) == ("public", "numbers", 0)
    assert (computed["typeName"], computed["precision"], computed["scale"]) == ("numeric", 9, 2)
    assert computed["tableName"] == ""


def test_formatted_records_are_a_list_of_objects_keyed_by_column(run: Run) -> None:
    response = run("SELECT 1 AS a, NULL AS b, 2.5 AS c, ARRAY[1, 2] AS d, 'é' AS e", {"formatRecordsAs": "JSON"})

    assert response == {"numberOfRecordsUpdated": 0, "formattedRecords": '[{"a":1,"b":null,"c":2.5,"d":[1,2],"e":"é"}]'}


def test_unknown_cluster_secret_or_database_is_an_error(run: Run, error_of: ErrorOf) -> None:
    other_cluster = {"resourceArn": "arn:aws:rds:us-east-1:000000000000:cluster:other"}
    other_secret = {"secretArn": "arn:aws:secretsmanager:us-east-1:000000000000:secret:other"}

    assert error_of(run, "SELECT 1", other_cluster)[:2] == (404, "DatabaseNotFoundException")
    assert error_of(run, "SELECT 1", other_secret)[:2] == (400, "SecretsErrorException")
    assert error_of(run, "SELECT 1", {"database": "other"}) == (
        400,
        "DatabaseErrorException",
        'FATAL: database "other" does not exist; SQLState: 3D000',
    )


def test_request_without_database_uses_default(client: RDSDataServiceClient, cluster: dict[str, Any]) -> None:
    arns = {name: arn for name, arn in cluster.items() if name != "database"}

    response = client.execute_statement(**arns, sql="SELECT current_database()::text || ' ' || current_user")

    assert response["records"] == [[{"stringValue": "alex alex"}]]
