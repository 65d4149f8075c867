"""The planner's environment."""

from pydantic import Field

from functions.shared.settings import NAME_PREFIX_PATTERN, DatabaseSettings, LeaseSettings


class PlannerSettings(DatabaseSettings, LeaseSettings):
    """`agent_timeout_s`: the longest timeout among the functions that the planner invokes."""

    name_prefix: str = Field(pattern=NAME_PREFIX_PATTERN)
    agent_timeout_s: float = Field(gt=0)
    enable_progress_tracking: bool = False
    mock_lambdas: bool = False
