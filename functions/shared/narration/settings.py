"""The model that writes the texts, set for each function with `uses: [model]`. Without one, templates are used."""

from decimal import Decimal

from pydantic import Field, field_validator

from functions.shared.narration.structure import Output
from functions.shared.settings import Settings

MODEL_ID_PATTERN = r"^([a-z0-9-]+\.)?[a-z0-9-]+\.[A-Za-z0-9.:_-]+$"


class ModelSettings(Settings):
    """`model_price` is in US dollars per million input and output tokens, such as `0.80/3.20`; see model_prices.py."""

    bedrock_model_id: str | None = Field(default=None, pattern=MODEL_ID_PATTERN)
    bedrock_region: str | None = None
    """Defaults to the function's region."""
    model_price: tuple[Decimal, Decimal] | None = None
    model_silence_s: float = Field(default=20, gt=0)
    """A model is abandoned after this many seconds of silence."""
    model_time_limit_s: float = Field(default=90, gt=0)
    """The maximum time for writing a section, within the function's own time limit."""
    model_output: Output | None = None
    """How the model is made to respond with JSON. Defaults to the strictest way that its family supports."""
    model_temperature: float = Field(default=0.2, ge=0, le=2)
    """Low, so that the same claims get similar words."""

    @field_validator("model_price", mode="before")
    @classmethod
    def _both(cls, price: object) -> object:
        return price.split("/") if isinstance(price, str) else price
