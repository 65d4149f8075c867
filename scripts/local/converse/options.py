"""Options for scripts: whether a stand-in for a language model or templates write the texts."""

from argparse import ArgumentParser, Namespace

#: Tokens per second, typical of models on Bedrock.
PACE = 30.0


def add_model_options(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--pace",
        type=float,
        default=PACE,
        metavar="TOKENS",
        help="tokens per second of the model stand-in; 0 for no delay [%(default)s]",
    )
    parser.add_argument(
        "--templates", action="store_true", help="write texts from templates instead of the model stand-in"
    )


def model_pace(options: Namespace) -> float | None:
    """Return the `model_pace` of LocalStack."""
    return None if options.templates else options.pace


def words_by(pace: float | None) -> str:
    """Return a sentence for the user of the script."""
    if pace is None:
        return "Templates word the texts."
    return (
        "A stand-in for a language model words the texts, at a model's pace and from our own facts. "
        "Pass --templates to skip it."
    )
