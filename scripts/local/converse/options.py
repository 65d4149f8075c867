"""Options for scripts: what writes the text of the reports."""

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from typing import Literal

#: Tokens per second, typical of models on Bedrock.
PACE = 30.0


@dataclass(frozen=True)
class LocalModel:
    """A model of the local stack: the stand-in, at `pace` tokens per second (0: without delay), or SmolLM2."""

    name: Literal["stub", "smollm2"] = "stub"
    pace: float = 0


def add_model_options(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--model",
        choices=["stub", "smollm2"],
        default="stub",
        help="a stand-in for a language model, or a real one of 135 million parameters, which needs "
        "`uv run --group model` [%(default)s]",
    )
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


def local_model(options: Namespace) -> LocalModel | None:
    """Return the `model` argument for LocalStack."""
    return None if options.templates else LocalModel(options.model, options.pace)


def words_by(model: LocalModel | None) -> str:
    """Return a sentence for the user of the script."""
    if model is None:
        return "The texts are written from templates."
    if model.name == "smollm2":
        return "SmolLM2-135M-Instruct phrases the texts, on this machine. It needs a minute or two."
    return "A stand-in for a language model phrases the texts, at a model's pace. --templates is faster."
