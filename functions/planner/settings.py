"""The planner's environment."""

from typing import Literal, Self

from pydantic import Field, model_validator

from functions.planner.lease import LEASE_S
from functions.shared.settings import NAME_PREFIX_PATTERN, Settings


class PlannerSettings(Settings):
    """`agent_timeout_s`: the longest timeout of the functions that the planner invokes. `agent_model_id`: the model
    that writes their texts; its past runs determine the estimates.

    `price_source`: none, or fmp for Financial Modeling Prep at `price_source_url`, with the key in
    `price_secret_arn`.
    """

    name_prefix: str = Field(pattern=NAME_PREFIX_PATTERN)
    lease_s: float = Field(default=LEASE_S, gt=0)
    agent_timeout_s: float = Field(gt=0)
    agent_model_id: str | None = None
    enable_progress_tracking: bool = False
    mock_lambdas: bool = False
    price_source: Literal["none", "fmp"] = "none"
    price_source_url: str = Field(
        default="https://financialmodelingprep.com/stable/batch-quote", pattern=r"^https?://[^/?#]+/[^?#]*$"
    )
    price_secret_arn: str = ""

    @model_validator(mode="after")
    def _has_a_key(self) -> Self:
        if self.price_source != "none" and not self.price_secret_arn:
            raise ValueError("PRICE_SECRET_ARN names the secret with the key of the price source")
        return self
