"""Measures the CPU time of reading or rejecting the most expensive known portfolio files of 1 MB (import_files.py).

Each file is processed in this process, from its bytes to the parameter of the import's statement. Budget: 1 s each.
"""

import time
from argparse import ArgumentParser

from functions.api.portfolio_csv import UnreadableCsv, parse_portfolio_csv
from functions.api.repositories.portfolio import import_document
from scripts.arguments import at_least
from scripts.benchmarks.import_files import FILES
from scripts.cli import run

BUDGET_S = 1.0


def main() -> int:
    """Return 0 if every file is within the budget, otherwise 1."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=at_least(1), default=3, help="runs of each file; the fastest counts [3]")
    arguments = parser.parse_args()
    parse_portfolio_csv(b"account,symbol,quantity,price\nA,VTI,1,1\n")  # patterns compile on first use
    measured = {}
    for name, make in FILES.items():
        body = make()
        measured[name] = min(_cpu_s(body) for _ in range(arguments.runs))
    for name, (seconds, outcome) in sorted(measured.items(), key=lambda item: -item[1][0]):
        print(f"{name:40}{seconds:7.3f} s  {outcome[:110]}")
    slowest = max(seconds for seconds, _ in measured.values())
    print(f"{len(measured)} files of 1 MB: at most {slowest:.3f} s of CPU, budget {BUDGET_S} s")
    return 0 if slowest < BUDGET_S else 1


def _cpu_s(body: bytes) -> tuple[float, str]:
    started = time.process_time()
    try:
        portfolio = parse_portfolio_csv(body)
        import_document(portfolio)
        outcome = f"accepted, {len(portfolio.accounts)} accounts"
    except UnreadableCsv as error:
        outcome = error.errors[0].message
    return time.process_time() - started, outcome


if __name__ == "__main__":
    run(main)
