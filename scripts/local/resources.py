"""Creates in the emulator, from the manifest, the resources that Terraform creates on AWS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.local.converse_child import ConverseChild
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
    """The emulated resources. No queue invokes a function before `deliver`."""

    emulator: Emulator
    table: Manifest
    queue_urls: Mapping[str, str]
    api_id: str
    max_concurrency: int

    def deliver(self) -> None:
        """Let the queues invoke their consumers."""
        create_event_source_mappings(self.emulator, self.table, self.queue_urls, self.max_concurrency)


def create_resources(
    emulator: Emulator,
    sign_in: SignIn,
    users: DatabaseUsers,
    *,
    data_api_url: str,
    converse: ConverseChild | None,
    visibility_timeout_s: int,
    max_concurrency: int,
    code: Mapping[str, Path],
    variables: Mapping[str, Mapping[str, str]],
) -> Resources:
    """Create the queues, the functions and the HTTP API.

    A queue invokes at most `max_concurrency` functions at once. See `create_functions` for `code` and `variables`.
    """
    table = read_manifest()
    queue_urls = create_queues(emulator, table, visibility_timeout_s)
    made = DeploymentContext(
        cluster_arn=CLUSTER_ARN,
        secret_arns=dict(users.secret_arns),
        database=DATABASE,
        queue_urls=queue_urls,
        model_id=converse.model_id if converse else "",
        model_region=REGION if converse else "",
    )
    endpoints = {
        "AWS_ENDPOINT_URL": emulator.url,
        "AWS_ENDPOINT_URL_RDS_DATA": data_api_url,
        **({"AWS_ENDPOINT_URL_BEDROCK_RUNTIME": converse.url, **converse.settings} if converse else {}),
    }
    given = {
        **variables,
        "api": {
            "PLANNER_CONCURRENCY": str(max_concurrency),
            **_sign_in_variables(sign_in),
            **variables.get("api", {}),
        },
    }
    create_functions(emulator, table, made, endpoints=endpoints, code=code, variables=given)
    return Resources(emulator, table, queue_urls, create_http_api(emulator, sign_in), max_concurrency)


def _sign_in_variables(sign_in: SignIn) -> dict[str, str]:
    """Return the settings that the api function passes on to the page."""
    return {
        "SIGN_IN_ISSUER": sign_in.issuer,
        "SIGN_IN_CLIENT_ID": sign_in.client_id,
        "SIGN_IN_URL": sign_in.url,
    }
