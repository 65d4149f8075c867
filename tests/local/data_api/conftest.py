"""One Data API endpoint for all tests in this folder, called through boto3."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from scripts.local.data_api import DataApi, FaultControl
from scripts.local.postgres import Postgres
from tests.local.data_api.fixture_types import ClientOf, Count, ErrorOf, Run, Value

if TYPE_CHECKING:
    from mypy_boto3_rds_data import RDSDataServiceClient

CLUSTER = {
    "resourceArn": "arn:aws:rds:us-east-1:000000000000:cluster:alex",
    "secretArn": "arn:aws:secretsmanager:us-east-1:000000000000:secret:alex",
}


@pytest.fixture(scope="session")
def cluster() -> dict[str, Any]:
    """The members that every request has."""
    return {**CLUSTER, "database": "alex"}


@pytest.fixture(scope="session")
def data_api(postgres: Postgres) -> Iterator[DataApi]:
    with DataApi({CLUSTER["secretArn"]: postgres.dsn()}, cluster_arn=CLUSTER["resourceArn"]) as api:
        yield api


@pytest.fixture(scope="session")
def impatient_api(postgres: Postgres) -> Iterator[DataApi]:
    """The same service with a timeout of 0.3 s for a statement."""
    secrets = {CLUSTER["secretArn"]: postgres.dsn()}
    with DataApi(secrets, cluster_arn=CLUSTER["resourceArn"], statement_timeout_s=0.3) as api:
        yield api


@pytest.fixture(scope="session")
def client_of() -> ClientOf:
    """A client of the endpoint at a URL, without retries."""

    def make(url: str) -> RDSDataServiceClient:
        client: RDSDataServiceClient = boto3.client(
            "rds-data",
            endpoint_url=url,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}),
        )
        return client

    return make


@pytest.fixture(scope="session")
def client(data_api: DataApi, client_of: ClientOf) -> RDSDataServiceClient:
    return client_of(data_api.url)


@pytest.fixture(scope="session")
def impatient_client(impatient_api: DataApi, client_of: ClientOf) -> RDSDataServiceClient:
    return client_of(impatient_api.url)


@pytest.fixture
def faults(data_api: DataApi) -> Iterator[FaultControl]:
    control = FaultControl(data_api.url)
    yield control
    control.clear()


@pytest.fixture(scope="session")
def run(client: RDSDataServiceClient, cluster: dict[str, Any]) -> Run:
    """Call ExecuteStatement: `run("SELECT :a", a={"longValue": 1})`. A parameter with a type hint is (field, hint).

    `options` are further members of the request.
    """
    return runner(client, cluster)


@pytest.fixture(scope="session")
def impatient_run(impatient_client: RDSDataServiceClient, cluster: dict[str, Any]) -> Run:
    return runner(impatient_client, cluster)


@pytest.fixture(scope="session")
def value(run: Run) -> Value:
    """Return the only field of a statement's only row. Takes the arguments of `run`."""

    def single(sql: str, **parameters: Any) -> Any:
        ((field,),) = run(sql, **parameters)["records"]
        return field

    return single


@pytest.fixture(scope="session")
def error_of() -> ErrorOf:
    """Return the status, code and message of the error that a call raises."""

    def error(call: Callable[..., Any], *arguments: Any, **parameters: Any) -> tuple[int, str, str]:
        with pytest.raises(ClientError) as caught:
            call(*arguments, **parameters)
        response = caught.value.response
        return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"], response["Error"]["Message"]

    return error


@pytest.fixture
def numbers(run: Run) -> Iterator[Count]:
    """An empty table, `numbers (n int PRIMARY KEY, text text)`. Call it to get the number of committed rows."""
    run("CREATE TABLE numbers (n int PRIMARY KEY, text text)")
    yield lambda: int(run("SELECT count(*) FROM numbers")["records"][0][0]["longValue"])
    run("DROP TABLE numbers")


def runner(client: RDSDataServiceClient, cluster: dict[str, Any]) -> Run:
    def run(sql: str, options: dict[str, Any] | None = None, **parameters: Any) -> dict[str, Any]:
        bound = [
            {"name": name, "value": given[0], "typeHint": given[1]}
            if isinstance(given, tuple)
            else {"name": name, "value": given}
            for name, given in parameters.items()
        ]
        request: dict[str, Any] = {**cluster, "sql": sql, **({"parameters": bound} if bound else {}), **(options or {})}
        response: dict[str, Any] = dict(client.execute_statement(**request))
        del response["ResponseMetadata"]
        return response

    return run
