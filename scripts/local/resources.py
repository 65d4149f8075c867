"""Everything that Terraform makes on AWS, made in the emulator with boto3 from the table of functions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.local.data_api_child import CLUSTER_ARN
from scripts.local.emulator import Emulator
from scripts.local.functions import create_event_source_mappings, create_functions
from scripts.local.http_api import create_http_api
from scripts.local.postgres import DATABASE, OWNER
from scripts.local.queues import create_queues
from scripts.local.sign_in import SignIn
from scripts.table import NAME_PREFIX, Surroundings, Table, read_table

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True)
class Resources:
    """What was made. Nothing is invoked by a queue before `deliver`."""

    emulator: Emulator
    table: Table
    queue_urls: Mapping[str, str]
    api_id: str

    def deliver(self) -> None:
        """Lets the queues invoke their consumers."""
        create_event_source_mappings(self.emulator, self.table, self.queue_urls)

    def send(self, queue: str, body: str) -> None:
        sqs: SQSClient = self.emulator.client("sqs")
        sqs.send_message(QueueUrl=self.queue_urls[queue], MessageBody=body)


def create_secret(emulator: Emulator) -> str:
    """Answers its ARN. The Data API endpoint asks for the ARN only, so the password is not in it."""
    client: SecretsManagerClient = emulator.client("secretsmanager")
    content = json.dumps({"username": OWNER})
    return client.create_secret(Name=f"{NAME_PREFIX}-database", SecretString=content)["ARN"]


def create_resources(
    emulator: Emulator,
    sign_in: SignIn,
    secret_arn: str,
    *,
    data_api_url: str,
    visibility_timeout_s: int,
    code: Mapping[str, Path],
    variables: Mapping[str, Mapping[str, str]],
) -> Resources:
    """The queues, the functions and the HTTP API. See `create_functions` for `code` and `variables`."""
    table = read_table()
    queue_urls = create_queues(emulator, table, visibility_timeout_s)
    made = Surroundings(cluster_arn=CLUSTER_ARN, secret_arn=secret_arn, database=DATABASE, queue_urls=queue_urls)
    create_functions(emulator, table, made, data_api_url=data_api_url, code=code, variables=variables)
    return Resources(emulator, table, queue_urls, create_http_api(emulator, sign_in))
