"""How a script is told who words the texts: the stand-in for a language model, or templates."""

from argparse import ArgumentParser, Namespace

#: Tokens a second, as models on Bedrock say them.
_PACE = 30.0


def add_model_options(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--pace",
        type=float,
        default=_PACE,
        metavar="TOKENS",
        help="a second, at which the stand-in for a language model words the texts; 0: at once (%(default)s)",
    )
    parser.add_argument("--templates", action="store_true", help="no stand-in for a model: templates word the texts")


def model_pace(options: Namespace) -> float | None:
    """For LocalStack."""
    return None if options.templates else options.pace


def words_by(pace: float | None) -> str:
    """Whose words the texts have, for whoever runs the script."""
    if pace is None:
        return "Texts are worded by templates."
    return (
        "Texts are worded by a stand-in for a language model, which says our own facts again at a model's pace; "
        "--templates goes without."
    )
