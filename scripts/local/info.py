"""The description of a running local stack."""

from pydantic import BaseModel


class StackInfo(BaseModel):
    """Settings for programs that use a running stack; `stack.json` in the state folder while it runs.

    The tokens belong to two development users. SIGTERM to the process `pid` stops the stack.
    """

    api_url: str
    token: str
    token_other_user: str
    data_api_url: str
    aws_endpoint_url: str
    converse_url: str | None = None
    """The stand-in for a language model, if the stack has one."""
    cluster_arn: str
    secret_arn: str
    database: str
    region: str
    log_folder: str
    """The functions' lines as they are written, one file per function; the emulator publishes them only later."""
    pid: int
