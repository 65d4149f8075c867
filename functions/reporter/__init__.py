"""Invoked by the planner with an AgentTask. Commits the section `report` and returns a Receipt."""
