"""A draft of two passages, and its narration."""

from functions.shared.narration.claims import Claim, Direction, Passage
from functions.shared.narration.model_narrator import ModelNarrator
from functions.shared.narration.passages import Draft, Narrative

DRAFT = Draft(
    {
        "summary": Passage(
            "Executive summary",
            [
                Claim("your portfolio is worth **$301,580**", "portfolio", "value", value="$301,580"),
                Claim("stocks make up 85% of it", "stocks", "share", value="85%"),
            ],
        ),
        "advice_1": Passage(
            "Recommendation",
            [
                Claim("reduce TSLA by about $4,606", "TSLA", "trade", Direction.ACTION, "$4,606"),
                Claim("it is then 10% of the portfolio", "TSLA", "share", value="10%"),
            ],
        ),
    }
)


OURS = {key: passage.render(passage.template) for key, passage in DRAFT.passages.items()}


def narrate(narrator: ModelNarrator, draft: Draft = DRAFT) -> Narrative:
    return narrator.narrate(draft, lambda _fraction, _message: None)
