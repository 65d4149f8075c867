"""Selects the deployment that a script works on, and connects to its parts.

The deployment that the arguments name; otherwise the local stack, if it runs; otherwise the one in Terraform's state.
"""

import os
import sys
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

import boto3
import psutil
from botocore.exceptions import NoRegionError
from pydantic import BaseModel

from functions.shared.database import Database
from functions.shared.database.transport import Credentials, SignedTransport
from functions.shared.observability import logger
from functions.shared.settings import DatabaseSettings
from scripts.aws_errors import NO_CREDENTIALS, NO_REGION
from scripts.deploying.terraform import Terraform, TerraformError, is_initialized
from scripts.local.info import StackInfo
from scripts.manifest import NAME_PREFIX, ROOT

_STACK_FILE = ROOT / ".local" / "stack.json"
TERRAFORM = ROOT / "terraform"
#: Resuming takes 15 to 40 s.
_RETRY_BUDGET_S = 90
NEXT_STEPS = "terraform -chdir=terraform output -raw next_steps"


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
            raise Unknown("Which database? Start the local stack, or give --cluster-arn and --secret-arn.")
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
            raise Unknown("Which API? Start the local stack with scripts/start_dev_server.py, or give --api-url.")
        if not self.token:
            raise Unknown(f"Give a JWT to sign in with: --token. `{NEXT_STEPS}` tells how to get one.")
        return self.api_url, self.token


class _Waiting:
    """Sleeps, and prints the reason once. Raises Unknown on Ctrl-C."""

    def __init__(self) -> None:
        self._is_told = False

    def __call__(self, seconds: float) -> None:
        if not self._is_told:
            print(f"The database can't answer yet: waiting for up to {_RETRY_BUDGET_S} s.", file=sys.stderr)
        self._is_told = True
        try:
            time.sleep(seconds)
        except KeyboardInterrupt:
            raise Unknown("Stopped waiting for the database.") from None


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments that `find` uses to select a deployment."""
    group = parser.add_argument_group(
        "deployment", "the local stack if it runs, otherwise what `terraform output` tells; each part can be given"
    )
    group.add_argument("--stack", type=Path, default=_STACK_FILE, help="the local stack's file [.local/stack.json]")
    group.add_argument("--terraform", type=Path, default=TERRAFORM, help="Terraform's folder [terraform]")
    group.add_argument("--aws", action="store_true", help="use the deployment on AWS, even if a local stack is running")
    group.add_argument("--name-prefix", help=f"prefix of every resource's name [{NAME_PREFIX}]")
    group.add_argument("--region", help="the AWS region")
    group.add_argument("--api-url", help="URL of the HTTP API")
    group.add_argument("--token", help="a JWT to sign in with")
    group.add_argument("--cluster-arn", help="ARN of the database cluster")
    group.add_argument("--secret-arn", help="ARN of the secret of the database owner")


def find(arguments: Namespace) -> Deployment:
    """Return the deployment that the arguments name, the local stack, or Terraform's.

    Raises Unknown if Terraform fails, or if the local stack's process no longer exists.
    """
    names = ("name_prefix", "region", "api_url", "token", "cluster_arn", "secret_arn")
    given = {name: value for name in names if (value := getattr(arguments, name)) is not None}
    is_aws = arguments.aws or bool({"api_url", "cluster_arn"} & set(given))
    if not is_aws and arguments.stack.exists():
        stack = StackInfo.model_validate_json(arguments.stack.read_text(encoding="utf-8"))
        if not psutil.pid_exists(stack.pid):
            raise Unknown("The local stack was killed: start it again with scripts/start_dev_server.py, or say --aws.")
        return Deployment.model_validate({**stack.model_dump(), **given})
    if {"api_url", "cluster_arn"} & set(given):
        return Deployment.model_validate(given)
    return _known_to_terraform(arguments.terraform).model_copy(update=given)


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
