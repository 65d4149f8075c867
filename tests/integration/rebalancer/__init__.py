"""Invoked by the planner with an AgentTask. Commits its section and returns a Receipt."""

SECTION = "rebalancing"
