"""Invoked by the planner with an AgentTask; commits the section `retirement` and returns a Receipt."""
