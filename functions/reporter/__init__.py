"""Invoked by the planner with an AgentTask; commits the section `report` and returns a Receipt."""
