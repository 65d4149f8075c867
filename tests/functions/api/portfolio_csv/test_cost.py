"""No file of 1 MB costs more than a bounded number of steps, whether it is read or refused."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from tests.functions.api.portfolio_csv.reading import HEADER, parsed

MEGABYTE = 1_000_000
BROKER = "Account Number,Account Name,Symbol,Description,Quantity,Last Price,Current Value\n"
MOST_CALLS = 1_000_000
"""Calls of Python functions; a second of CPU has room for several million."""


def filled(header: str, *lines: str) -> bytes:
    """A file of 1 MB in which the lines repeat, `{n}` being a number."""
    parts, size, n = [header], len(header), 0
    while size < MEGABYTE:
        parts.append(lines[n % len(lines)].replace("{n}", str(n)))
        size += len(parts[-1])
        n += 1
    return "".join(parts).encode()[:MEGABYTE]


FILES: dict[str, Callable[[], bytes]] = {
    "tab-separated lines": lambda: filled(f"{HEADER}\n".replace(",", "\t"), "A\tVTI\t1\t1\n"),
    "wide notes": lambda: filled(f"{HEADER}\n", "x," * 199 + "\n"),
    "labels": lambda: filled(
        BROKER, "Z,IRA,VTI,V,1,5,5\n", "Z,IRA,,Fund {n} of a long name that fills the line up here,,,5\n"
    ),
    "deposits": lambda: filled(BROKER, "Z,IRA,,FDIC insured bank deposit program of a long name {n},,,{n}.00\n"),
    "names of cash": lambda: filled(BROKER, "Z,IRA,," + "cash deposit " * 15 + "{n},1,1,{n}\n"),
    "options": lambda: filled(BROKER, "Z,IRA,AAPL Jan 17 '25 ${n} Call,CALL (AAPL) APPLE INC JAN 17 25 $200,1,2,200\n"),
    "headers": lambda: filled(BROKER, "Symbol,Quantity," + ",".join(f"c{{n}}x{j}" for j in range(80)) + "\n"),
    "long numbers": lambda: filled(f"{HEADER}\n", f"A,VTI,{'9' * 59},{'1' * 59}\n"),
    "lots": lambda: filled(
        "Symbol,Last Price $,Qty #,Value $\nVTI,1,1,1\n", "01/15/2022 (Long) " + " " * 60 + ",1,1,1\n"
    ),
    "dates": lambda: filled("Symbol,Quantity,Price\n", f"as of 12/{{n}}/2026 {'12/12/2026 ' * 20}\n"),
    "statements of a currency": lambda: filled(
        "Symbol,Quantity,Price\n", f"All amounts {'values amounts ' * 8} in x{{n}}\n"
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_largest_file_costs_a_bounded_number_of_calls(name: str) -> None:
    body = FILES[name]()
    calls = 0

    def count(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        parsed(body)
    finally:
        sys.setprofile(None)

    assert 0 < calls < MOST_CALLS
