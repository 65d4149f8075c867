"""What a running local stack tells of itself."""

from pydantic import BaseModel


class StackInfo(BaseModel):
    """What a program needs to use a running stack; `stack.json` in the state folder while it runs.

    The tokens are those of two development users. `pid` is the process that SIGTERM stops it all with.
    """

    api_url: str
    token: str
    token_other_user: str
    data_api_url: str
    aws_endpoint_url: str
    converse_url: str | None = None
    """The stand-in for a language model, where the stack has one."""
    cluster_arn: str
    secret_arn: str
    database: str
    region: str
    pid: int
