"""One PostgreSQL and one Data API endpoint for all tests of the local stack, and a real boto3 client to speak to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from scripts.local.data_api import DataApi, FaultControl
from scripts.local.postgres import Postgres

if TYPE_CHECKING:
    from mypy_boto3_rds_data import RDSDataServiceClient

Run = Callable[..., dict[str, Any]]

CLUSTER = {
    "resourceArn": "arn:aws:rds:us-east-1:000000000000:cluster:alex",
    "secretArn": "arn:aws:secretsmanager:us-east-1:000000000000:secret:alex",
}


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    server = Postgres(tmp_path_factory.mktemp("postgres"), durable=False)
    try:
        with server:
            yield server
    finally:
        server.erase()


@pytest.fixture(scope="session")
def cluster() -> dict[str, Any]:
    """What names the cluster in every request."""
    return {**CLUSTER, "database": "alex"}


@pytest.fixture(scope="session")
def data_api(postgres: Postgres) -> Iterator[DataApi]:
    with DataApi({CLUSTER["secretArn"]: postgres.dsn()}, cluster_arn=CLUSTER["resourceArn"]) as api:
        yield api


@pytest.fixture(scope="session")
def hasty_api(postgres: Postgres) -> Iterator[DataApi]:
    """The same service with hardly any patience: 0.3 s for a statement, 0.2 s for an idle transaction."""
    with DataApi(
        {CLUSTER["secretArn"]: postgres.dsn()},
        cluster_arn=CLUSTER["resourceArn"],
        statement_timeout_s=0.3,
        idle_transaction_s=0.2,
    ) as api:
        yield api


@pytest.fixture(scope="session")
def client_of() -> Callable[[str], RDSDataServiceClient]:
    """A client for the endpoint at a URL, which tries each call once."""

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
def client(data_api: DataApi, client_of: Callable[[str], RDSDataServiceClient]) -> RDSDataServiceClient:
    return client_of(data_api.url)


@pytest.fixture(scope="session")
def hasty_client(hasty_api: DataApi, client_of: Callable[[str], RDSDataServiceClient]) -> RDSDataServiceClient:
    return client_of(hasty_api.url)


@pytest.fixture
def faults(data_api: DataApi) -> Iterator[FaultControl]:
    control = FaultControl(data_api.url)
    yield control
    control.clear()


@pytest.fixture(scope="session")
def run(client: RDSDataServiceClient, cluster: dict[str, Any]) -> Run:
    """`run("SELECT :a", a={"longValue": 1})`: ExecuteStatement. A parameter with a hint is (field, hint).

    `options` are the request's other members.
    """
    return runner(client, cluster)


@pytest.fixture(scope="session")
def hasty_run(hasty_client: RDSDataServiceClient, cluster: dict[str, Any]) -> Run:
    return runner(hasty_client, cluster)


@pytest.fixture(scope="session")
def value(run: Run) -> Callable[..., Any]:
    """The single field of a statement's single row, as `run` takes it."""

    def single(sql: str, **parameters: Any) -> Any:
        ((field,),) = run(sql, **parameters)["records"]
        return field

    return single


@pytest.fixture(scope="session")
def refusal() -> Callable[..., tuple[int, str, str]]:
    """The status, code and message with which a call is refused."""

    def refused(call: Callable[..., Any], *arguments: Any, **parameters: Any) -> tuple[int, str, str]:
        with pytest.raises(ClientError) as caught:
            call(*arguments, **parameters)
        answer = caught.value.response
        return answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"], answer["Error"]["Message"]

    return refused


@pytest.fixture
def numbers(run: Run) -> Iterator[Callable[[], int]]:
    """An empty table, `numbers (n int PRIMARY KEY, text text)`. Call it for how many rows are committed."""
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
        answer: dict[str, Any] = dict(client.execute_statement(**request))
        del answer["ResponseMetadata"]
        return answer

    return run
