"""Which deployment a script works on: the local stack's, or one on AWS that the arguments name."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

import boto3

from functions.shared.database import Database
from functions.shared.database.transport import Credentials, SignedTransport
from functions.shared.settings import DatabaseSettings
from scripts.local.info import StackInfo
from scripts.table import ROOT

STACK_FILE = ROOT / ".local" / "stack.json"
_HINT = "Start the local stack with scripts/start_dev_server.py, or name a deployment with"


class Unknown(SystemExit):
    """Nothing says which deployment; the message tells how to."""


def add_database_arguments(parser: ArgumentParser) -> None:
    """The arguments with which `database` finds a database on AWS."""
    parser.add_argument(
        "--stack", type=Path, default=STACK_FILE, help="the local stack's description [.local/stack.json]"
    )
    parser.add_argument("--cluster-arn", help="a database cluster on AWS, in place of the local stack")
    parser.add_argument("--secret-arn", help="the secret to connect with")
    parser.add_argument("--database", default="alex", help="the database's name [alex]")
    parser.add_argument("--region", help="the AWS region [the one your AWS profile names]")


def add_api_arguments(parser: ArgumentParser) -> None:
    """The arguments with which `api` finds an API on AWS."""
    parser.add_argument(
        "--stack", type=Path, default=STACK_FILE, help="the local stack's description [.local/stack.json]"
    )
    parser.add_argument("--api-url", help="an API on AWS, in place of the local stack")
    parser.add_argument("--token", help="the JWT to sign in with")


def database(arguments: Namespace) -> Database:
    """The database of the deployment that the arguments name, waiting up to 90 s for one that resumes.

    Raises Unknown when they name none.
    """
    if not arguments.cluster_arn:
        stack = _local_stack(arguments.stack, "--cluster-arn and --secret-arn")
        settings = DatabaseSettings(
            db_cluster_arn=stack.cluster_arn,
            db_secret_arn=stack.secret_arn,
            db_name=stack.database,
            aws_region=stack.region,
            aws_endpoint_url_rds_data=stack.data_api_url,
        )
        return _connect(settings, Credentials("local", "local"))
    if not arguments.secret_arn:
        raise Unknown("--cluster-arn needs --secret-arn beside it.")
    session = boto3.Session(region_name=arguments.region)
    credentials = session.get_credentials()
    if credentials is None:
        raise Unknown("There are no AWS credentials: sign in with the AWS CLI, or set AWS_PROFILE.")
    if session.region_name is None:
        raise Unknown("There is no AWS region: give --region, or set AWS_REGION.")
    settings = DatabaseSettings(
        db_cluster_arn=arguments.cluster_arn,
        db_secret_arn=arguments.secret_arn,
        db_name=arguments.database,
        aws_region=session.region_name,
    )
    frozen = credentials.get_frozen_credentials()
    return _connect(settings, Credentials(str(frozen.access_key), str(frozen.secret_key), frozen.token))


def api(arguments: Namespace) -> tuple[str, str]:
    """The URL and the token of the API that the arguments name. Raises Unknown when they name none."""
    if arguments.api_url:
        if not arguments.token:
            raise Unknown("--api-url needs --token beside it.")
        return arguments.api_url, arguments.token
    stack = _local_stack(arguments.stack, "--api-url and --token")
    return stack.api_url, stack.token


def _local_stack(file: Path, instead: str) -> StackInfo:
    try:
        return StackInfo.model_validate_json(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Unknown(f"No local stack runs here ({file.name} is not there). {_HINT} {instead}.") from None


def _connect(settings: DatabaseSettings, credentials: Credentials) -> Database:
    transport = SignedTransport(settings.endpoint_url, settings.aws_region, lambda: credentials)
    return Database(settings, patience_s=90, transport=transport)
