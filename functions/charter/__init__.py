"""Invoked by the planner with an AgentTask. Commits the section `charts` and returns a Receipt."""
