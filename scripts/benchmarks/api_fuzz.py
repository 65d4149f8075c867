"""Cases made from the OpenAPI document by schemathesis, sent to the local stack as a signed-in user.

Prints how many cases were sent and in which phase, the answers by status, and each failed check. Exits with 1 if any
failed. What a failed check means: https://schemathesis.readthedocs.io/en/stable/reference/checks/.
"""

import json
import re
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import schemathesis
from hypothesis import strategies
from hypothesis.strategies import SearchStrategy
from schemathesis.engine import events, from_schema

from functions.api.text import FORMAT, visible
from scripts.local.temporary import temporary_stack
from scripts.program import run

Case = schemathesis.Case[Any]

_HEADER = ("account", "symbol", "quantity", "price")
_KEY = re.compile(r"[\x20-\x7e]{1,255}")
_NONE = object()
_NO_PRICE = {"POST": (None, _NONE), "PUT": (_NONE,)}
"""A new position's price may be null, a change of it not."""
_SYMBOLS = strategies.sampled_from(["VTI", "BND", "VXUS", "AAPL", "NOBODY-KNOWS"])


@dataclass
class Outcome:
    """Of one run. `failures` says of each failed check what was sent and why it failed."""

    cases: Counter[str] = field(default_factory=Counter)
    """By phase."""
    statuses: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        phases = ", ".join(f"{name} {count:,}" for name, count in sorted(self.cases.items()))
        statuses = ", ".join(f"{status}: {count:,}" for status, count in sorted(self.statuses.items()))
        return f"{self.cases.total():,} cases ({phases})\nanswers {statuses}\n{len(self.failures)} failures"


def fuzz(
    api_url: str, token: str, *, seed: int, examples: int, phases: Collection[str] = ("coverage", "fuzzing", "stateful")
) -> Outcome:
    """Every check; `examples` bounds the cases that are drawn for an operation.

    (There is a phase for the document's examples too: it has none.)
    """
    outcome = Outcome()
    config = _config(token, seed, examples, phases)
    schema = schemathesis.openapi.from_url(f"{api_url}/openapi.json", config=config)
    for media_type in ("text/csv", "application/octet-stream"):
        schemathesis.openapi.media_type(media_type, _files())
    schemathesis.openapi.format(FORMAT, _visible_texts())
    schema.hook(map_case)
    for event in from_schema(schema).execute():
        match event:
            case events.ScenarioFinished():
                _note(event, outcome)
            case events.NonFatalError():
                outcome.failures.append(f"{event.label}: {event.value!r}")
            case events.FatalError():
                raise event.exception
    return outcome


def _config(token: str, seed: int, examples: int, phases: Collection[str]) -> schemathesis.Config:
    return schemathesis.Config.from_dict(
        {
            "seed": seed,
            "workers": 1,
            "continue-on-failure": True,
            "phases": {name: {"enabled": name in phases} for name in ("examples", "coverage", "fuzzing", "stateful")},
            "auth": {"openapi": {"token": {"bearer": token}}},
            # No schema can forbid NUL in every text of `options`; PostgreSQL does.
            "generation": {"max-examples": examples, "database": "none", "allow-x00": False},
            # It holds that what was made is there until it is deleted itself. Here a position goes with its account,
            # and all with the user or an import; and a position can't be moved to an account that is not there.
            "checks": {"ensure_resource_availability": {"enabled": False}},
        }
    )


def _note(scenario: events.ScenarioFinished, outcome: Outcome) -> None:
    recorder = scenario.recorder
    outcome.cases[scenario.phase.value] += len(recorder.cases)
    for interaction in recorder.interactions.values():
        if interaction.response is not None:
            outcome.statuses[interaction.response.status_code] += 1
    for case_id, checks in recorder.checks.items():
        for check in checks:
            if check.failure_info is not None:
                sent = recorder.cases[case_id].value.as_curl_command()
                outcome.failures.append(f"{check.failure_info.failure}\n{sent}")


def _files() -> SearchStrategy[bytes]:
    """What a CSV file is no schema says."""
    amount = strategies.decimals("0.000001", 1000, places=6)
    holding = strategies.tuples(strategies.sampled_from(["Roth IRA", "401(k)"]), _SYMBOLS, amount, amount)
    return strategies.lists(holding, min_size=1, max_size=20, unique_by=lambda held: held[:2]).map(
        lambda held: "".join(f"{','.join(map(str, row))}\n" for row in [_HEADER, *held]).encode()
    )


def _visible_texts() -> SearchStrategy[str]:
    seen = strategies.characters(exclude_categories=["C", "Z"], max_codepoint=0x2FF)
    return strategies.text(seen | strategies.sampled_from(" \N{BANK}\N{EN DASH}"), min_size=1, max_size=100).filter(
        str.strip
    )


def map_case(context: schemathesis.HookContext, case: Case) -> Case:  # noqa: ARG001 -- the hook's signature
    """Keeps what a schema can't say. Nothing here makes a body valid that is not.

    Targets sum to 100, options are visible text, a symbol that the reference data may not know has a price, and a key
    is not used again with another body.
    """
    if (key := case.headers.get("Idempotency-Key")) and _KEY.fullmatch(str(key)):
        case.headers["Idempotency-Key"] = sha256(repr((key, case.body)).encode()).hexdigest()
    if isinstance(case.body, dict):
        for name in ("asset_class_targets", "region_targets"):
            if name in case.body:
                case.body[name] = _summing_to_100(case.body[name])
        if isinstance(case.body.get("symbol"), str) and case.body.get("price", _NONE) in _NO_PRICE.get(case.method, ()):
            case.body["price"] = 1
        if isinstance(case.body.get("options"), dict) and not _is_visible(case.body["options"]):
            case.body["options"] = {}
    return case


def _is_visible(options: Any) -> bool:
    try:
        visible(json.dumps(options, ensure_ascii=False))
    except ValueError:
        return False
    return True


def _summing_to_100(targets: Any) -> Any:
    if not isinstance(targets, dict) or not targets or not all(map(_is_share, targets.values())):
        return targets
    total = sum(targets.values()) or 1
    first, *others = targets
    shares = {key: int(100 * targets[key] / total) for key in others}
    return {first: 100 - sum(shares.values()), **shares}


def _is_share(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and 0 <= value <= 100 and round(value, 3) == value


def main() -> int:
    """0 when every check of every case passed."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3], help="one run for each [1 2 3]")
    parser.add_argument("--examples", type=int, default=100, help="cases drawn for an operation at most [100]")
    arguments = parser.parse_args()
    failures = 0
    with temporary_stack(environment={"planner": {"MOCK_LAMBDAS": "true"}}) as stack:
        for seed in arguments.seeds:
            outcome = fuzz(stack.info.api_url, stack.info.token, seed=seed, examples=arguments.examples)
            print(f"seed {seed}: {outcome}", *outcome.failures, sep="\n\n", flush=True)
            failures += len(outcome.failures)
    return 1 if failures else 0


if __name__ == "__main__":
    run(main)
