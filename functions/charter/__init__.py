"""Invoked by the planner with an AgentTask; commits the section `charts` and returns a Receipt."""
