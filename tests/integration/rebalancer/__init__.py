"""Invoked by the planner with an AgentTask; commits the section `rebalancing` and returns a Receipt."""
