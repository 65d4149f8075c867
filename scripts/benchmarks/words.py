"""Measures what a language model writes around claims: passages accepted at once, repaired and replaced, seconds and
tokens, and anything foreign in the accepted ones.

The passages are those of 20 made-up portfolios. `passage_judge` reads the accepted ones, without the product's code.
By default SmolLM2 writes on this machine, one passage per call (--group model). With --aws, your own model on Amazon
Bedrock writes documents of ten passages, and the report and the retirement outlook of the sample portfolio, which costs
money; run it before you set `bedrock_model_id`. Costs follow from list prices, whose sources are in
`functions/shared/narration/model_prices.py`, or from --price.
Budget: nothing foreign in an accepted passage, and at least a third of the passages accepted.
"""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import get_args

from functions.reporter.handler import compute as write_report
from functions.retirement.handler import compute as write_outlook
from functions.shared.agent import Work
from functions.shared.analysis import Step
from functions.shared.narration.bedrock import Model
from functions.shared.narration.model_narrator import ModelNarrator
from functions.shared.narration.passages import Draft, Narrative
from functions.shared.narration.settings import ModelSettings
from functions.shared.narration.structure import Output
from scripts.arguments import at_least
from scripts.benchmarks.measured_model import add_model_arguments, checked, running_model
from scripts.benchmarks.passage_judge import judge
from scripts.cli import run
from scripts.local.processes import ChildFailed
from scripts.packaging.sample import sample_snapshot
from tests.functions.shared.narration.corpus.portfolios import PORTFOLIOS
from tests.functions.shared.narration.corpus.reading import passage_of

LEAST_ACCEPTED = 1 / 3
#: Each round over all passages is less predictable than the one before.
_TEMPERATURES = (0.2, 0.7, 1.0)
_TIME_LIMIT_S = 170.0
_REPORT_EVERY = 10
#: From these shares of accepted passages on, a model is worth its cost, or at least harmless.
_WELL, _PARTLY = 0.9, 0.5


@dataclass
class Tally:
    """The counts of a run. `foreign` has the passages that the judge rejected although they were accepted."""

    sources: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    foreign: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = 0.0

    @property
    def passages(self) -> int:
        return self.sources.total()

    @property
    def accepted(self) -> float:
        """The share of passages whose words are the model's."""
        return (self.sources["model"] + self.sources["repaired"]) / max(1, self.passages)

    def count(self, draft: Draft, words: Narrative, seconds: float) -> None:
        narration = words.narration
        self.sources.update(narration.passages.values())
        self.reasons.update(narration.reasons.values())
        self.seconds.append(seconds)
        self.input_tokens += narration.input_tokens
        self.output_tokens += narration.output_tokens
        if self.cost_usd is not None:
            cost = narration.estimated_cost_usd
            self.cost_usd = None if cost is None else self.cost_usd + cost
        for key, source in narration.passages.items():
            claims = [claim.text.replace("**", "") for claim in draft.passages[key].claims]
            verdict = judge(words[key].replace("**", ""), claims)
            if source != "template" and not verdict.is_clean:
                self.foreign.append(f"{words[key]}\n    {verdict}")


class MeasuredNarrator(ModelNarrator):
    """Lets a model write, and counts what it writes."""

    def __init__(self, settings: Mapping[str, object], tally: Tally) -> None:
        super().__init__(Model(ModelSettings.model_validate(settings), lambda: _TIME_LIMIT_S))
        self._tally = tally

    def narrate(self, draft: Draft, step: Step) -> Narrative:
        started = time.monotonic()
        words = super().narrate(draft, step)
        self._tally.count(draft, words, time.monotonic() - started)
        return words


def main() -> int:
    """Return 0 if the budget is met, 1 if not, 2 if the model could not start."""
    options, tally, report = _options(), Tally(), Tally()
    try:
        with running_model(options) as settings:
            _measure(options, settings, tally)
            if options.aws:
                _write_report(settings, report)
    except ChildFailed as error:
        print(error)
        return 2
    except KeyboardInterrupt:
        print("Stopped early.")
    if tally.passages:
        _print(tally)
    if report.passages:
        _recommend(tally, report)
    return 0 if not (tally.foreign or report.foreign) and tally.accepted >= LEAST_ACCEPTED else 1


