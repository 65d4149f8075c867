"""Everything that Terraform makes on AWS, made in the emulator with boto3 from the manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.local.converse import STUB_MODEL_ID
from scripts.local.data_api_child import CLUSTER_ARN
from scripts.local.database_users import DatabaseUsers
from scripts.local.emulator import REGION, Emulator
from scripts.local.functions import create_event_source_mappings, create_functions
from scripts.local.http_api import create_http_api
from scripts.local.postgres import DATABASE
from scripts.local.queues import create_queues
from scripts.local.sign_in import SignIn
from scripts.manifest import DeploymentContext, Manifest, read_manifest


@dataclass(frozen=True)
class Resources:
    """What was made. Nothing is invoked by a queue before `deliver`."""

    emulator: Emulator
    table: Manifest
    queue_urls: Mapping[str, str]
    api_id: str

    def deliver(self, max_concurrency: int) -> None:
        """Lets the queues invoke their consumers, with so many messages at once."""
        create_event_source_mappings(self.emulator, self.table, self.queue_urls, max_concurrency)


def create_resources(
    emulator: Emulator,
    sign_in: SignIn,
    users: DatabaseUsers,
    *,
    data_api_url: str,
    converse_url: str | None,
    visibility_timeout_s: int,
    code: Mapping[str, Path],
    variables: Mapping[str, Mapping[str, str]],
) -> Resources:
    """The queues, the functions and the HTTP API. See `create_functions` for `code` and `variables`."""
    table = read_manifest()
    queue_urls = create_queues(emulator, table, visibility_timeout_s)
    made = DeploymentContext(
        cluster_arn=CLUSTER_ARN,
        secret_arn=users.application_arn,
        database=DATABASE,
        queue_urls=queue_urls,
        model_id=STUB_MODEL_ID if converse_url else "",
        model_region=REGION if converse_url else "",
    )
    endpoints = {
        "AWS_ENDPOINT_URL": emulator.url,
        "AWS_ENDPOINT_URL_RDS_DATA": data_api_url,
        **({"AWS_ENDPOINT_URL_BEDROCK_RUNTIME": converse_url} if converse_url else {}),
    }
    as_owner = {"DB_SECRET_ARN": users.owner_arn, "APPLICATION_SECRET_ARN": users.application_arn}
    given = {
        **variables,
        "migrator": {**as_owner, **variables.get("migrator", {})},
        "api": {**_of_sign_in(sign_in), **variables.get("api", {})},
    }
    create_functions(emulator, table, made, endpoints=endpoints, code=code, variables=given)
    return Resources(emulator, table, queue_urls, create_http_api(emulator, sign_in))


def _of_sign_in(sign_in: SignIn) -> dict[str, str]:
    """What the api function tells the page."""
    return {
        "SIGN_IN_ISSUER": sign_in.issuer,
        "SIGN_IN_CLIENT_ID": sign_in.client_id,
        "SIGN_IN_URL": sign_in.url,
    }
