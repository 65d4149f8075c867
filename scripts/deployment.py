"""Selects the deployment that a script works on, and connects to its parts.

The local stack, unless `--aws` or ALEX_TARGET=aws selects the deployment on AWS: the one that the arguments name,
otherwise the one in Terraform's state. Every script names its deployment before it acts.
"""

import os
import sys
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

import boto3
import psutil
from botocore.exceptions import BotoCoreError, ClientError, NoRegionError
from pydantic import BaseModel

from functions.shared.database import Database
from functions.shared.database.settings import DatabaseSettings
from functions.shared.database.transport import Credentials, SignedTransport
from functions.shared.observability import logger
from scripts.aws_errors import NO_CREDENTIALS, NO_REGION, in_words
from scripts.deploying.terraform import Terraform, TerraformError, is_initialized
from scripts.local.emulator import ACCOUNT
from scripts.local.info import StackInfo
from scripts.manifest import NAME_PREFIX, ROOT

_STACK_FILE = ROOT / ".local" / "stack.json"
TERRAFORM = ROOT / "terraform"
#: Resuming takes 15 to 40 s.
_RETRY_BUDGET_S = 90
NEXT_STEPS = "terraform -chdir=terraform output -raw next_steps"
TARGET = "ALEX_TARGET"
_NO_STACK = (
    "The local stack is {state}. Start it with scripts/start_dev_server.py, or add --aws for the deployment on AWS."
)


class Unknown(SystemExit):
    """A required setting is unknown. The message states how to provide it."""


class Deployment(BaseModel):
    """The known settings of a deployment. Endpoints are None on AWS itself."""

    name_prefix: str = NAME_PREFIX
    region: str | None = None
    api_url: str | None = None
    token: str | None = None
    cluster_arn: str | None = None
    secret_arn: str | None = None
    """The secret of the database's owner."""
    database: str = "alex"
    jwt_issuer: str | None = None
    user_pool_id: str | None = None
    operators_client_id: str | None = None
    bedrock_model_id: str | None = None
    bedrock_model_arn: str | None = None
    aws_endpoint_url: str | None = None
    data_api_url: str | None = None
    log_folder: Path | None = None
    """Where the local functions write their lines; None on AWS."""

    def target(self) -> str:
        """Return the deployment in one line. Asks AWS for the account if no ARN contains it. Raises Unknown."""
        if self.aws_endpoint_url:
            return f"Local stack at {self.api_url} (account {ACCOUNT}, {self.region})"
        region, account = self.cluster_arn.split(":")[3:5] if self.cluster_arn else (self.region, None)
        if account is None and self.api_url:
            return f"API at {self.api_url}"
        if account is None:
            try:
                account = self.client("sts").get_caller_identity()["Account"]
            except (BotoCoreError, ClientError) as error:
                raise Unknown(in_words(error)) from None
        return f"AWS account {account}, {region or self.session().region_name} ({self.name_prefix})"

    def function(self, name: str) -> str:
        """Return the name of the Lambda function for a row of the manifest."""
        return f"{self.name_prefix}-{name}"

    def session(self) -> boto3.Session:
        """Return a session with AWS or the local stack. Raises Unknown without credentials or region."""
        if self.aws_endpoint_url:
            return boto3.Session("local", "local", region_name=self.region)
        session = boto3.Session(region_name=self.region or os.environ.get("AWS_REGION"))  # boto3 ignores AWS_REGION
        if session.get_credentials() is None:
            raise Unknown(NO_CREDENTIALS)
        return session

    def client(self, service: str) -> Any:
        """Return a boto3 client. Raises Unknown like `session`."""
        try:
            return self.session().client(service, endpoint_url=self.aws_endpoint_url)
        except NoRegionError:
            raise Unknown(NO_REGION) from None

    def connect(self) -> Database:
        """Connect to the database as its owner; statements wait while it resumes. Raises Unknown."""
        if not self.cluster_arn or not self.secret_arn:
            raise Unknown(
                "Which database? Nothing is deployed in Terraform's state: pass --cluster-arn and --secret-arn."
            )
        session = self.session()
        signed_in = session.get_credentials()
        if session.region_name is None or signed_in is None:
            raise Unknown(NO_REGION)
        settings = DatabaseSettings(
            db_cluster_arn=self.cluster_arn,
            db_secret_arn=self.secret_arn,
            db_name=self.database,
            aws_region=session.region_name,
            aws_endpoint_url_rds_data=self.data_api_url or os.environ.get("AWS_ENDPOINT_URL_RDS_DATA"),
            aws_endpoint_url=os.environ.get("AWS_ENDPOINT_URL"),
        )
        frozen = signed_in.get_frozen_credentials()
        credentials = Credentials(str(frozen.access_key), str(frozen.secret_key), frozen.token)
        transport = SignedTransport(settings.endpoint_url, settings.aws_region, lambda: credentials)
        logger.setLevel("ERROR")  # the functions' log lines are for machines
        return Database(settings, retry_budget_s=_RETRY_BUDGET_S, transport=transport, sleep=_Waiting())

    def api(self) -> tuple[str, str]:
        """Return the API's URL and a token to sign in with. Raises Unknown."""
        if not self.api_url:
            raise Unknown("Which API? Nothing is deployed in Terraform's state: pass --api-url.")
        if not self.token:
            raise Unknown(f"Pass a JWT to sign in with: --token. `{NEXT_STEPS}` shows how to get one.")
        return self.api_url, self.token


