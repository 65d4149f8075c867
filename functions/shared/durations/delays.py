"""The delays of a step: stored with its section, and shown while the step is slower than usual."""

from pydantic import BaseModel, ConfigDict

#: If the first token takes longer than this, in seconds, the model is named as the cause.
_LONG_SILENCE_S = 5


class Delays(BaseModel):
    """The delays of a step so far. Mutable: the model's client and the planner update it as they work."""

    model_config = ConfigDict(extra="ignore", defer_build=True)

    wait_s: float = 0
    """Seconds before the step could start: the job's time in the queue for setup, refused invocations for an agent."""
    is_cold: bool = False
    """Whether it ran in a new execution environment."""
    refusals: int = 0
    """Invocations that Lambda refused, for example because of a concurrency limit."""
    retries: int = 0
    """Invocations repeated after a crash or an invalid response."""
    throttles: int = 0
    """Calls that the language model throttled."""
    first_token_s: float | None = None
    """Seconds from the latest call of the language model to its first token."""

    @property
    def cause(self) -> str | None:
        """The likeliest cause of a slow step, as a clause; None if nothing was recorded."""
        causes = {
            "it stopped with an error and was started again": self.retries,
            "the language model was busy": self.throttles,
            "no server was free": self.refusals,
            "the language model took long to start writing": (self.first_token_s or 0) > _LONG_SILENCE_S,
            "a new server had to start": self.is_cold,
        }
        return next((cause for cause, has_occurred in causes.items() if has_occurred), None)
