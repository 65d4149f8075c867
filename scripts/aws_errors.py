"""Turns AWS errors, and failures to reach AWS, into sentences for the user of a script."""

from __future__ import annotations

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
)

_SIGN_IN = "sign in with the AWS CLI, or set AWS_PROFILE"
NO_CREDENTIALS = f"There are no AWS credentials: {_SIGN_IN}."
NO_REGION = "There is no AWS region: pass --region, or set AWS_REGION."
_BAD_CREDENTIALS = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
_NOT_THERE = frozenset({"ResourceNotFoundException", "AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"})


def code_of(error: BotoCoreError | ClientError) -> str:
    """Return AWS's error code, or an empty string if AWS was not reached."""
    return str(error.response["Error"]["Code"]) if isinstance(error, ClientError) else ""


def in_words(error: BotoCoreError | ClientError) -> str:
    """Return the cause and a suggestion."""
    if isinstance(error, NoCredentialsError):
        return NO_CREDENTIALS
    if isinstance(error, NoRegionError):
        return NO_REGION
    if isinstance(error, EndpointConnectionError | ConnectTimeoutError):
        return f"{error.kwargs['endpoint_url']} can't be reached. Is that the right region or endpoint?"
    if code_of(error) in _BAD_CREDENTIALS:
        return f"AWS rejects the credentials ({code_of(error)}): {_SIGN_IN}."
    if code_of(error) in _NOT_THERE:
        return f"{str(error).rstrip('.')}. Is that the right --region and --name-prefix?"
    return f"{error}"
