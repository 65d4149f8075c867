"""Portfolio analysis shared by the agents: pure functions over a Snapshot, one module per topic."""

from collections.abc import Callable

#: Called with a fraction (0 to 1) and the current step, without names, amounts, or holdings.
Step = Callable[[float, str], None]
