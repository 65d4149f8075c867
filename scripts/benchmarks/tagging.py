"""Measures how 100 known holdings are classified: by the rules, by a language model, and by both, as a job does it.

Prints the shares of holdings that are classified at all, and of those with the right type, largest asset class, region
and sector. There is no budget: a wrong classification is the model's. By default SmolLM2 runs on this machine
(--group model); with --aws, your own model on Amazon Bedrock, which costs money. --rules needs no model.
"""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from functions.shared import classification_rules
from functions.shared.narration.bedrock import Model
from functions.shared.narration.settings import ModelSettings
from functions.shared.portfolio import Instrument
from functions.shared.tasks import TaggerTask
from functions.tagger.classify import classify
from scripts.arguments import at_least
from scripts.benchmarks.known_holdings import known_holdings
from scripts.benchmarks.measured_model import add_model_arguments, checked, running_model
from scripts.cli import run
from scripts.local.processes import ChildFailed

_TIME_LIMIT_S = 170.0
#: Symbols in one call: a model on Bedrock gets as many as in a job, the local one a single one.
_IN_A_CALL = 20
_COLUMNS = ("classified", "type", "asset class", "region", "sector")


def main() -> int:
    """Return 0, or 2 if the model could not start."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--instruments", type=at_least(1), default=100, help="how many to classify [%(default)s]")
    parser.add_argument("--rules", action="store_true", help="measure the rules only, without a model")
    parser.add_argument("--show", action="store_true", help="print every classification")
    add_model_arguments(parser)
    options = checked(parser, parser.parse_args())
    asked = known_holdings(options.instruments)
    ruled = [classification_rules.classify(truth.symbol, truth.name) or _unclassified(truth) for truth in asked]
    by_writer = {"rules": ruled}
    if not options.rules:
        started = time.monotonic()
        try:
            with running_model(options) as settings:
                size = _IN_A_CALL if options.aws else 1
                modeled = [found for part in _parts(asked, size) for found in _by_model(part, settings, options.show)]
        except ChildFailed as error:
            print(error)
            return 2
        print(f"{len(asked)} instruments in {time.monotonic() - started:.0f} s")
        both = zip(ruled, modeled, strict=True)
        by_writer |= {
            "model": modeled,
            "rules, then model": [model if rule.is_unclassified else rule for rule, model in both],
        }
    print(f"{len(asked)} instruments{'':10}{''.join(f'{column:>13}' for column in _COLUMNS)}")
    for writer, found in by_writer.items():
        print(f"  {writer:23}{''.join(f'{count:13}' for count in _right(asked, found))}")
    return 0


def _parts(asked: Sequence[Instrument], size: int) -> Iterator[Sequence[Instrument]]:
    return (asked[place : place + size] for place in range(0, len(asked), size))


def _by_model(asked: Sequence[Instrument], settings: Mapping[str, object], is_shown: bool) -> Sequence[Instrument]:
    names = {instrument.symbol: instrument.name for instrument in asked}
    task = TaggerTask(job_id=UUID(int=1), attempt=1, symbols=tuple(names), names=names)
    answer = classify(task, Model(ModelSettings.model_validate(settings), lambda: _TIME_LIMIT_S))
    if is_shown:
        for found in answer.instruments:
            print(found.symbol, found.name, *_facts(found), sep=" | ", flush=True)
    return answer.instruments


def _unclassified(truth: Instrument) -> Instrument:
    return Instrument.unclassified(truth.symbol, truth.name)


def _right(asked: Sequence[Instrument], found: Sequence[Instrument]) -> list[int]:
    """Count the classified holdings and the correct fields, in the order of the columns."""
    pairs = [pair for pair in zip(asked, found, strict=True) if not pair[1].is_unclassified]
    right = ([one == other for one, other in zip(_facts(truth), _facts(each), strict=True)] for truth, each in pairs)
    return [len(pairs), *(sum(facts) for facts in zip(*right, strict=True))]


def _facts(instrument: Instrument) -> tuple[str, ...]:
    """Return the type, and the largest asset class, region and sector."""
    allocations: tuple[Mapping[Any, Decimal], ...] = (
        instrument.allocation_asset_class,
        instrument.allocation_regions,
        instrument.allocation_sectors,
    )
    return (instrument.instrument_type, *(str(max(parts, key=lambda key: parts[key])) for parts in allocations))


if __name__ == "__main__":
    run(main)
