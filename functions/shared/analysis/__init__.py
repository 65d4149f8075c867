"""What the agents that analyse a portfolio share: pure functions over a Snapshot, one module a concern."""

from collections.abc import Callable

#: Told how far a piece of work is: a fraction from 0 to 1, and what is being done, without names, amounts or holdings.
Step = Callable[[float, str], None]