def _options() -> Namespace:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=at_least(1), default=300, help="how many to request [%(default)s]")
    parser.add_argument("--start", type=at_least(0), default=0, help="the first passage, to continue a run [0]")
    parser.add_argument("--minutes", type=float, default=60, help="stop after so long, with fewer passages [60]")
    parser.add_argument("--temperature", type=float, help="of every call [0.2, then 0.7 and 1.0 in further rounds]")
    parser.add_argument("--output", choices=get_args(Output), help="how JSON is enforced [the strictest way]")
    parser.add_argument("--show", action="store_true", help="print every passage")
    add_model_arguments(parser)
    return checked(parser, parser.parse_args())


def _measure(options: Namespace, settings: Mapping[str, object], tally: Tally) -> None:
    """Count passages until there are enough, or time runs out."""
    drafts = _documents() if options.aws else _passages()
    chosen = {"model_output": options.output} if options.output else {}
    number, give_up_at = options.start, time.monotonic() + 60 * options.minutes
    while tally.passages < options.passages and time.monotonic() < give_up_at:
        round_, place = divmod(number, len(drafts))
        temperature = options.temperature
        if temperature is None:
            temperature = _TEMPERATURES[min(round_, len(_TEMPERATURES) - 1)]
        given = {**settings, **chosen, "model_temperature": temperature}
        words = MeasuredNarrator(given, tally).narrate(drafts[place], _ignore)
        if options.show:
            for key, source in words.narration.passages.items():
                print(f"{number} {source}: {words[key]} {words.narration.reasons.get(key, '')}", flush=True)
        if len(tally.seconds) % _REPORT_EVERY == 0:
            print(f"{tally.passages}: {dict(tally.sources)}, foreign: {len(tally.foreign)}", flush=True)
        number += 1


def _write_report(settings: Mapping[str, object], tally: Tally) -> None:
    """Let the model write the sample portfolio's report and retirement outlook, as a job would."""
    snapshot = sample_snapshot()
    for compute in (write_report, write_outlook):
        compute(Work(snapshot, _ignore, MeasuredNarrator(settings, tally)))


def _ignore(_done: float, _message: str) -> None: ...


def _documents() -> Sequence[Draft]:
    """Return a document of ten passages for each portfolio."""
    return [Draft({topic: passage_of(portfolio, topic) for topic in portfolio.claims()}) for portfolio in PORTFOLIOS]


def _passages() -> Sequence[Draft]:
    return [Draft({key: passage}) for document in _documents() for key, passage in document.passages.items()]


def _print(tally: Tally) -> None:
    sources = tally.sources
    print(f"{tally.passages} passages in {len(tally.seconds)} documents")
    for label, source in (("accepted at once", "model"), ("repaired", "repaired"), ("replaced", "template")):
        print(f"  {label:18}{sources[source]:5}  {sources[source] / tally.passages:6.1%}")
    for reason, count in tally.reasons.most_common():
        print(f"    {count:3} because {reason}")
    print(f"  foreign figures, entities or directions in accepted passages: {len(tally.foreign)}")
    for found in tally.foreign:
        print(f"    {found}")
    print(f"  seconds a document: median {median(tally.seconds):.1f}, total {sum(tally.seconds):.0f}")
    print(f"  tokens: {tally.input_tokens:,} in, {tally.output_tokens:,} out")


def _recommend(tally: Tally, report: Tally) -> None:
    cost = "unknown price; pass --price" if report.cost_usd is None else f"${report.cost_usd:.4f}"
    words = report.sources["model"] + report.sources["repaired"]
    accepted = min(tally.accepted, report.accepted)
    print(f"the sample's report and outlook: {words} of {report.passages} passages have the model's words")
    print(f"  foreign figures, entities or directions in them: {len(report.foreign)}")
    for found in report.foreign:
        print(f"    {found}")
    print(f"  time: {max(report.seconds):.1f} s, because a job writes both at once; cost: {cost}")
    if tally.foreign or report.foreign:
        print("Do not use this model: foreign statements were accepted. Please report them as a bug.")
    elif accepted >= _WELL:
        print("Recommended: nearly every passage has the model's words.")
    elif accepted >= _PARTLY:
        print("Usable: templates replace some passages. A more capable model would write more of the report.")
    else:
        print("Not worth its cost: templates replace most passages.")


if __name__ == "__main__":
    run(main)
