"""The language model that a benchmark measures: a small one on this machine, or the operator's own on Bedrock."""

from __future__ import annotations

import os
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from functions.shared.observability import logger
from scripts.local.converse.options import LocalModel
from scripts.local.converse_child import ConverseChild
from scripts.local.processes import Registry


def add_model_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--aws", action="store_true", help="call a model on Amazon Bedrock, which costs money")
    parser.add_argument("--model-id", help="the model or inference profile, with --aws")
    parser.add_argument("--region", default=os.environ.get("AWS_REGION"), help="with --aws [AWS_REGION]")
    parser.add_argument("--price", help="US dollars per million tokens in and out, as 0.80/3.20 [the list price]")


def checked(parser: ArgumentParser, options: Namespace) -> Namespace:
    """Exit with a usage error if the model's arguments contradict each other."""
    if options.aws != bool(options.model_id):
        parser.error("--aws and --model-id belong together")
    return options


@contextmanager
def running_model(options: Namespace) -> Iterator[Mapping[str, object]]:
    """Yield the settings of the model, which runs meanwhile if it is the local one. Raises ChildFailed."""
    logger.setLevel("ERROR")  # figures are printed instead
    if options.aws:
        print(f"{options.model_id} on Amazon Bedrock in {options.region or 'the default region'}: calls cost money.")
        yield {"bedrock_model_id": options.model_id, "bedrock_region": options.region, "model_price": options.price}
        return
    with tempfile.TemporaryDirectory() as folder:
        registry, log = Registry(Path(folder) / "processes.json"), Path(folder) / "converse.log"
        child = ConverseChild(LocalModel("smollm2"), registry=registry, log=log)
        child.start()
        try:
            os.environ |= {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
            os.environ["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"] = child.url
            print("SmolLM2-135M-Instruct on this machine: no call leaves it.")
            settings = {name.lower(): value for name, value in child.settings.items()}
            yield {**settings, "bedrock_model_id": child.model_id, "bedrock_region": "us-east-1"}
        finally:
            child.stop()
