"""Which model words the texts, what each function with `uses: [model]` is given. Without one, templates do."""

from decimal import Decimal

from pydantic import Field, field_validator

from functions.shared.settings import Settings

MODEL_ID_PATTERN = r"^([a-z0-9-]+\.)?[a-z0-9-]+\.[A-Za-z0-9.:_-]+$"


class ModelSettings(Settings):
    """`model_price` is in US dollars for a million tokens, of input and of output, as `0.80/3.20`; see prices."""

    bedrock_model_id: str | None = Field(default=None, pattern=MODEL_ID_PATTERN)
    bedrock_region: str | None = None
    """The function's own, where it is not set."""
    model_price: tuple[Decimal, Decimal] | None = None
    model_silence_s: float = Field(default=20, gt=0)
    """After so long without a word from it, a model is given up."""
    model_patience_s: float = Field(default=90, gt=0)
    """What the wording of a section may take in all, as far as the function's own time allows."""

    @field_validator("model_price", mode="before")
    @classmethod
    def _both(cls, price: object) -> object:
        return price.split("/") if isinstance(price, str) else price
