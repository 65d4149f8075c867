"""What is known of a symbol that the reference data lacks."""

from functions.shared.portfolio import Instrument


def classify(symbol: str) -> Instrument:
    """Nothing can be known of a symbol without a model to ask: it is unclassified, and shown as such, never guessed."""
    return Instrument.unclassified(symbol)
