"""Updates the code of deployed functions."""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoRegionError, WaiterError

from scripts.aws_errors import code_of, in_words
from scripts.packaging.build import Built
from scripts.packaging.errors import PackagingError
from scripts.packaging.target import Target

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_lambda.literals import ArchitectureType


class Deployment:
    """The functions `<prefix>-<name>` in an AWS account and region, or at AWS_ENDPOINT_URL."""

    def __init__(self, prefix: str, region: str | None = None) -> None:
        """Raises PackagingError if the region is missing or invalid."""
        self.prefix = prefix
        region = region or os.environ.get("AWS_REGION")  # the AWS CLI reads it, boto3 does not
        try:
            session = boto3.Session(region_name=region)  # not the process's, which may hold others' credentials
            self._client: LambdaClient = session.client("lambda", config=Config(connect_timeout=10))
        except NoRegionError as error:
            raise PackagingError(in_words(error)) from None
        except (BotoCoreError, ValueError) as error:
            raise PackagingError(f"{error}") from None

    def update(self, built: Built, target: Target) -> bool:
        """Update the function's code and wait until it is active. Returns False if nothing changed. Safe to repeat.

        Raises PackagingError.
        """
        name = f"{self.prefix}-{built.function.name}"
        try:
            return self._update(name, built, target)
        except WaiterError as error:
            raise PackagingError(f"{name} could not be updated: {error.last_response}") from None
        except (BotoCoreError, ClientError) as error:
            raise PackagingError(self._sentence(name, error)) from None

    def _update(self, name: str, built: Built, target: Target) -> bool:
        deployed = self._client.get_function_configuration(FunctionName=name)
        arch: ArchitectureType = deployed.get("Architectures", ["x86_64"])[0]
        if arch != target.arch:
            raise PackagingError(f"{name} runs on {arch}, the zip is for {target.arch}: build with --arch {arch}.")
        code = built.zip_file.read_bytes()
        if deployed["CodeSha256"] == base64.b64encode(bytes.fromhex(built.record.sha256)).decode():
            return False
        self._client.update_function_code(FunctionName=name, ZipFile=code)
        self._client.get_waiter("function_updated_v2").wait(
            FunctionName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 120}
        )
        return True

    def _sentence(self, name: str, error: BotoCoreError | ClientError) -> str:
        if code_of(error) == "ResourceNotFoundException":
            place = f"{self._client.meta.endpoint_url} ({self._client.meta.region_name})"
            return (
                f"There is no function {name} at {place}: another --region or --prefix? "
                "Functions are created by `terraform apply`."
            )
        if code_of(error) == "ResourceConflictException":
            return f"{name} is being changed by someone else: try again when that is done."
        return in_words(error)
