"""Measures how a language model classifies instruments of the reference data, as the tagger asks it to.

Printed are the shares of instruments whose type, and whose largest asset class, region and sector are right, and of
those that stay unclassified because the response was invalid or the model does not know them. There is no budget: a
wrong classification is the model's. By default SmolLM2 answers on this machine (--group model); with --aws, your own
model on Amazon Bedrock, which costs money.
"""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from functions.shared.narration.bedrock import Model
from functions.shared.narration.settings import ModelSettings
from functions.shared.portfolio import Instrument
from functions.shared.tasks import TaggerTask
from functions.tagger.classify import classify
from scripts.arguments import at_least
from scripts.benchmarks.measured_model import add_model_arguments, checked, running_model
from scripts.cli import run
from scripts.local.processes import ChildFailed
from tests.seed_instruments import INSTRUMENTS

_TIME_LIMIT_S = 170.0
#: Symbols in one call: a model on Bedrock gets as many as in a job, the local one a single one.
_IN_A_CALL = 20


def main() -> int:
    """Return 0, or 2 if the model could not start."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--instruments", type=at_least(1), default=100, help="how many to classify [%(default)s]")
    add_model_arguments(parser)
    options = checked(parser, parser.parse_args())
    asked = list(INSTRUMENTS.values())[: options.instruments]
    right: Counter[str] = Counter()
    started = time.monotonic()
    try:
        with running_model(options) as settings:
            size = _IN_A_CALL if options.aws else 1
            for place in range(0, len(asked), size):
                right.update(_right(asked[place : place + size], settings))
    except ChildFailed as error:
        print(error)
        return 2
    print(f"{len(asked)} instruments in {time.monotonic() - started:.0f} s")
    for what in ("unclassified", "type", "asset class", "region", "sector"):
        print(f"  {what:14}{right[what]:5}  {right[what] / len(asked):6.1%}")
    return 0


def _right(asked: Sequence[Instrument], settings: Mapping[str, object]) -> Counter[str]:
    """Count what the model gets right."""
    names = {instrument.symbol: instrument.name for instrument in asked}
    task = TaggerTask(job_id=UUID(int=1), attempt=1, symbols=tuple(names), names=names)
    answer = classify(task, Model(ModelSettings.model_validate(settings), lambda: _TIME_LIMIT_S))
    right: Counter[str] = Counter()
    for truth, found in zip(asked, answer.instruments, strict=True):
        if found.is_unclassified:
            right["unclassified"] += 1
            continue
        right["type"] += found.instrument_type is truth.instrument_type
        right["asset class"] += _largest(found.allocation_asset_class) == _largest(truth.allocation_asset_class)
        right["region"] += _largest(found.allocation_regions) == _largest(truth.allocation_regions)
        right["sector"] += _largest(found.allocation_sectors) == _largest(truth.allocation_sectors)
    return right


def _largest(allocation: Mapping[Any, Decimal]) -> str:
    return str(max(allocation.items(), key=lambda part: part[1])[0])


if __name__ == "__main__":
    run(main)