class _Waiting:
    """Sleeps, and prints the reason once. Raises Unknown on Ctrl-C."""

    def __init__(self) -> None:
        self._is_told = False

    def __call__(self, seconds: float) -> None:
        if not self._is_told:
            print(f"The database is not available yet: waiting for up to {_RETRY_BUDGET_S} s.", file=sys.stderr)
        self._is_told = True
        try:
            time.sleep(seconds)
        except KeyboardInterrupt:
            raise Unknown("Stopped waiting for the database.") from None


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments that `find` uses to select a deployment."""
    group = parser.add_argument_group(
        "deployment", "the local stack, or with --aws the one in `terraform output`; each part can be set"
    )
    group.add_argument("--stack", type=Path, default=_STACK_FILE, help="the local stack's file [.local/stack.json]")
    group.add_argument("--terraform", type=Path, default=TERRAFORM, help="Terraform's folder [terraform]")
    group.add_argument("--aws", action="store_true", help=f"use the deployment on AWS, as does {TARGET}=aws")
    group.add_argument("--name-prefix", help=f"prefix of every resource's name [{NAME_PREFIX}]")
    group.add_argument("--region", help="the AWS region")
    group.add_argument("--api-url", help="URL of the HTTP API")
    group.add_argument("--token", help="a JWT to sign in with")
    group.add_argument("--cluster-arn", help="ARN of the database cluster")
    group.add_argument("--secret-arn", help="ARN of the secret of the database owner")


def find(arguments: Namespace) -> Deployment:
    """Return the local stack, or the deployment on AWS that the arguments or Terraform name, and print which it is.

    Raises Unknown if it can't be determined.
    """
    deployment = _find(arguments)
    print(deployment.target(), file=sys.stderr)
    return deployment


def _find(arguments: Namespace) -> Deployment:
    names = ("name_prefix", "region", "api_url", "token", "cluster_arn", "secret_arn")
    given = {name: value for name in names if (value := getattr(arguments, name)) is not None}
    if arguments.aws or os.environ.get(TARGET) == "aws":
        if {"api_url", "cluster_arn"} & set(given):
            return Deployment.model_validate(given)
        return _known_to_terraform(arguments.terraform).model_copy(update=given)
    if {"cluster_arn", "secret_arn"} & set(given):
        raise Unknown("--cluster-arn and --secret-arn name a database on AWS: add --aws.")
    if "api_url" in given:
        return Deployment.model_validate(given)
    if not arguments.stack.exists():
        raise Unknown(_NO_STACK.format(state="not running"))
    stack = StackInfo.model_validate_json(arguments.stack.read_text(encoding="utf-8"))
    if not psutil.pid_exists(stack.pid):
        raise Unknown(_NO_STACK.format(state="gone: its process was killed"))
    return Deployment.model_validate({**stack.model_dump(), **given})


def of_terraform(terraform: Terraform) -> Deployment:
    """Return the last applied deployment, empty if nothing is deployed. Raises TerraformError."""
    outputs = terraform.outputs()
    return Deployment.model_validate({name: outputs[name] for name in Deployment.model_fields if name in outputs})


def _known_to_terraform(folder: Path) -> Deployment:
    """Return the deployment in Terraform's state, empty if there is none. Raises Unknown."""
    if not is_initialized(folder):
        return Deployment()
    try:
        return of_terraform(Terraform(folder))
    except TerraformError as error:
        raise Unknown(str(error)) from None
