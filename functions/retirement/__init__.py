"""Invoked by the planner with an AgentTask. Commits the section `retirement` and returns a Receipt."""
